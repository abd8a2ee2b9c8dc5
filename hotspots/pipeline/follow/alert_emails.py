"""The words of the alerts: the question whether an address is right, new incidents, an unusual week; as plain text and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from hotspots.domain.honest_number import UsualWeek
from hotspots.domain.public_answer import City, IncidentRow, Vintage
from hotspots.pipeline.follow.one_click import BareAddresses, let_unsubscribe
from hotspots.words.language import Language
from hotspots.words.places import point_words

PLACE_COLUMN = 60  # letters


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a mail, in order."""

    subject: str
    lines: tuple[str, ...]
    rows: tuple[str, ...]
    link: tuple[str, str]  # words and address
    notes: tuple[str, ...]


def question_letter(*, where: str, only_unusual: bool, confirm_url: str, language: Language) -> Letter:
    """Ask whether the address is right."""
    about = (
        language.say("unusual weeks of reported incidents {where}", where=where)
        if only_unusual
        else language.say("reported incidents {where}", where=where)
    )
    return Letter(
        subject=language.say("Please confirm: alerts about reported incidents"),
        lines=(
            language.say("Somebody asked us to write to this address about {about}.", about=about),
            language.say("If that was you, please confirm within 48 hours."),
        ),
        rows=(),
        link=(language.say("Confirm"), confirm_url),
        notes=(language.say("If it was not you, do nothing: this address is deleted after 48 hours."),),
    )


def incidents_letter(
    rows: Sequence[IncidentRow],
    *,
    total: int,
    where: str,
    days: str,
    covered: str | None,
    page_url: str,
    city: City,
    vintage: Vintage,
    language: Language,
) -> Letter:
    """Tell of the incidents of new days; `rows` are the newest of them, `covered` says for which of the days there are data."""
    shown = [
        f"{language.short_day(row.day)}, {'–' if row.hour is None else language.hour(row.hour)}: {row.crime_type}, "
        + point_words(row.anchor, row.status, language=language)[:PLACE_COLUMN]
        for row in rows
    ]
    if total > len(rows):
        shown.append(language.say("and {n} more, on the map", n=language.number(total - len(rows))))
    return Letter(
        subject=language.say("{n} reported incidents {where}", n=language.number(total), where=where),
        lines=(
            language.say("{n} reported incidents {where}, {days}:", n=language.number(total), where=where, days=days),
            *([covered] if covered else []),
        ),
        rows=tuple(shown),
        link=(language.say("See them on the map"), page_url),
        notes=_notes(city, vintage, language),
    )


def unusual_letter(
    weeks: Sequence[UsualWeek], *, where: str, page_url: str, city: City, vintage: Vintage, language: Language
) -> Letter:
    """Tell of weeks outside their usual band."""
    return Letter(
        subject=language.say("An unusual week {where}", where=where),
        lines=(
            language.say(
                "Reported incidents {where} were more or fewer than about 98 of 100 ordinary weeks have:",
                where=where,
            ),
        ),
        rows=tuple(unusual_words(one, language) for one in weeks),
        link=(language.say("See them on the map"), page_url),
        notes=(
            no_explanation(language),
            *_notes(city, vintage, language),
        ),
    )


def unusual_words(one: UsualWeek, language: Language) -> str:
    """A week with its count and what is usual; mails and feeds say it alike."""
    return language.say(
        "{first} to {last}: {n} reported incidents; usual here are {low} to {high}.",
        first=language.short_day(one.week.first_day),
        last=language.short_day(one.week.last_day),
        n=language.number(one.incidents),
        low=language.number(one.lowest),
        high=language.number(one.highest),
    )


def no_explanation(language: Language) -> str:
    """The caution beside every unusual week."""
    return language.say("That is no explanation: reports or recording may have changed.")


def to_message(
    letter: Letter, *, sender: str, city: City, to: str, delete_url: str, language: Language
) -> EmailMessage:
    """The mail, with one-click deletion (RFC 8058) in its head and a link to the same in its body."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    leave = language.say("Delete this subscription and this address")
    message = EmailMessage(policy=BareAddresses())
    message["Subject"] = letter.subject
    message["From"] = Address(display_name=city.service, addr_spec=sender)
    message["To"] = to
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    let_unsubscribe(message, delete_url)
    words, address = letter.link
    text = [*letter.lines, *(f"- {row}" for row in letter.rows), f"{words}:\n{address}", *letter.notes]
    message.set_content("\n\n".join([*text, f"{leave}:\n{delete_url}"]) + "\n")
    page = environment.get_template("alert_mail.html").render(
        letter=letter, language=language, leave=leave, delete_url=delete_url, service=city.service
    )
    message.add_alternative(page, subtype="html")
    message["Content-Language"] = language.tag  # of the whole, not of its first part
    return message


def _notes(city: City, vintage: Vintage, language: Language) -> tuple[str, ...]:
    notes = [
        language.say(
            "Reports are unproven and stand at public points. Late and sensitive reports are not in these mails. Newest delivery: {day}.",
            day=language.day(vintage.known_on),
        ),
        f"{city.attribution} {city.disclaimer}",
    ]
    return (language.say("This city is invented."), *notes) if city.invented else tuple(notes)
