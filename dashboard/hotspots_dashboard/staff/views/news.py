"""One line for each followed view: what its newest week says. Counted in the session of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hotspots.domain.account import Person
from hotspots.domain.period import Period
from hotspots.errors import FilterError, InputError, NotFoundError
from hotspots.pipeline.comparison import usual_weeks, whole_days
from hotspots.store.staff.desk import places as desk_places
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.door import Door
from hotspots.store.staff.saved_views import SavedView
from hotspots_dashboard.staff.change.packet import finding
from hotspots_dashboard.staff.change.tables import tables_of
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.today import newest_day
from hotspots_dashboard.staff.views.addresses import PAGES, area_of, query_of

WEEK_DAYS = 7
VERDICTS = {"within": "within what is usual", "higher": "more than usual", "lower": "fewer than usual"}


@dataclass(frozen=True, slots=True)
class News:
    """The line of a view, and whether it is out of the ordinary."""

    view: SavedView
    words: str
    is_unusual: bool = False


def news_of(door: Door, reader: DeskReader, person: Person, view: SavedView) -> News:
    """The line of a view that somebody follows; where it cannot be answered any more, the line says why."""
    if not person.may(PAGES[view.page].needs):
        return News(view, "Your role does not open this page any more.")
    try:
        return {"map": _of_map, "change": _of_change, "places": _of_places}[view.page](door, reader, person, view)
    except (FilterError, InputError, NotFoundError) as error:
        return News(view, f"Not known: {error}")


def _of_map(door: Door, reader: DeskReader, person: Person, view: SavedView) -> News:
    whole = whole_days(reader)
    if whole is None:
        return News(view, "Not known: nothing is published yet.")
    week = Period(max(whole.start, whole.end - timedelta(days=WEEK_DAYS)), whole.end)
    asked = query_of(reader, view) | {"from": week.start.isoformat(), "to": week.last_day.isoformat()}
    question = reader.parse(asked)  # opens the view of this question
    weeks = usual_weeks(reader, question)
    days = f"the {question.period.n_days} days to {question.period.last_day:%a %d %b %Y}"
    if not weeks:
        return News(view, f"{reader.count(question).total:,} in {days}. Too little is on record to say what is usual.")
    last = weeks[-1]
    band = f"{last.lowest:,} to {last.highest:,} would be usual"
    return News(view, f"{last.incidents:,} in {days}: {VERDICTS[last.category]}, {band}.", last.category != "within")


def _of_change(door: Door, reader: DeskReader, person: Person, view: SavedView) -> News:
    newest = newest_day(reader)
    if newest is None:
        return News(view, "Not known: nothing is published yet.")
    asked, calendar = query_of(reader, view), reader.calendar()
    district = districts_of(reader, person, asked).asked
    kind, code = area_of(reader, asked if asked.get("area") else {"area": district}) or ("", "")
    kind = kind or asked.get("kind", "") or calendar.districts or reader.choices().area_kinds[0].kind
    last = calendar.last_whole_week(newest)
    if view.newest_days:
        calendar = replace(calendar, period_days=view.newest_days)
    table = tables_of(
        door, reader, person, calendar=calendar, kind=kind, code=code or None, until=last + timedelta(days=1)
    ).whole
    return News(
        view, f"{calendar.period_days} days to {last:%a %d %b %Y}. {finding(table.to_json())}", table.flagged > 0
    )


def _of_places(door: Door, reader: DeskReader, person: Person, view: SavedView) -> News:
    districts = districts_of(reader, person, query_of(reader, view))
    with door.acting(person) as connection:
        found = desk_places.read_places(connection, area_id=districts.area_id)
    since = datetime.now(UTC) - timedelta(days=WEEK_DAYS)
    new = sum(one.made_at >= since for one in found)
    return News(view, f"{len(found):,} places, {new:,} of them saved in the last {WEEK_DAYS} days.", new > 0)
