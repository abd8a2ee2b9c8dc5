"""Sentences made of numbers: the answer in words, what it leaves out, and where a point stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from hotspots.domain.filters.fields import TYPES, column_values
from hotspots.domain.honest_number import UsualWeek
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Anchor, AnchorStatus, Area, Choices, City, FeedHealth, Vintage
from hotspots.domain.public_counts import Counts
from hotspots.words import places
from hotspots.words.language import Language
from hotspots.words.question import coverage_words, gap_words, hidden_words
from hotspots_dashboard.words import filter_words
from hotspots_dashboard.words.formats import (
    both,
    day,
    distance,
    either,
    hours,
    month,
    number,
    period,
    short_period,
    weekday,
)
from hotspots_dashboard.words.language import _, current, ngettext


def weekdays_full() -> tuple[str, ...]:
    """Mondays to Sundays."""
    return (
        _("Mondays"), _("Tuesdays"), _("Wednesdays"), _("Thursdays"), _("Fridays"), _("Saturdays"), _("Sundays"),
    )  # fmt: skip


def groups() -> dict[str, str]:
    """The groups of types, which have a colour and a shape each."""
    return {
        "violence": _("Violence and robbery"),
        "burglary": _("Burglary"),
        "vehicle": _("Vehicle theft"),
        "theft": _("Theft"),
        "damage": _("Damage and arson"),
        "other": _("Other"),
    }


def data_to(vintage: Vintage) -> str:
    """Data to 31 Dec 2017."""
    return _("Data to {day}", day=day(vintage.newest_day, short=True)) if vintage.newest_day else _("No data yet")


def published(city: City, vintage: Vintage) -> str:
    """The state of the service."""
    said = _("This service shows incidents that were reported to the police in {city}.", city=city.name)
    if not (vintage.first_day and vintage.newest_day):
        return said
    said += " " + _(
        "{n} incidents from {first} to {last} are published.",
        n=number(vintage.incidents),
        first=day(vintage.first_day),
        last=day(vintage.newest_day),
    )
    if vintage.data_from and vintage.data_from > vintage.first_day:
        said += " " + _(
            "The data are whole from {day} on; what is older was reported late.", day=day(vintage.data_from)
        )
    if vintage.gaps:
        gaps = gap_words(vintage.gaps, language=current())
        said += " " + _("There are no data for {gaps}: nothing is known of these days.", gaps=gaps)
    return said


def feed(health: FeedHealth, *, timezone: str) -> str:
    """When a live feed last answered, by the city's own day."""
    if health.last_success is None:
        return _("The police's live data have not been reached so far.")
    answered = day(health.last_success.astimezone(ZoneInfo(timezone)).date())
    if health.failing_since is None:
        return _("The police's live data were last asked, and answered, on {day}.", day=answered)
    return _("The police's live data last answered on {day}; they have not been reached since.", day=answered)


def place(name: str) -> str:
    """A point's name at the head of a line, in the page's language."""
    return places.place_words(name, language=spoken())


def surroundings(name: str) -> str:
    """Round the 1200 block of N State St, in Downtown: where a cell lies, by the point nearest to its middle."""
    return places.surroundings(name, language=spoken())


def point(name: str, status: AnchorStatus) -> str:
    """Name of a public point, or why it is none."""
    return places.point_words(name, status, language=spoken())


def spoken() -> Language:
    """The page's language with the words of feeds, sheets and mails."""
    return current()


def kind_label(label: str) -> str:
    """A kind in the middle of a sentence: police beat, but L station."""
    return label if label[1:2] == " " else label[:1].lower() + label[1:]


def area_name(area: Area, choices: Choices) -> str:
    """Police beat 1834, Lake View: an area that has only a code is named by its kind."""
    label = next((kind.label for kind in choices.area_kinds if kind.kind == area.kind), area.kind)
    return f"{label} {area.name}" if area.name == area.code else area.name


def areas(question: IncidentFilter, choices: Choices) -> list[tuple[str, list[str]]]:
    """By kind of area asked for: its label and the names."""
    found = []
    for kind in choices.area_kinds:
        names = [area.name for area in kind.areas if area.area_id in question.areas]
        if names:
            found.append((kind.label, names))
    return found


def filter_states(question: IncidentFilter, choices: Choices, *, newest_day: date) -> tuple[str, str, str, str]:
    """The filters in words, by when, what, time of day and where."""
    period = question.period
    when = (
        ngettext("Last {n} day", "Last {n} days", period.n_days).format(n=number(period.n_days))
        if period.last_day == newest_day
        else short_period(period)
    )
    kinds = filter_words.all_chosen(question, choices, group="what")
    what = _("All types") if not kinds else kinds[0] if len(kinds) == 1 else _n_chosen(question, kinds)
    times = [hours(question.hours)] if question.hours else []
    if question.weekdays:
        days = sorted(question.weekdays)
        together = len(days) > 2 and days[-1] - days[0] == len(days) - 1
        times.append(f"{weekday(days[0])}–{weekday(days[-1])}" if together else ", ".join(map(weekday, days)))
    places = len(question.near) + bool(question.polygon) + bool(question.around)
    places += len(filter_words.all_chosen(question, choices, group="where"))
    names = [area_name(choices.areas[area], choices) for area in question.areas]
    chosen = len(names) + places
    where = _("Whole city") if not chosen else names[0] if chosen == len(names) == 1 else _("{n} chosen", n=chosen)
    return when, what, ", ".join(times) or _("Any time"), where


def _n_chosen(question: IncidentFilter, kinds: list[str]) -> str:
    """Types where all that is chosen are types, else just how many."""
    n = len(kinds)
    return _("{n} types", n=n) if n == len(question.crime_types) else _("{n} chosen", n=n)


def sentence(question: IncidentFilter, counts: Counts, choices: Choices, place_name: str | None) -> str:
    """The result in words, after the number: "reported incidents within 800 m of … in the 90 days to …"."""
    said = ngettext("reported incident", "reported incidents", counts.total)
    return f"{said} {' '.join(parts(question, choices, place_name))}."


def parts(question: IncidentFilter, choices: Choices, place_name: str | None) -> Iterator[str]:
    """The parts of a question in the order of a sentence; the last is the period."""
    asked = column_values(question)
    yield from (filter_words.said(field, question, choices) for field, _value in asked if field is TYPES)
    yield from where(question, choices, place_name)
    yield from (filter_words.said(field, question, choices) for field, _value in asked if field is not TYPES)
    if question.weekdays:
        days = both([weekdays_full()[one - 1] for one in sorted(question.weekdays)])
        yield _("on {weekdays}", weekdays=days)
    if question.hours:
        start, end = current().hour(question.hours.start), current().hour(question.hours.end)
        yield _("between {start} and {end}", start=start, end=end)
    yield period(question.period)


def where(question: IncidentFilter, choices: Choices, place_name: str | None) -> Iterator[str]:
    """The spatial parts of a question."""
    if question.around and place_name:
        yield _(
            "within {distance} of {place}",
            distance=distance(question.around.radius_m),
            place=places.the_place(place_name, language=spoken()),
        )
    if question.polygon:
        yield _("in the area drawn on the map")
    for label, names in areas(question, choices):
        yield (
            _("in {kind} {names}", kind=kind_label(label), names=either(names))
            if len(names) <= 3
            else _("in {n} areas ({kind})", n=len(names), kind=kind_label(label))
        )
    labels = {kind.kind: kind.label for kind in choices.place_kinds}
    for near in question.near:
        kind = kind_label(labels.get(near.kind, near.kind))
        yield _("within {distance} of the nearest {kind}", distance=distance(near.distance_m), kind=kind)


def reconciliation(counts: Counts) -> str:
    """Where the incidents of the answer are: on the map, and off it."""
    if not counts.total:
        return ""
    said = [_("{n} on the map", n=number(counts.located))]
    if counts.no_location:
        said.append(_("{n} without a location", n=number(counts.no_location)))
    if counts.outside:
        said.append(_("{n} outside the city", n=number(counts.outside)))
    return _("All of them are on the map.") if len(said) == 1 else f"{' + '.join(said)} = {number(counts.total)}."


def not_in_answer(question: IncidentFilter, counts: Counts, choices: Choices) -> list[str]:
    """The incidents that the number leaves out, a sentence each: uncovered days, no location, no hour, protected types."""
    said = [told] if (told := coverage_words(counts.coverage, language=spoken())) else []
    if question.is_spatial and counts.city_no_location:
        said.append(
            ngettext(
                "In the whole city {n} report of this selection has no location.",
                "In the whole city {n} reports of this selection have no location.",
                counts.city_no_location,
            ).format(n=number(counts.city_no_location))
        )
    if counts.hour_unknown:
        said.append(
            ngettext(
                "{n} more incident matches but has no known hour.",
                "{n} more incidents match but have no known hour.",
                counts.hour_unknown,
            ).format(n=number(counts.hour_unknown))
        )
    hidden = hidden_words(question, choices, language=spoken())
    return [*said, hidden] if hidden else said


def withheld(vintage: Vintage) -> str | None:
    """Reports of kinds of offence that are not published: how many, in the whole city and all years."""
    if not vintage.withheld:
        return None
    return _(
        "At least {n} reports of other kinds of offence are not published at all, and are in no number here.",
        n=number(vintage.withheld),
    )


def sensitive(counts: Counts) -> str | None:
    """Sexual, domestic and other protected reports: only months and areas, and in no other number."""
    if not counts.sensitive:
        return None
    known = sum(one.incidents for one in counts.sensitive if one.incidents is not None)
    said = number(known)
    if any(one.incidents is None for one in counts.sensitive):
        said = _("at least {n}", n=said) if known else _("too few to be published")
    months = sorted({one.month for one in counts.sensitive})
    span = month(months[0])
    if len(months) > 1:
        span = _("{first} to {last}", first=month(months[0]), last=month(months[-1]))
    names = sorted({one.area.name for one in counts.sensitive if one.area})
    return " ".join(
        [
            _("Sexual, domestic and other protected reports are never shown as single incidents:"),
            said,
            _("in {areas}", areas=both(names)) + f", {span}." if names else _("in the whole city, {span}.", span=span),
            _("They are in no other number here."),
        ]
    )


def week_verdict(last: UsualWeek) -> str:
    """Whether the last week is a usual one for the place."""
    n = number(last.incidents)
    return {
        "within": _("The last week, with {n}, is within what is normal here.", n=n),
        "higher": _("The last week, with {n}, is higher than usual here.", n=n),
        "lower": _("The last week, with {n}, is lower than usual here.", n=n),
    }[last.category]


def why_here(anchor: Anchor) -> str:
    """The places that a public point stands for."""
    if anchor.status == "no_location":
        return _(
            "These reports have no location on record. They are counted in the area that the report names and are not on the map."
        )
    if anchor.status == "outside":
        return _("These incidents lie outside the city and are not on the map.")
    kinds = {
        "block": _(
            "The police publish incidents by the block, not by the house. This point is the middle of that block."
        ),
        "addresses": _("No single address is shown. Incidents of neighbouring addresses stand together at this point."),
        "lattice": _("No single address is shown. Incidents stand at the nearest point of a fixed lattice."),
    }
    said = [kinds[anchor.kind]] if anchor.kind in kinds else []
    if anchor.addresses:
        said.append(_("It stands for {n} addresses around it.", n=number(anchor.addresses)))
    return " ".join([*said, _("A circle says nothing about the people who live there.")])
