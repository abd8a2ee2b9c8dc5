"""The unusual weeks and the newest public incidents of a question as an Atom feed (RFC 4287), an entry each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from hotspots.domain.honest_number import UsualWeek
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import IncidentRow
from hotspots.pipeline.comparison import usual_weeks
from hotspots.pipeline.follow.alert_emails import no_explanation, unusual_words
from hotspots.words.language import Language
from hotspots.words.places import place_sort, point_words
from hotspots.words.question import coverage_words, hidden_words, other_words, where_words

if TYPE_CHECKING:
    from hotspots.store.public.reader import OpenReader

ATOM, GEORSS = "http://www.w3.org/2005/Atom", "http://www.georss.org/georss"
MOST_ENTRIES = 100
MOST_WEEKS = 13  # unusual ones: a quarter of a year
UNUSUAL = "unusual-week"  # category of their entries
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def draw_feed(
    reader: OpenReader,
    question: IncidentFilter,
    *,
    asked: Mapping[str, str],
    self_url: str,
    page_url: str,
    language: Language,
) -> bytes:
    """Return the feed as UTF-8.

    Parameters
    ----------
    asked : the question's parameters without those that move with the data: the feed's id is made of them and stays over publications.
    self_url, page_url : addresses of the feed itself and of the page that shows it all.
    """
    city, vintage, choices = reader.city(), reader.vintage(), reader.choices()
    rows, counts = reader.latest(question, limit=MOST_ENTRIES), reader.count(question)
    place = reader.find(question.around.gazetteer_id).name if question.around else None
    where = where_words(question, choices, place, language=language)
    narrowed = "".join(
        f"; {name.lower()}: {value}" for name, value in other_words(question, choices, language=language)
    )

    feed = Element("feed", {"xmlns": ATOM, "xmlns:georss": GEORSS, "xml:lang": language.tag})
    feed_id = uuid5(NAMESPACE_URL, f"{city.name}?{urlencode(sorted(asked.items()))}")
    _add(feed, "id", f"urn:uuid:{feed_id}")
    _add(feed, "title", language.say("Reported incidents {where}", where=where) + narrowed)
    unlocated = counts.no_location + counts.outside
    told = (coverage_words(counts.coverage, language=language), hidden_words(question, choices, language=language))
    subtitle = (
        language.say(
            "{shown} newest of {total} reported incidents, {unlocated} of them without a public point. Sensitive reports are counted "
            "by month and area only and are never in a feed.",
            shown=language.number(len(rows)),
            total=language.number(counts.total),
            unlocated=language.number(unlocated),
        )
        if counts.is_known
        else None
    )
    _add(feed, "subtitle", " ".join(said for said in (subtitle, *told) if said))
    _add(feed, "updated", vintage.published_at.isoformat())
    _add(SubElement(feed, "author"), "name", city.service)
    _link(feed, "self", self_url, "application/atom+xml")
    _link(feed, "alternate", page_url, "text/html")
    if city.licence_url:
        _link(feed, "license", city.licence_url, "text/html")
    lang = city.disclaimer_lang
    _add(feed, "rights", f"{city.source} {city.disclaimer}", **({"xml:lang": lang} if lang else {}))
    _add(feed, "generator", "hotspots")
    unusual = [week for week in usual_weeks(reader, question) if week.category != "within"]
    for week in reversed(unusual[-MOST_WEEKS:]):
        told = language.say("An unusual week {where}", where=where) + narrowed
        _add_week(feed, week, told, feed_id=feed_id, page_url=page_url, timezone=city.timezone, language=language)
    for since, row in rows:
        _add_entry(feed, row, since, page_url=page_url, timezone=city.timezone, language=language)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8", xml_declaration=False)


def _add_week(
    feed: Element, week: UsualWeek, title: str, *, feed_id: UUID, page_url: str, timezone: str, language: Language
) -> None:
    """A week outside its band, by the function that page, printed sheet and mails ask; its entry stays while it is one."""
    known = datetime.combine(week.week.last_day + timedelta(days=1), time.min, ZoneInfo(timezone)).isoformat()
    entry = SubElement(feed, "entry")
    _add(entry, "id", f"urn:uuid:{uuid5(feed_id, week.week.first_day.isoformat())}")
    _add(entry, "title", title)
    _add(entry, "updated", known)
    _add(entry, "published", known)
    _link(entry, "alternate", page_url, "text/html")
    SubElement(entry, "category", {"term": UNUSUAL})
    _add(entry, "content", f"{unusual_words(week, language)} {no_explanation(language)}", type="text")


def _add_entry(
    feed: Element, row: IncidentRow, since: date | None, *, page_url: str, timezone: str, language: Language
) -> None:
    # A reader sorts by these: the day on which it became public, or where that was not noted yet, when it happened.
    told = (row.day, time(row.hour or 0)) if since is None else (since, time.min)
    known = datetime.combine(*told, ZoneInfo(timezone)).isoformat()
    entry = SubElement(feed, "entry")
    _add(entry, "id", row.public_id.urn)
    _add(entry, "title", f"{row.crime_type}, {point_words(row.anchor, row.status, language=language)}")
    # A publication does not say which row it changed: a day that stays keeps readers from showing all of them anew.
    _add(entry, "updated", known)
    _add(entry, "published", known)
    joint = "&" if "?" in page_url else "?"
    _link(entry, "alternate", f"{page_url}{joint}{urlencode({'anchor': row.anchor_id})}", "text/html")
    SubElement(entry, "category", {"term": _clean(row.group), "label": _clean(row.crime_type)})
    _add(entry, "content", _entry_words(row, language), type="text")
    if row.lat is not None and row.lon is not None:
        SubElement(entry, "georss:point").text = f"{row.lat:.5f} {row.lon:.5f}"


def _entry_words(row: IncidentRow, language: Language) -> str:
    hour = language.say("hour not known") if row.hour is None else language.hours(row.hour, row.hour + 1)
    said: Sequence[str | None] = (
        f"{row.crime_type}.",
        f"{language.day(row.day)}, {hour}.",
        f"{point_words(row.anchor, row.status, language=language)}.",
        row.location_type and f"{place_sort(row.location_type, language=language)}.",
        language.say("An unproven report, shown at a public point that stands for its surroundings."),
    )
    return " ".join(part for part in said if part)


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _clean(text)


def _link(parent: Element, rel: str, address: str, media_type: str) -> None:
    href = quote(address, safe=":/?#[]@!$&'()*+,;=%-._~")
    SubElement(parent, "link", {"rel": rel, "href": href, "type": media_type})


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold; the writer escapes the rest."""
    return NOT_XML.sub("", text)
