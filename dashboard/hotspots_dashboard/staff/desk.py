"""`Desk`: the one place where pages are registered, each with its permission; the guard reads the same table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

import structlog
from a2wsgi import WSGIMiddleware
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, compile_path
from starlette.staticfiles import StaticFiles

from hotspots.domain.account import Permission, Person
from hotspots.domain.act.action import effect_sentence
from hotspots.domain.act.effect_words import bounds_words, described_figures, hundred_words, times_words
from hotspots.errors import DatabaseError, HotspotsError, InputError, NotFoundError
from hotspots.pipeline import undo
from hotspots.store.staff.door import Door, RefusedError

V = TypeVar("V")
LARGEST_FORM_BYTES = 200_000
LARGEST_NUMBER = 2**31 - 1  # that the database gives
PAGE_THREADS = 10
SAFE = ("GET", "HEAD")
# In this order, each where its page is registered and the person may see it.
MENU = (
    ("Briefing", "/briefing"),
    ("Map", "/map/"),
    ("Change", "/change"),
    ("Places", "/places"),
    ("Lists", "/lists"),
    ("Plans", "/plans"),
    ("Problems", "/problems"),
    ("Incoming", "/concerns"),
    ("Shared", "/shared"),
    ("Data", "/data"),
)
TOOLS = (("Find", "/find"), ("Views", "/views"), ("Watched", "/watched"), ("Keys", "/keys"))  # beside the person's name
log = structlog.get_logger()
OPEN = "open"  # in place of a permission: whoever comes, signed in or not


@dataclass(frozen=True, slots=True)
class Rule:
    """A path, its methods, and the permission that it needs.

    `is_keyed`: it acts by a secret in its own address, for programs that have no session and no origin, such as mail programs.
    """

    path: str
    methods: frozenset[str]
    needs: Permission | str
    is_prefix: bool = False
    is_keyed: bool = False

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is this rule's."""
        if method not in self.methods:
            return False
        if self.is_prefix:
            return path.startswith(self.path)
        return compile_path(self.path)[0].match(path) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a page's function takes it."""

    path: Mapping[str, Any]
    query: Mapping[str, str]
    form: Mapping[str, list[str]]
    request: Request
    person: Person | None = None
    json: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""  # of a packed file

    def one(self, name: str, default: str = "") -> str:
        """The first value of a form's field, without space around it."""
        return (self.form.get(name) or [default])[0].strip()

    def one_of(self, name: str, values: Mapping[str, V]) -> V:
        """The value behind the word in a form's field. Raises InputError for another word."""
        word = self.one(name)
        if word not in values:
            raise InputError(f"{name}: {word[:20]!r} is not one of {', '.join(values)}.")
        return values[word]

    @property
    def who(self) -> Person:
        """The person who asks; pages that need a permission always have one."""
        assert self.person is not None
        return self.person


@dataclass(frozen=True, slots=True)
class Desk:
    """Pages and rules of one desk.

    Attributes
    ----------
    door : sessions, accounts and the audit.
    service : name of the city's service, for the head of every page.
    kind : the word beside the service's name: desk, or partners.
    fixed_day : the day on which the desk stands, said on every page; None is today.
    """

    door: Door
    service: str
    is_invented: bool = False
    fixed_day: date | None = None
    kind: str = "desk"
    rules: list[Rule] = field(default_factory=list)
    routes: list[Route | Mount] = field(default_factory=list)
    callbacks: dict[str, Permission] = field(default_factory=dict)
    templates: Environment = field(default_factory=lambda: _environment())

    def page(
        self, path: str, *, needs: Permission | str, methods: tuple[str, ...] = ("GET",), is_keyed: bool = False
    ) -> Callable[[Callable[[Asked], Response]], Callable[[Asked], Response]]:
        """Register the function that answers a path; it runs in a thread, and its errors become pages."""

        def register(answer: Callable[[Asked], Response]) -> Callable[[Asked], Response]:
            async def endpoint(request: Request) -> Response:
                if any(isinstance(part, int) and part > LARGEST_NUMBER for part in request.path_params.values()):
                    return PlainTextResponse("There is no such page.\n", 404)
                try:
                    asked = await _read(request)
                except InputError as error:
                    return PlainTextResponse(f"{error}\n", 400)
                except (ValueError, RecursionError):
                    return PlainTextResponse("This form is too large.\n", 413)
                return await run_in_threadpool(self._answer, answer, asked)

            every = frozenset({*methods, *({"HEAD"} if "GET" in methods else ())})
            self.rules.append(Rule(path, every, needs, is_keyed=is_keyed))
            self.routes.append(Route(path, endpoint, methods=list(methods)))
            return answer

        return register

    def files(self, path: str, folder: Path) -> None:
        """Serve a folder of styles and fonts to everybody."""
        self.rules.append(Rule(f"{path}/", frozenset(SAFE), OPEN, is_prefix=True))
        self.routes.append(Mount(path, StaticFiles(directory=folder)))

    def dash(self, prefix: str, app: Any, *, needs: Permission) -> None:
        """Mount the server of a Dash application last: all its rules begin with the prefix, and all callbacks need one permission."""
        self.rules.append(Rule(prefix, frozenset({*SAFE, "POST"}), needs, is_prefix=True))
        self.routes.append(Mount("", WSGIMiddleware(app.server, workers=PAGE_THREADS)))  # pyright: ignore[reportArgumentType]
        self.callbacks.update(dict.fromkeys(app.callback_map, needs))

    def rule_of(self, method: str, path: str) -> Rule | None:
        """The rule of a request; None where there is none, and then nothing answers it."""
        return next((rule for rule in self.rules if rule.fits(method, path)), None)

    def menu(self, person: Person | None) -> list[tuple[str, str]]:
        """The pages that exist and that this person may see."""
        return self._seen_by(person, MENU)

    def tools(self, person: Person | None) -> list[tuple[str, str]]:
        """The pages beside the person's name, of those that exist and that this person may see."""
        return self._seen_by(person, TOOLS)

    def _seen_by(self, person: Person | None, pages: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        if person is None:
            return []
        found = []
        for label, path in pages:
            rule = self.rule_of("GET", path)
            if rule is not None and (rule.needs == OPEN or person.may(rule.needs)):  # pyright: ignore[reportArgumentType]
                found.append((label, path))
        return found

    def render(self, asked: Asked | None, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page from a template, in the frame with head and menu."""
        person = asked.person if asked else None
        path = asked.request.url.path if asked else ""
        text = self.templates.get_template(template).render(
            desk_kind=self.kind,
            service=self.service,
            is_invented=self.is_invented,
            fixed_day=self.fixed_day,
            person=person,
            menu=self.menu(person),
            tools=self.tools(person),
            path=path,
            own_change=self._change_to_take_back(asked),
            **values,
        )
        return HTMLResponse(text, status)

    def _change_to_take_back(self, asked: Asked | None) -> undo.Change | None:
        if asked is None or asked.person is None or self.kind != "desk" or asked.request.method != "GET":
            return None
        return undo.shown_change(self.door, asked.person)

    def problem(self, asked: Asked, error: HotspotsError) -> Response:
        """An error as a page that says what is wrong and what to do."""
        status = 503 if isinstance(error, DatabaseError) else 404 if isinstance(error, NotFoundError) else 400
        if isinstance(error, RefusedError):
            status = 403
        return self.render(asked, "problem.html", status=status, words=str(error))

    def _answer(self, answer: Callable[[Asked], Response], asked: Asked) -> Response:
        try:
            return answer(asked)
        except HotspotsError as error:
            return self.problem(asked, error)
        except Exception as error:  # the outermost door: neither the address nor a form goes into the log
            log.error("page failed", kind=type(error).__name__, exc_info=error)
            words = (
                "Something went wrong here, and nothing was changed. Go back and try again; the other pages still work."
            )
            return self.render(asked, "problem.html", status=500, words=words)


def read_whole(text: str, *, field: str, most: int = LARGEST_NUMBER) -> int:
    """A whole number from 0 to `most`. Raises InputError."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most):
        raise InputError(f"{field}: {text[:20]!r} is not a whole number up to {most}.")
    return int(text)


def attachment(content: bytes | str, media_type: str, name: str) -> Response:
    """A file that the browser saves under a name."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def see_other(path: str) -> Response:
    """The page after a form that was taken."""
    return RedirectResponse(path, 303)


async def _read(request: Request) -> Asked:
    form: dict[str, list[str]] = {}
    sent: Any = {}
    packed = b""
    if request.method == "POST":
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_FORM_BYTES:
                raise InputError("This form is too large.")
        if request.headers.get("content-type", "").startswith("application/json"):
            sent = json.loads(body)
        elif request.headers.get("content-type", "").startswith("application/gzip"):
            packed = body
        else:
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2000)
    query = dict(request.query_params)
    if any(
        "\x00" in word for word in (*map(str, request.path_params.values()), *query.values(), *chain(*form.values()))
    ):
        raise InputError("A character in this request is none (NUL).")
    return Asked(
        path=request.path_params,
        query=query,
        form=form,
        request=request,
        person=request.scope.get("hotspots.person"),
        json=sent if isinstance(sent, dict) else {},
        body=packed,
    )


def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for rule in (effect_sentence, bounds_words, times_words, hundred_words, described_figures):
        made.globals[rule.__name__] = rule  # an effect is said by one rule, wherever it stands
    return made
