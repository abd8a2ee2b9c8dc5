"""Every word of the public page, and the sentences made of numbers. A second language is a second module like this one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from hotspots.domain.incident_filter import HourRange, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Anchor, Choices, City, Counts, PublicForecast, Vintage

SKIP = "Skip to the answer"
SEARCH_LABEL = "Find a place"
SEARCH_HINT = "Address, crossing, school, park"
SEARCH = {
    "clear": "Clear the place",
    "found": "{n} places match. Use the arrow keys to choose.",
    "unsure": "Not found exactly as typed. Did you mean one of these?",
    "none": "No place called “{text}” is known here. Try the street and number, two streets that cross, or the name of a school or park.",
    "failed": "The search does not answer just now. The map and the other filters still work; please try again.",
}
RADIUS = "Within"
RADII = ((200, "200 m"), (400, "400 m"), (800, "800 m"), (1600, "1.6 km"), (3200, "3.2 km"))
RADIUS_NOTE = "800 m is about half a mile, or ten minutes on foot."
WHEN = "When"
WHAT = "What"
WHERE = "Where"
MORE = "More on the map"
PRESET = "Last days of data"
PRESETS = ((7, "7 days"), (30, "30 days"), (90, "90 days"))
FIRST_DAY, LAST_DAY = "From", "To"
PART_OF_DAY = "Time of day"
PARTS_OF_DAY = (("", "Any"), ("06-12", "Morning"), ("12-18", "Afternoon"), ("18-24", "Evening"), ("22-06", "Night"))
HOUR_FROM, HOUR_UNTIL, ANY_HOUR = "From hour", "Until hour", "Any"
WEEKDAYS_LABEL = "Days of the week"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS_FULL = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
TYPES_LABEL = "Types of incident"
LOCATIONS_LABEL = "Type of location"
NEAR_ANY = "Any distance"
PICK = {"any": "Any", "chosen": "{n} chosen", "find": "Find", "none": "Nothing here is called that."}
FORECAST_LABEL = "Forecast layer"
FORECAST_NONE = "None"
CLEAR_ALL = "Clear all"
FILTERS_TITLE = "Filters"
TABS_LABEL = "The same answer as"
TABS = (("table", "Table"), ("days", "By day"), ("hours", "By hour and weekday"), ("types", "By type"))
SHEET = {"low": "Show the filters", "half": "Show everything", "full": "Show the map"}
ABOUT, BACK_TO_MAP = "About these numbers", "Back to the map"
INVENTED = "This city is invented. Streets, people and incidents are made up to show the service."
PAGES = "Pages"
LIMITS = "Sources and limits of use"
GROUPS = {
    "violence": "Violence and robbery",
    "burglary": "Burglary",
    "vehicle": "Vehicle theft",
    "theft": "Theft",
    "damage": "Damage and arson",
    "other": "Other",
}
MAP = {
    "map": "Map of reported incidents. Arrow keys move it, plus and minus zoom, Enter lists the circle nearest to the middle. "
    "The table below the map tells the same.",
    "one": "{n} reported incident",
    "many": "{n} reported incidents",
    "zoom": "Several points. Click to come closer.",
    "list": "Click to list them.",
    "legend": "Legend",
    "sizes": "Reported incidents at a public point",
    "unknown": "Not all circles are here",
    "nothing": "No reported incidents in sight",
    "mixed": "Several, none is half",
    "forecast": "Incidents expected for the size of a cell, against the city's average",
    "levels": ["Less than half", "Half to once", "Once to twice", "Twice to four times", "Four times and more"],
    "lost": "A part of the map did not come. The numbers beside it are complete.",
    "again": "Try again",
    "failed": "The map cannot be drawn in this browser. The numbers, the table and the charts below work without it.",
    "controls": {
        "NavigationControl.ZoomIn": "Come closer",
        "NavigationControl.ZoomOut": "Go further away",
        "FullscreenControl.Enter": "Map on the full screen",
        "FullscreenControl.Exit": "Leave the full screen",
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
    },
}
WIDER, LONGER, EVERYTHING = "Search {radius} around", "Look at the last {n} days", "Clear all filters"
NOTHING_PUBLISHED = "Nothing is published yet. Whoever runs this service publishes with: hotspots publish"
FAILED = "Something went wrong with the last change. The map and the other filters still work; go back one step or reload the page."
NOT_READ = "This address could not be read ({reason}). Shown instead: all reported incidents of the last days."

NO_SUCH_PAGE = "There is no such page. "
SOURCES = "Sources"
UNPROVEN = (
    "Reported incidents are unproven, and reports depend on who reports. A circle stands for its surroundings, "
    "never for a house or a person."
)
ABOUT_SECTIONS = (
    (
        "What is counted",
        "A reported incident is something that somebody told the police, or that the police found. It is not proof that "
        "a crime happened, and it says nothing about who did it. Many things are never reported, more in some places and "
        "for some types than others.",
    ),
    (
        "Where a circle stands",
        "No incident is shown at its own address. Each stands at a fixed public point that serves a whole block or several "
        "addresses. The area of a circle grows with the number of incidents at its point. Coming closer splits large "
        "circles into their points.",
    ),
    (
        "What is not shown as single incidents",
        "Sexual and domestic incidents, those against children and others that would betray somebody are counted by area "
        "and month only. Times are given by the hour. Incidents without a location are counted in the area that the "
        "report names.",
    ),
    (
        "When numbers differ",
        "Map, sentence, table, charts and download are one answer and agree to the last incident. They change when the "
        "police correct or withdraw a report: the date of the newest delivery stands at the top of the page.",
    ),
    (
        "What a normal week is",
        "A week's band is made of the eight weeks before it, and counts vary by chance alone. A bar inside its band is "
        "nothing unusual; one above or below it is more than chance explains, and still no explanation.",
    ),
    (
        "What a forecast says",
        "A forecast layer shows how many incidents are expected in each cell if the coming weeks are like those before. "
        "It is about places, never about persons, and does not establish suspicion of anybody.",
    ),
)
DOWNLOAD, PREVIOUS, NEXT = "Download CSV", "Previous", "Next"
TABLE, TABLE_PAGES = "Reported incidents", "Pages of the table"
COLUMNS = {
    "day": "Day",
    "hour": "Hour",
    "type": "Type",
    "anchor": "Place",
    "location_type": "Location",
    "arrest": "Arrest",
}
ARREST = {True: "Yes", False: "No", None: "Not known"}
NOT_KNOWN, NOT_RECORDED, ARREST_MADE = "Not known", "Not recorded", "arrest made"
CLOSE_CARD, WHY_HERE = "Close this list", "Why here?"
CARD_MOST = 500  # incidents that one card lists
NO_ANCHOR = "That public point is not on the map any more."
BY_WEEK = "By week"
BAND = "The shaded band is where weeks like the eight before it would fall."
BY_DAY = "How many were reported each day?"
BY_HOUR = "At which hours, on which days of the week?"
BY_TYPE = "Which types are reported most?"
HOUR_GRID, HOUR_BARS = "Reported incidents by hour and weekday", "Reported incidents by hour"
ALL, TYPE, INCIDENTS, SHARE = "All", "Type", "Incidents", "Share"


def number(value: int) -> str:
    """1234 -> 1,234."""
    return f"{value:,}"


def day(value: date, *, short: bool = False) -> str:
    """31 December 2017, or 31 Dec 2017."""
    return f"{value.day} {value:%b %Y}" if short else f"{value.day} {value:%B %Y}"


def period(value: Period) -> str:
    """In the 90 days to 31 December 2017."""
    return (
        f"on {day(value.start)}"
        if value.n_days == 1
        else f"in the {number(value.n_days)} days to {day(value.last_day)}"
    )


def short_period(value: Period) -> str:
    """30 days to 31 Dec 2017, or the one day."""
    last = day(value.last_day, short=True)
    return last if value.n_days == 1 else f"{number(value.n_days)} days to {last}"


def distance(metres: int) -> str:
    """800 m, 1.6 km."""
    return f"{metres} m" if metres < 1000 else f"{metres / 1000:g} km"


def either(names: Sequence[str], *, word: str = "or") -> str:
    """a, b or c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def hours(value: HourRange) -> str:
    """18:00–02:00."""
    return f"{value.start:02}:00–{value.end:02}:00"


def hour_band(hour: int | None) -> str:
    """Between 18:00 and 19:00."""
    return "hour not known" if hour is None else f"{hour:02}:00–{hour + 1:02}:00"


def location(name: str) -> str:
    """STREET -> Street; names that are already written for people stay."""
    return name.capitalize() if name.isupper() else name


def data_to(vintage: Vintage) -> str:
    """Data to 31 Dec 2017."""
    return f"Data to {day(vintage.newest_day, short=True)}" if vintage.newest_day else "No data yet"


def published(city: City, vintage: Vintage) -> str:
    """What the service holds."""
    span = ""
    if vintage.first_day and vintage.newest_day:
        span = f" from {day(vintage.first_day)} to {day(vintage.newest_day)}"
    return (
        f"This service shows incidents that were reported to the police in {city.name}. "
        f"{number(vintage.incidents)} incidents{span} are published."
    )


def rows_shown(first: int, last: int, total: int) -> str:
    """1–50 of 312."""
    return f"{number(first)}–{number(last)} of {number(total)}" if last >= first else "None"


def card_count(rows: int) -> str:
    """How many incidents of the selection stand at a point."""
    if rows >= CARD_MOST:
        return f"The newest {number(rows)} of the reported incidents of this selection that stand here."
    return f"{number(rows)} of the reported incidents of this selection {'stands' if rows == 1 else 'stand'} here."


def page_of(page: int, pages: int) -> str:
    """Page 2 of 7."""
    return f"Page {number(page)} of {number(pages)}"


def remove(name: str) -> str:
    """What a chip does."""
    return f"Remove: {name}"


def near_label(kind: str) -> str:
    """Near: Park."""
    return f"Near: {kind}"


def without_hour(count: int) -> str:
    """12 without a known hour."""
    return f"{number(count)} without a known hour"


def trained(forecast: PublicForecast) -> str:
    """What a forecast has seen."""
    return f"Learnt from reports of {day(forecast.trained_from, short=True)} to {day(forecast.trained_to, short=True)}."


def areas(question: IncidentFilter, choices: Choices) -> list[tuple[str, list[str], tuple[int, ...]]]:
    """By kind of area asked for: its label, the names, the ids."""
    found = []
    for kind in choices.area_kinds:
        inside = [area for area in kind.areas if area.area_id in question.areas]
        if inside:
            found.append((kind.label, [area.name for area in inside], tuple(area.area_id for area in inside)))
    return found


def sentence(question: IncidentFilter, counts: Counts, choices: Choices, place: str | None) -> str:
    """The result in words, after the number: "reported incidents within 800 m of … in the 90 days to …"."""
    parts = ["reported incident" if counts.total == 1 else "reported incidents"]
    if question.crime_types:
        labels = [kind.label.lower() for kind in choices.crime_types if kind.name in question.crime_types]
        parts.append(f"of {either(labels)}" if len(labels) <= 3 else f"of {len(labels)} types")
    if question.around and place:
        parts.append(f"within {distance(question.around.radius_m)} of {the(place)}")
    for label, names, _ in areas(question, choices):
        parts.append(
            f"in {label.lower()} {either(names)}" if len(names) <= 3 else f"in {len(names)} areas ({label.lower()})"
        )
    labels_near = {kind.kind: kind.label.lower() for kind in choices.place_kinds}
    for near in question.near:
        parts.append(
            f"within {distance(near.distance_m)} of the nearest {_keep_capital(labels_near.get(near.kind, near.kind))}"
        )
    if question.location_types:
        names = [f"“{location(name)}”" for name in question.location_types]
        parts.append(
            f"at a location recorded as {either(names)}" if len(names) <= 3 else f"at {len(names)} types of location"
        )
    if question.weekdays:
        parts.append(f"on {either([WEEKDAYS_FULL[one - 1] for one in sorted(question.weekdays)], word='and')}")
    if question.hours:
        parts.append(f"between {question.hours.start:02}:00 and {question.hours.end:02}:00")
    parts.append(period(question.period))
    return " ".join(parts) + "."


def the(place: str) -> str:
    """The 1200 block of N State St; a name of its own takes no article."""
    return f"the {place}" if " block of " in place else place


def _keep_capital(label: str) -> str:
    return "L" + label[1:] if label.startswith("l ") else label


def reconciliation(counts: Counts) -> str:
    """Where the incidents of the answer are: on the map, and off it."""
    if not counts.total:
        return ""
    parts = [f"{number(counts.located)} on the map"]
    if counts.no_location:
        parts.append(f"{number(counts.no_location)} without a location")
    if counts.outside:
        parts.append(f"{number(counts.outside)} outside the city")
    return "All of them are on the map." if len(parts) == 1 else " + ".join(parts) + f" = {number(counts.total)}."


def not_in_answer(question: IncidentFilter, counts: Counts) -> list[str]:
    """What the number above leaves out, a sentence each."""
    said = []
    if question.is_spatial and counts.city_no_location:
        reports = "report of this selection has" if counts.city_no_location == 1 else "reports of this selection have"
        said.append(f"In the whole city {number(counts.city_no_location)} {reports} no location.")
    if counts.hour_unknown:
        have = "incident matches but has" if counts.hour_unknown == 1 else "incidents match but have"
        said.append(f"{number(counts.hour_unknown)} more {have} no known hour.")
    return said


def sensitive(counts: Counts) -> str | None:
    """Sexual, domestic and other protected reports: only months and areas, and in no other number."""
    if not counts.sensitive:
        return None
    known = sum(month.incidents for month in counts.sensitive if month.incidents is not None)
    hidden = any(month.incidents is None for month in counts.sensitive)
    months = sorted({month.month for month in counts.sensitive})
    span = f"{months[0]:%B %Y}" if len(months) == 1 else f"{months[0]:%B %Y} to {months[-1]:%B %Y}"
    names = sorted({month.area.name for month in counts.sensitive if month.area})
    where = f"in {either(names, word='and')}" if names else "in the whole city"
    least = "at least " if hidden else ""
    return (
        f"Sexual, domestic and other protected reports are never shown as single incidents: {least}{number(known)} {where}, {span}. "
        "They are in no other number here."
    )


def week_verdict(last_count: int, outside: int) -> str:
    """Whether the last week is like the ones before it."""
    verdict = {0: "within what is normal here", 1: "higher than usual here", -1: "lower than usual here"}[outside]
    return f"The last week, with {number(last_count)}, is {verdict}."


def why_here(anchor: Anchor) -> str:
    """What a public point stands for."""
    if anchor.status == "no_location":
        return "These reports have no location on record. They are counted in the area that the report names and stand nowhere on the map."
    if anchor.status == "outside":
        return "These incidents lie outside the city and stand nowhere on the map."
    stands = f"It stands for {anchor.addresses} addresses around it. " if anchor.addresses else ""
    return (
        {
            "block": "The police publish incidents by the block, not by the house. This point is the middle of that block. ",
            "addresses": "No single address is shown. Incidents of neighbouring addresses stand together at this point. ",
            "lattice": "No single address is shown. Incidents stand at the nearest point of a fixed lattice. ",
        }.get(anchor.kind, "")
        + stands
        + "A circle says nothing about the people who live there."
    )


def forecast_name(forecast: PublicForecast, choices: Choices) -> str:
    """Burglary, 28 days from 1 January 2018."""
    labels = [kind.label for kind in choices.crime_types if kind.name in forecast.crime_types] or list(
        forecast.crime_types
    )
    return (
        f"{either(labels, word='and')}, the {forecast.horizon_days} days after {day(forecast.trained_to, short=True)}"
    )


def legend_groups(groups: Iterable[str]) -> list[dict[str, str]]:
    """Name and label of each group of types."""
    return [{"name": group, "label": GROUPS.get(group, group.capitalize())} for group in groups]
