"""Signs that hours or leading zeros were lost on the way into a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotspots.pipeline.load.guesses import LONGEST

FEWEST = 20  # rows of a delivery on top of others, and for judgements by shares
FEWEST_FOR_HOURS = 500
FEWEST_INSTANTS = 5  # at 00:00 UTC, to say that they are days
QUIET_HOURS = 4

if TYPE_CHECKING:
    from hotspots.sources.city_file import CityFile


def lost_zeros(city: CityFile, other_words: Mapping[str, int]) -> list[str]:
    """Words of offences that would have a crime type, had they or the city file not lost leading zeros."""
    named = {
        value.strip(): entry.name
        for entry in city.crime_type
        for alternative in entry.when
        for matcher in alternative.values()
        for value in matcher.values or []
    }
    plain = {value.lstrip("0").casefold(): value for value in named if value.lstrip("0")}
    lines = []
    for words, count in other_words.items():
        for word in (part.strip() for part in words.split(" | ")):
            meant = plain.get(word.lstrip("0").casefold())
            if meant is not None and word:
                lines.append(
                    f"{word[:LONGEST]!r} ({count:,} records) is no word of a crime type, but {meant!r} of {named[meant]!r} is: "
                    "were leading zeros lost or added? write both in its when"
                )
    return lines


def days_as_instants(instants: Mapping[str, int], timezone: str) -> str | None:
    """Say that instants are days, where all stand at 00:00 UTC, or at the two times of day that midnight has over a year."""
    total, hours = sum(instants.values()), sorted(instants)
    if total < FEWEST_INSTANTS or len(hours) > 2 or not all(hour.endswith((":00:00", ":30:00")) for hour in hours):
        return None
    if hours == ["00:00:00"]:
        return (
            f"all {total:,} instants stand at 00:00 UTC, and are read as hours of the day before or of that day in {timezone}: are they "
            'days? day_zone = "UTC" reads the day that is written'
        )
    if total < FEWEST or (len(hours) == 2 and int(hours[1][:2]) - int(hours[0][:2]) not in (1, 23)):
        return None
    told = " or ".join(hour[:5] for hour in hours)
    return (
        f'all {total:,} instants stand at {told} UTC: are they days? day_zone = "{timezone}" reads the day, and no hour'
    )


def quiet_hours(hours: Mapping[int, int]) -> int | None:
    """The hour at which the four quietest hours begin; None where too few records tell, or no hours are clearly quieter."""
    total = sum(hours.values())
    windows = [sum(hours.get((start + ahead) % 24, 0) for ahead in range(QUIET_HOURS)) for start in range(24)]
    least = min(windows)
    if total < FEWEST_FOR_HOURS or least > total * QUIET_HOURS / 24 / 2:
        return None
    return windows.index(least)
