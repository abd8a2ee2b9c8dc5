"""Routes of ``/concern``: the form, what it answers, the page of a secret link. Nothing typed stands in an address or a log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from hotspots.domain.act.concern import (
    DAYS,
    LONGEST_TEXT,
    PARTS_OF_DAY,
    SHORTEST_TEXT,
    EmergencyError,
    PersonalTextError,
)
from hotspots.domain.places.search_match import Match
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import DatabaseError, InputError, NotFoundError
from hotspots.pipeline.concerns.forms import check_form, new_form
from hotspots.pipeline.concerns.submit import Wish, reopen, status_of, submit
from hotspots.store.concerns import ConcernIntake, OpenForm
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.public.concerns import words
from hotspots_dashboard.words import language, sentences
from hotspots_dashboard.words.formats import day

MOST_MATCHES = 6
LONGEST_TYPED = 200
MOST_FIELDS = 30
STYLE = (Path(__file__).parent / "concerns.css").read_text(encoding="utf-8")
# The part of an address after # reaches no server: this puts it into the form's field.
SCRIPT = (
    "(function(){var f=document.getElementById('ask'),w=location.hash.slice(1);"
    "if(f&&w){f.elements.token.value=w;history.replaceState(null,'',location.pathname+location.search);f.submit();}})();"
)


def _hash_of(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


POLICY = (
    f"default-src 'none'; style-src 'self' 'sha256-{_hash_of(STYLE)}'; script-src 'sha256-{_hash_of(SCRIPT)}'; font-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY, "X-Robots-Tag": "noindex"}
WORDS = ("concern", "status", "reopen")  # of our paths, which a log may hold


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its parameters, and the fields of its form."""

    query: Mapping[str, str]
    form: Mapping[str, str]
    network: str
    request: Request


class ConcernPages:
    """Pages over a reader of the public room, which names places, and the intake.

    Parameters
    ----------
    network_of : names the network that a request comes from.
    public_url : where visitors reach the service; else the address that was asked.
    url_base : the path of the site's pages, with a slash at both ends.
    """

    def __init__(
        self,
        reader: OpenReader,
        intake: ConcernIntake | None,
        *,
        network_of: Callable[[Request], str],
        public_url: str | None,
        url_base: str,
    ) -> None:
        self._reader, self._intake = reader, intake
        self._network_of, self._public_url, self._url_base = network_of, public_url, url_base
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> list[Route]:
        """All routes."""
        return [
            Route("/concern", self._endpoint(self._show), methods=["GET"]),
            Route("/concern", self._endpoint(self._send), methods=["POST"]),
            Route("/concern/status", self._endpoint(self._ask), methods=["GET"]),
            Route("/concern/status", self._endpoint(self._status), methods=["POST"]),
            Route("/concern/reopen", self._endpoint(self._reopen), methods=["POST"]),
        ]

    def _endpoint(self, answer: Callable[[OpenForm, Asked], Response]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            accepted = parse_accept_header(request.headers.get("accept-language", ""), LanguageAccept)
            language.choose(request.query_params.get("lang"), list(accepted.values()))
            if request.method == "POST" and not _is_own(request):
                return self._page("message.html", 403, w={**words.closed_words(), "text": _own_problem()}, title="")
            try:
                form = await _read_form(request)
            except ValueError:
                form = {}
            asked = Asked(dict(request.query_params), form, self._network_of(request), request)
            return await run_in_threadpool(self._answer, answer, asked)

        return endpoint

    def _answer(self, answer: Callable[[OpenForm, Asked], Response], asked: Asked) -> Response:
        try:
            form = self._intake.open_form() if self._intake else None
            if form is None:
                said = words.closed_words()
                return self._page("message.html", 404, w=said, title=said["title"])
            return answer(form, asked)
        except DatabaseError as error:
            said = {**words.closed_words(), "text": words.problems().get(str(error), str(error))}
            return self._page("message.html", 503, w=said, title="")

    # The form ------------------------------------------------------------------------------------------------------

    def _show(self, form: OpenForm, asked: Asked) -> Response:
        return self._form(form, {"point": asked.query.get("point", ""), "at": asked.query.get("at", "")})

    def _send(self, form: OpenForm, asked: Asked) -> Response:
        assert self._intake is not None
        typed = asked.form
        try:
            if typed.get("website"):  # a field that no person sees
                raise InputError("This form does not belong to this page. Open the page again.")
            point, at, matches = self._where(typed)
            if matches is not None:
                status = 200 if matches else 400
                problem = None if matches else words.problems()["Say where it is."]
                return self._form(form, typed, problem=problem, matches=matches, status=status, word=typed.get("form"))
            wish = Wish(
                category=typed.get("category", ""),
                text=typed.get("text", ""),
                part_of_day=typed.get("part_of_day", "any"),
                days=typed.get("days", "any"),
                anchor_id=point,
                gazetteer_id=at,
                lang=language.current().code,
            )
            check_form(self._intake, form, typed.get("form", ""))
            taken = submit(self._intake, form, wish, network=asked.network)
        except InputError as error:
            return self._form(form, typed, problem=self._said(form, typed, error), status=400)
        link = f"{self._own_url(asked.request)}/concern/status?lang={language.current().code}#{taken.token}"
        said = words.taken_words()
        return self._page("taken.html", 201, w=said, title=said["title"], reference=taken.reference, link=link)

    def _where(self, typed: Mapping[str, str]) -> tuple[int | None, int | None, tuple[Match, ...] | None]:
        """Public point, gazetteer entry, and what a typed place may mean where that is not clear."""
        if (point := read_whole_number(typed.get("point", ""))) is not None:
            return point, None, None
        if (at := read_whole_number(typed.get("at", ""))) is not None:
            return None, at, None
        text = typed.get("place", "").strip()[:LONGEST_TYPED]
        matches = self._spoken().suggest(text, limit=MOST_MATCHES) if text else ()
        if len(matches) == 1 and matches[0].sure:
            return None, matches[0].gazetteer_id, None
        return None, None, tuple(matches)

    def _form(
        self,
        form: OpenForm,
        typed: Mapping[str, str],
        *,
        problem: str | None = None,
        matches: tuple[Match, ...] | None = None,
        status: int = 200,
        word: str | None = None,
    ) -> Response:
        assert self._intake is not None
        said, labels = words.form_words(form.rules), words.categories()
        place, point, at = self._named(typed)
        return self._page(
            "form.html",
            status,
            w=said,
            title=said["title"],
            problem=problem,
            typed=typed,
            categories=[(name, labels[name]) for name in form.rules.categories],
            parts_of_day=[(name, words.parts_of_day()[name]) for name in PARTS_OF_DAY],
            days=[(name, words.days()[name]) for name in DAYS],
            place=place,
            point=point,
            at=at,
            matches=matches or (),
            word=word or new_form(form),
            longest=LONGEST_TEXT,
            counts=[(labels[name], n, answered) for name, n, answered in self._intake.public_counts()],
        )

    def _named(self, typed: Mapping[str, str]) -> tuple[str | None, int | None, int | None]:
        """The name of the public point or entry that is chosen already, and its number."""
        try:
            if (point := read_whole_number(typed.get("point", ""))) is not None:
                anchor = self._spoken().anchor(point)
                if anchor.status == "located":
                    return sentences.point(anchor.name, anchor.status), point, None
            if (at := read_whole_number(typed.get("at", ""))) is not None:
                return self._spoken().find(at).name, None, at
        except NotFoundError:
            pass
        return None, None, None

    def _said(self, form: OpenForm, typed: Mapping[str, str], error: InputError) -> str:
        if isinstance(error, EmergencyError):
            return words.emergency_problem(form.rules)
        if isinstance(error, PersonalTextError):
            return words.personal_problem(form.rules)
        length = len(" ".join(typed.get("text", "").split()))
        if str(error).startswith("The text has"):
            return words.length_problem(length, most=LONGEST_TEXT, least=SHORTEST_TEXT)
        return words.problems().get(str(error), str(error))

    # The secret link -----------------------------------------------------------------------------------------------

    def _ask(self, _form: OpenForm, _asked: Asked) -> Response:
        said = words.status_words()
        return self._page("ask.html", 200, w=said, title=said["ask_title"], problem=None)

    def _status(self, form: OpenForm, asked: Asked) -> Response:
        assert self._intake is not None
        token = _token_of(asked.form)
        try:
            status = status_of(self._intake, token)
        except NotFoundError:
            said = words.status_words()
            return self._page("ask.html", 404, w=said, title=said["ask_title"], problem=said["unknown"])
        return self._told(form, status, token)

    def _reopen(self, form: OpenForm, asked: Asked) -> Response:
        assert self._intake is not None
        token = _token_of(asked.form)
        try:
            status = status_of(self._intake, token)
            try:
                check_form(self._intake, form, asked.form.get("form", ""))
                return self._told(form, reopen(self._intake, form, token, text=asked.form.get("text", "")), token)
            except InputError as error:
                said = self._said(form, asked.form, error)
                return self._told(form, status, token, problem=said, text=asked.form.get("text", ""), http=400)
        except NotFoundError:
            said = words.status_words()
            return self._page("ask.html", 404, w=said, title=said["ask_title"], problem=said["unknown"])

    def _told(
        self, form: OpenForm, status: Any, token: str, *, problem: str | None = None, text: str = "", http: int = 200
    ) -> Response:
        said = words.status_words()
        closed = status.state == "answered"
        steps = [(said["received"], day(status.received_at.date()))]
        if status.reopened_at:
            steps += [(said["answered"], day(status.answered_at.date()))] if not closed else []
            steps.append((said["reopened"], day(status.reopened_at.date())))
        steps.append((said["read"], day(status.read_at.date()) if status.read_at else said["not_yet"]))
        if status.due:
            steps.append((said["owned"], said["by"].format(day=day(status.due))))
        if closed:
            steps.append((said["answered"], day(status.answered_at.date())))
        return self._page(
            "status.html",
            http,
            w=said,
            title=said["title"].format(reference=status.reference),
            status=status,
            category=words.categories()[status.category],
            steps=steps,
            answer=words.answers()[status.answer] if status.state == "answered" else None,
            problem=problem,
            token=token,
            text=text,
            word=new_form(form),
            longest=LONGEST_TEXT,
        )

    # ---------------------------------------------------------------------------------------------------------------

    def _spoken(self) -> OpenReader:
        return self._reader.in_language(language.current().code)

    def _own_url(self, request: Request) -> str:
        return (self._public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")

    def _page(self, template: str, http_status: int, **values: Any) -> Response:
        text = self._templates.get_template(template).render(
            lang=language.current().tag,
            code=language.current().code,
            base=self._url_base,
            style=STYLE,
            script=SCRIPT,
            **values,
        )
        return HTMLResponse(text, http_status, headers=HEADERS)


def takes_concerns(intake: ConcernIntake | None) -> bool:
    """Whether the form is open. A server that was started before its city took any says so at its next start."""
    try:
        return intake is not None and intake.open_form() is not None
    except DatabaseError:
        return False


def _own_problem() -> str:
    return words.problems()["This form does not belong to this page. Open the page again."]


def _token_of(form: Mapping[str, str]) -> str:
    """The secret word, also where the whole link was pasted."""
    return form.get("token", "").strip().rpartition("#")[2][:200]


def _is_own(request: Request) -> bool:
    """Whether a form comes from a page of ours, as far as the browser says. Under ``no-referrer`` a form's own origin is ``null``."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin in (None, "null") or urlsplit(origin).netloc == request.headers.get("host", "")


async def _read_form(request: Request) -> dict[str, str]:
    if request.method != "POST":
        return {}
    body = await request.body()
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return {name: values[0] for name, values in fields.items()}
