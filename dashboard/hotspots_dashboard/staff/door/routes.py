"""The pages before the door: each POST ends with a new session or says in one sentence why not."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from starlette.responses import Response

from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.door import second_factor, sign_in
from hotspots.pipeline.door.provider import AGAIN, HalfToken, ProviderDoor, show_factor
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.store.staff.identities import half_of
from hotspots_dashboard.staff.desk import OPEN, Asked, Desk, see_other
from hotspots_dashboard.staff.guard import Cookies, read_cookie

BROWSER_DAYS = 365
LANDING = {
    "commander": "/briefing",
    "analyst": "/change",
    "prevention": "/lists",
    "auditor": "/data",
    "admin": "/data",
    "partner": "/shared",
}


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """The context of the pages before sign-in."""

    cookies: Cookies
    seed_key: second_factor.SeedKey = field(repr=False)
    provider: ProviderDoor | None = None

    @property
    def provider_label(self) -> str | None:
        """The word on the button that leads to the agency's identity provider; None where there is none."""
        return self.provider.provider.label if self.provider else None


def register(desk: Desk, settings: DoorSettings) -> None:
    """Register the pages before the door, and sign-out."""
    cookies = settings.cookies

    @desk.page("/", needs="session")
    def home(asked: Asked) -> Response:
        first = landing(desk, asked)
        return see_other(first) if first else desk.render(asked, "door/nothing.html")

    @desk.page("/health", needs=OPEN)
    def health(_: Asked) -> Response:
        return Response("ok\n", media_type="text/plain")

    @desk.page("/sign-in", needs=OPEN)
    def show(asked: Asked) -> Response:
        return _sign_in_page(asked, next_path=_own_path(desk, asked.query.get("next", "")))

    @desk.page("/sign-in", needs=OPEN, methods=("POST",))
    def enter(asked: Asked) -> Response:
        browser = read_cookie(asked, cookies.browser)
        try:
            session = sign_in.sign_in(
                desk.door,
                name=asked.one("name"),
                password=(asked.form.get("password") or [""])[0],
                code=asked.one("code"),
                network=network_of(asked),
                browser=browser,
                seed_key=settings.seed_key,
            )
        except InputError as error:
            status = 429 if isinstance(error, sign_in.SlowDownError) else 403
            return _sign_in_page(
                asked,
                status=status,
                problem=str(error),
                name=asked.one("name")[:40],
                next_path=_own_path(desk, asked.one("next")),
            )
        return _let_in(session, browser, _own_path(desk, asked.one("next")) or "/", asked)

    @desk.page("/sign-in/provider", needs=OPEN)
    def leave_for_provider(asked: Asked) -> Response:
        if settings.provider is None:
            raise NotFoundError("This desk has no identity provider. Sign in with name, password and code.")
        token, next_path = new_token(), _own_path(desk, asked.query.get("next", ""))
        try:
            address = settings.provider.begin(desk.door, browser=token, next_path=next_path)
        except InputError as error:
            return _sign_in_page(asked, status=503, problem=str(error), next_path=next_path)
        response = see_other(address)
        cookies.set(response, cookies.flow, token)
        return response

    @desk.page("/sign-in/provider/back", needs=OPEN)
    def come_back(asked: Asked) -> Response:
        if settings.provider is None:
            raise NotFoundError("This desk has no identity provider. Sign in with name, password and code.")
        try:
            session, next_path = settings.provider.finish(
                desk.door, asked.query, browser=read_cookie(asked, cookies.flow)
            )
        except InputError as error:
            response = _sign_in_page(asked, status=403, problem=str(error))
        else:
            if isinstance(session, HalfToken):
                response = see_other("/sign-in/code")
                cookies.set(response, cookies.flow, session.token)
                return response
            response = _let_in(session, read_cookie(asked, cookies.browser), next_path or "/", asked)
        cookies.drop(response, cookies.flow)
        return response

    @desk.page("/sign-in/code", needs=OPEN)
    def ask_code(asked: Asked) -> Response:
        return _code_page(asked, seed=second_factor.new_seed())

    @desk.page("/sign-in/code", needs=OPEN, methods=("POST",))
    def take_code(asked: Asked) -> Response:
        token, seed = read_cookie(asked, cookies.flow) or "", asked.one("seed") or None
        half = half_of(desk.door, hash_token(token))
        try:
            session = show_factor(
                desk.door,
                token,
                code=asked.one("code"),
                seed=seed,
                network=network_of(asked),
                seed_key=settings.seed_key,
            )
        except InputError as error:
            status = 429 if isinstance(error, sign_in.SlowDownError) else 403
            return _code_page(asked, seed=_again(seed), problem=str(error), status=status)
        response = _let_in(session, read_cookie(asked, cookies.browser), (half and half.next_path) or "/", asked)
        cookies.drop(response, cookies.flow)
        return response

    def _code_page(asked: Asked, *, seed: str, problem: str | None = None, status: int = 200) -> Response:
        half = half_of(desk.door, hash_token(read_cookie(asked, cookies.flow) or ""))
        if half is None:
            return _sign_in_page(asked, status=400 if problem is None else status, problem=AGAIN)
        is_first = half.totp_seed is None
        uri = second_factor.provisioning_uri(seed, name=half.name, service=desk.service)
        return desk.render(
            asked,
            "door/code.html",
            status=status,
            half=half,
            problem=problem,
            seed=seed if is_first else None,
            qr=second_factor.qr_svg(uri) if is_first else None,
        )

    @desk.page("/sign-in/link", needs=OPEN)
    def show_link(asked: Asked) -> Response:
        token = asked.query.get("t", "")
        link = desk.door.link_of(hash_token(token))
        if link is None or link.kind != "sign_in":
            raise InputError(sign_in.LINK_SPENT)
        return desk.render(asked, "door/link.html", link=link, token=token)

    @desk.page("/sign-in/link", needs=OPEN, methods=("POST",))
    def follow(asked: Asked) -> Response:
        browser = read_cookie(asked, cookies.browser)
        return _let_in(sign_in.follow_link(desk.door, asked.one("t"), browser=browser), browser, "/", asked)

    @desk.page("/invitation", needs=OPEN)
    def show_invitation(asked: Asked) -> Response:
        return _invitation(asked, asked.query.get("t", ""), second_factor.new_seed())

    @desk.page("/invitation", needs=OPEN, methods=("POST",))
    def accept(asked: Asked) -> Response:
        token, seed = asked.one("t"), asked.one("seed")
        try:
            enrolled = sign_in.accept_invitation(
                desk.door,
                token,
                password=(asked.form.get("password") or [""])[0],
                again=(asked.form.get("again") or [""])[0],
                seed=seed,
                code=asked.one("code"),
                seed_key=settings.seed_key,
            )
        except InputError as error:
            if str(error) == sign_in.LINK_SPENT:
                raise
            return _invitation(asked, token, _again(seed), problem=str(error), status=400)
        return desk.render(asked, "door/enrolled.html", codes=enrolled.recovery_codes)

    @desk.page("/sign-out", needs="session", methods=("POST",))
    def leave(asked: Asked) -> Response:
        token = read_cookie(asked, cookies.session)
        desk.door.end_session(hash_token(token or ""))
        response = see_other("/sign-in")
        cookies.drop(response, cookies.session)
        return response

    def _sign_in_page(
        asked: Asked, *, next_path: str = "", problem: str | None = None, name: str = "", status: int = 200
    ) -> Response:
        return desk.render(
            asked,
            "door/sign_in.html",
            status=status,
            problem=problem,
            name=name,
            next=next_path,
            provider=settings.provider_label,
        )

    def _invitation(asked: Asked, token: str, seed: str, *, problem: str | None = None, status: int = 200) -> Response:
        link = desk.door.link_of(hash_token(token))
        if link is None or link.kind != "invitation":
            raise InputError(sign_in.LINK_SPENT)
        uri = second_factor.provisioning_uri(seed, name=link.name, service=desk.service)
        return desk.render(
            asked,
            "door/invitation.html",
            status=status,
            link=link,
            token=token,
            seed=seed,
            qr=second_factor.qr_svg(uri),
            problem=problem,
        )

    def _let_in(session: sign_in.NewSession, browser: str | None, path: str, asked: Asked) -> Response:
        old = read_cookie(asked, cookies.session)
        if old:
            desk.door.end_session(hash_token(old))  # a session that somebody planted, or left open, ends here
        response = see_other(path)
        cookies.set(response, cookies.session, session.token)
        if browser is None:
            cookies.set(response, cookies.browser, new_token(), days=BROWSER_DAYS)
        return response


def _again(seed: str | None) -> str:
    """The seed that a form brought back, a new one where it brought another text."""
    return seed if seed and second_factor.is_seed(seed) else second_factor.new_seed()


def landing(desk: Desk, asked: Asked) -> str | None:
    """Where a role begins its day; the first page of its menu where that page does not exist, None where it has none."""
    menu = [path for _, path in desk.menu(asked.who)]
    first = LANDING[asked.who.role]
    return first if first in menu else next(iter(menu), None)


def network_of(asked: Asked) -> str:
    """The network of a request: the first 24 bits of an IPv4 address, 64 of an IPv6 one."""
    client = asked.request.client
    try:
        address = ipaddress.ip_address(client.host if client else "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def _own_path(desk: Desk, path: str) -> str:
    """A path of the desk to go on to, empty where it is none of ours."""
    plain = path.partition("?")[0]
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    rule = desk.rule_of("GET", plain) if is_ours else None
    return path if rule is not None and rule.needs != OPEN else ""
