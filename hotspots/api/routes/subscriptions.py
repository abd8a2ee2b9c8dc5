"""E-mail alerts: ask for them, confirm the address, delete it. Links in mails show a page with a button: scanners of mails follow links."""

from __future__ import annotations

import base64
from hashlib import sha256
from html import escape
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from hotspots.api.errors import PROBLEM, PROBLEMS, problem, problems
from hotspots.api.limits.sign_ups import SignUpLimit
from hotspots.domain.subscription import Cell, Wish, checked_email
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.follow.subscribed_place import cell_at, cell_outline, check_cell
from hotspots.store.public.reader import OpenReader
from hotspots.store.subscriptions import SubscriptionDesk
from hotspots.words.language import Language, language_of

OFF = "E-mail alerts are not set up on this server. The feed of a filter, /feed, tells the same."
STYLE = (
    "body{margin:0 auto;max-width:36rem;padding:1.5rem;font:1.125rem/1.5 system-ui,sans-serif;color:#17212e;background:#fff}"
    "button{font:inherit;padding:.6rem 1.2rem;color:#fff;background:#1f4e8c;border:0;border-radius:6px}"
    "button:focus-visible,a:focus-visible{outline:3px solid #17212e;outline-offset:3px}a{color:#1f4e8c}"
    "@media(prefers-color-scheme:dark){body{color:#e8ecf1;background:#161c24}a{color:#8ab6f2}"
    "button:focus-visible,a:focus-visible{outline-color:#e8ecf1}}"
)
PAGE: dict[str, Any] = {"description": "A page.", "content": {"text/html": {}}}
LINKED = {200: PAGE, **PROBLEMS, 404: {**PROBLEM, "content": {**PROBLEM["content"], "text/html": {}}}}
Token = Annotated[str, Query(description="From the mail.", min_length=1, max_length=200)]
Lang = Annotated[str, Query(description="en or es: language of the page.")]


class SubscriptionWish(BaseModel):
    """The wish of a subscriber."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320, description="Where to write to.")
    cell: str | None = Field(None, max_length=20, description="Name of a cell, from /subscriptions/cell.")
    area: int | None = Field(None, ge=0, le=2**31 - 1, description="Number of an area, in place of a cell.")
    types: list[str] = Field(default_factory=list, max_length=200, description="Names of crime types; empty: all.")
    when: Literal["every", "unusual"] = Field(description="Every incident, or only unusual weeks.")
    lang: str = Field("en", max_length=5, description="en or es.")


def make_router(reader: OpenReader, desk: SubscriptionDesk | None = None) -> APIRouter:
    """Routes of the subscriptions; without a desk they say that there are none here."""
    router = APIRouter(prefix="/subscriptions", tags=["follow"])
    limit = SignUpLimit()

    @router.get("/cell", responses=PROBLEMS)
    def cell(at: Annotated[str, Query(description="Number of a gazetteer entry, from a search.")]) -> Any:
        """The coarse cell that holds a place: its name for a subscription, and the outline of what will be told of."""
        if not (at.isascii() and at.isdigit() and len(at) <= 18):
            raise InputError(f"at: {at[:40]!r} is not the number of a gazetteer entry")
        city, place = reader.city(), reader.find(int(at))
        found = cell_at(city, place.lon, place.lat)
        outline = cell_outline(city, found)
        return {"cell": str(found), "polygon": str(outline)}

    @router.post("", status_code=202, responses=problems(400, 404, 410, 413, 429, 503))
    def subscribe(wish: SubscriptionWish, request: Request) -> Response:
        """Ask for alerts. The answer is the same whoever asks for whom: a mail asks the address itself for confirmation."""
        open_desk = _open(desk)
        asked, email = _read_wish(reader, wish), checked_email(wish.email)
        wait_s = limit.wait_s(request)
        if wait_s:
            refused = problem(429, f"Too many subscriptions were asked for. Wait {wait_s} s.")
            refused.headers["Retry-After"] = str(wait_s)
            return refused
        open_desk.add(email, asked)
        detail = language_of(wish.lang).say(
            "If this address does not follow this place yet, a mail with a link is on its way to it. "
            "Nothing else is sent before you confirm that link."
        )
        return JSONResponse({"detail": detail}, status_code=202, headers={"Cache-Control": "no-store"})

    @router.get("/confirm", response_class=HTMLResponse, responses=LINKED)
    def ask_to_confirm(token: Token, lang: Lang = "en") -> Response:
        """The page that the link in the mail leads to: a button that confirms."""
        _open(desk)
        language = language_of(lang)
        return _page(
            language,
            language.say("Confirm your alerts"),
            language.say("Press the button to get mails about the place that you follow."),
            button=language.say("Confirm"),
        )

    @router.post("/confirm", response_class=HTMLResponse, responses=LINKED)
    def confirm(token: Token, lang: Lang = "en") -> Response:
        """Confirm a subscription."""
        language = language_of(lang)
        if not _open(desk).confirm(token):
            return _page(
                language,
                language.say("This link does not work any more"),
                language.say(
                    "It was asked for more than 48 hours ago, or is deleted. Nothing is kept; you may ask anew on the map."
                ),
                status=404,
            )
        return _page(
            language,
            language.say("Your alerts are confirmed"),
            language.say(
                "You will get a mail when new reports for your place are published. Every mail has a link that deletes your address."
            ),
        )

    @router.get("/delete", response_class=HTMLResponse, responses=LINKED)
    def ask_to_delete(token: Token, lang: Lang = "en") -> Response:
        """The page that the link in every mail leads to: a button that deletes."""
        _open(desk)
        language = language_of(lang)
        return _page(
            language,
            language.say("Delete your alerts"),
            language.say("Press the button to delete this subscription and your address."),
            button=language.say("Delete"),
        )

    @router.post("/delete", response_class=HTMLResponse, responses=LINKED)
    def delete(token: Token, lang: Lang = "en") -> Response:
        """Delete a subscription, by the button or by a mail program's one click (RFC 8058)."""
        language = language_of(lang)
        _open(desk).delete(token)
        return _page(
            language,
            language.say("Your alerts are deleted"),
            language.say("The subscription and your address are deleted. You will get no more mails."),
        )

    return router


def _open(desk: SubscriptionDesk | None) -> SubscriptionDesk:
    if desk is None:
        raise NotFoundError(OFF)
    return desk


def _read_wish(reader: OpenReader, wish: SubscriptionWish) -> Wish:
    language_of(wish.lang)
    choices = reader.choices()
    known = [crime_type.name for crime_type in choices.crime_types]
    for name in wish.types:
        if name not in known:
            raise InputError(f"types: {name[:40]!r} is not one of {', '.join(known)}")
    area = None
    if wish.area is not None:
        if wish.area not in choices.areas:
            raise InputError(f"area: {wish.area} is not the number of an area of this city")
        area = (choices.areas[wish.area].kind, choices.areas[wish.area].code)
    cell = Cell.parse(wish.cell) if wish.cell is not None else None
    if cell is not None:
        check_cell(reader.city(), cell)
    return Wish(wish.lang, cell, area, tuple(sorted(set(wish.types))), only_unusual=wish.when == "unusual")


def _page(language: Language, title: str, text: str, *, button: str | None = None, status: int = 200) -> HTMLResponse:
    """A page of a heading, a sentence and perhaps a button that posts to the page's own address."""
    form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
    home = f'<p><a href="../../">{escape(language.say("To the map"))}</a></p>'
    style = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    return HTMLResponse(
        f'<!doctype html><html lang="{language.tag}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p>{form}{home}</main></body></html>",
        status_code=status,
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
        },
    )
