"""The units of a city: as its file says, else as its country measures, told by the time zone. Never by the reader's language."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from hotspots.domain.units import Units

if TYPE_CHECKING:
    from hotspots.domain.public_answer import City

# Unicode CLDR, supplemental measurement data: territories whose road signs are in miles; the islands of the United States with them.
MILES = frozenset({"US", "GB", "LR", "MM", "AS", "GU", "MP", "PR", "VI", "UM"})

UNKNOWN = "ZZ"  # the territory of UTC


def units_of(city: City) -> Units:
    """Return the units of a city."""
    country = country_of(city.timezone)
    return Units(
        miles=country in MILES if city.distances is None else city.distances == "miles",
        twelve_hours=_has_twelve_hours(country) if city.clock is None else city.clock == 12,
    )


@cache
def country_of(timezone: str) -> str | None:
    """Return the territory of a time zone, two letters of ISO 3166; None where it has none, as UTC."""
    known = get_global("zone_territories")
    for name in (timezone, get_global("zone_aliases").get(timezone, timezone)):
        found = known.get(name) or _zone_table().get(name)
        if found and found != UNKNOWN:
            return str(found)
    return None


@cache
def _zone_table() -> dict[str, str]:
    """Return the territory of each zone in the IANA's own table: it knows the names that changed, such as Asia/Kolkata."""
    try:
        table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return {}
    lines = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {line[2]: line[0] for line in lines}


def _has_twelve_hours(country: str | None) -> bool:
    """Whether the short time of the country's first language is written with am and pm, by the CLDR."""
    for language in get_official_languages(country, de_facto=True) if country else ():
        try:
            return "a" in Locale.parse(f"{language}_{country}").time_formats["short"].pattern.replace("'a'", "")
        except (UnknownLocaleError, ValueError):
            continue
    return False
