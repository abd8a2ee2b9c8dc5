"""The offer of a city for the fields of the filter: values to choose from, and checks of what is asked."""

from __future__ import annotations

from collections.abc import Callable

from hotspots.domain.filters.declaration import Choice
from hotspots.domain.filters.values import Near
from hotspots.domain.phrase import phrase
from hotspots.domain.public_answer import Choices
from hotspots.errors import FilterError


def types(choices: Choices) -> tuple[Choice, ...]:
    """Crime types, by the group that colours them on the map."""
    ordered = sorted(choices.crime_types, key=lambda kind: (choices.groups.index(kind.group), kind.label))
    return tuple(Choice(kind.name, kind.label, kind.group) for kind in ordered)


def location_types(choices: Choices) -> tuple[Choice, ...]:
    """Types of location, and groups of them."""
    return tuple(
        Choice(name, shown, stands_for=choices.location_groups.get(name, {}))
        for name, shown in choices.location_types.items()
    )


def arrest(choices: Choices) -> tuple[Choice, ...]:
    """Whether an arrest was made, where the city publishes it."""
    words = (Choice("yes", phrase("Arrest made")), Choice("no", phrase("No arrest")))
    return words if choices.arrest else ()


def initiated_by(choices: Choices) -> tuple[Choice, ...]:
    """Who mostly brings a type to notice, where the types differ in it."""
    words = (Choice("public", phrase("Mostly reported by people")), Choice("police", phrase("Mostly found by police")))
    return words if {kind.initiated_by for kind in choices.crime_types} >= {"public", "police"} else ()


GROUPS = {  # of crime types, as the map colours them
    "violence": phrase("Violence and robbery"),
    "burglary": phrase("Burglary"),
    "vehicle": phrase("Vehicle theft"),
    "theft": phrase("Theft"),
    "damage": phrase("Damage and arson"),
    "other": phrase("Other"),
}


def groups(choices: Choices) -> tuple[Choice, ...]:
    """The groups of crime types that the city has."""
    return tuple(Choice(name, label) for name, label in GROUPS.items() if name in choices.groups)


def check_areas(areas: tuple[int, ...], choices: Choices) -> None:
    """Raise FilterError for an area that is not there, or of which no incident is published."""
    for area_id in areas:
        if area_id not in choices.areas:
            raise FilterError("areas", f"{area_id} is not the number of an area of this city")
        kind = choices.areas[area_id].kind
        if kind in choices.month_kinds:
            raise FilterError("areas", f"no incident is published by {kind}, only sensitive reports by the month")


def check_near(near: tuple[Near, ...], choices: Choices) -> None:
    """Raise FilterError for a kind of place that the city does not have."""
    kinds = [place_kind.kind for place_kind in choices.place_kinds]
    for one in near:
        if one.kind not in kinds:
            raise FilterError("near", f"{one.kind!r} is not one of {', '.join(kinds)}")


def check_days(parameter: str) -> Callable[[object, Choices], None]:
    """Return a check that raises FilterError for days or hours where records tell the month only."""

    def check(_: object, choices: Choices) -> None:
        if choices.by_month:
            raise FilterError(parameter, "the records of this city tell the month only, not the day or hour")

    return check
