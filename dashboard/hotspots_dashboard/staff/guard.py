"""The guard before everything: origin of unsafe requests, the session, and the permission of the path."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.domain.account import Person
from hotspots.errors import HotspotsError
from hotspots.pipeline.door.secrets import hash_token
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import OPEN, SAFE, Asked, Desk

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
NOT_AN_ACT = (
    "/map/api/",
    "/map/assets/",
    "/map/_dash",
    "/static/",
)  # tiles, files and timers do not keep a session alive


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names of the cookies. Over https they are bound to the host by their prefix; plain http is for this machine only."""

    secure: bool
    name: str = "desk"

    @property
    def session(self) -> str:
        """Holds the session's token."""
        return f"__Host-{self.name}" if self.secure else self.name

    @property
    def browser(self) -> str:
        """Tells a browser in which somebody signed in before."""
        return f"__Host-{self.name}-browser" if self.secure else f"{self.name}-browser"

    @property
    def flow(self) -> str:
        """Tells the browser that began a sign-in at the identity provider."""
        return f"__Host-{self.name}-flow" if self.secure else f"{self.name}-flow"

    def set(self, response: Response, name: str, value: str, *, days: int | None = None) -> None:
        """Set a cookie that no script reads and no other site's form sends."""
        response.set_cookie(
            name, value, path="/", httponly=True, samesite="lax", secure=self.secure, max_age=days and days * 86400
        )

    def drop(self, response: Response, name: str) -> None:
        """Delete a cookie."""
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=self.secure)


class Guard:
    """Refuses every request that no rule answers, or that the person may not make.

    Parameters
    ----------
    own_url : address of the desk; None: this machine, by whatever name of it was asked.
    """

    def __init__(self, app: ASGIApp, *, desk: Desk, cookies: Cookies, own_url: str | None) -> None:
        self._app, self._desk, self._cookies = app, desk, cookies
        self._origin = None if own_url is None else "{0.scheme}://{0.netloc}".format(urlsplit(own_url))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = await self._refusal(scope)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Referrer-Policy", "same-origin")  # a form then sends its own origin
                if not scope["path"].startswith(("/static/", "/map/assets/", "/map/_dash-component-suites/")):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await (answer or self._app)(scope, receive, add)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        origin = self._own_origin(scope, headers)
        if origin is None:
            return PlainTextResponse("This name leads nowhere here.\n", 421)
        rule = None if _is_crooked(path) else self._desk.rule_of(method, path)
        acting.begin(None)
        if method not in SAFE and not _is_own(headers, origin):
            if rule is None or not rule.is_keyed or not _is_no_browser(headers):
                return PlainTextResponse("This request does not come from a page of the desk.\n", 403)
            scope["hotspots.person"] = None  # whatever cookies came along
            return None
        token = _cookie(headers, self._cookies.session)
        person: Person | None = None
        if token:
            try:
                person = await run_in_threadpool(self._desk.door.person_of, hash_token(token))
            except HotspotsError as error:
                return PlainTextResponse(f"{error}\n", 503)
        acting.begin(person)
        scope["hotspots.person"] = person
        if rule is not None and rule.needs == OPEN:
            return None
        if person is None:
            return self._sign_in(headers, method, path, scope)
        if rule is None:
            return self._words(scope, person, 404, "There is no such page.")
        if not person.may(rule.needs):  # pyright: ignore[reportArgumentType]  (OPEN is behind us)
            return self._words(scope, person, 403, f"The role {person.role} does not do this.")
        if token and not path.startswith(NOT_AN_ACT):
            await run_in_threadpool(self._desk.door.see_session, hash_token(token))
        return None

    def _own_origin(self, scope: Scope, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._origin is not None:
            return self._origin if host == urlsplit(self._origin).netloc else None
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return f"{scope.get('scheme', 'http')}://{host}" if name in LOOPBACK else None

    def _sign_in(self, headers: Headers, method: str, path: str, scope: Scope) -> Response:
        if method in SAFE and "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("ascii", "replace")
            return RedirectResponse(f"/sign-in?next={quote(path + (f'?{query}' if query else ''), safe='')}", 303)
        return PlainTextResponse("Sign in first.\n", 401)

    def _words(self, scope: Scope, person: Person, status: int, words: str) -> Response:
        asked = Asked({}, {}, {}, Request(scope), person)
        return self._desk.render(asked, "problem.html", status=status, words=words)


def _is_own(headers: Headers, origin: str) -> bool:
    given = headers.get("origin")
    return given == origin if given is not None else headers.get("sec-fetch-site") == "same-origin"


def _is_no_browser(headers: Headers) -> bool:
    """A program that says nothing of where it stands: a browser that sends a form of another site says it."""
    return "origin" not in headers and "sec-fetch-site" not in headers


def _is_crooked(path: str) -> bool:
    """A path that a router may read otherwise than the table of rules."""
    return "//" in path or "\\" in path or any(part in (".", "..") for part in path.split("/"))


def _cookie(headers: Headers, name: str) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None


def read_cookie(asked: Asked, name: str) -> str | None:
    """A cookie of a request."""
    return _cookie(asked.request.headers, name)
