"""Judge what was read before it is believed: how much was lost, and what may be the reason. `load` and `city check` both ask here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotspots.pipeline.load.evidence import SHOWN, Evidence
from hotspots.pipeline.load.guesses import LONGEST, NEARLY_ALL
from hotspots.pipeline.load.hour_checks import (
    FEWEST,
    FEWEST_FOR_HOURS,
    QUIET_HOURS,
    days_as_instants,
    lost_zeros,
    quiet_hours,
)
from hotspots.sources.city_values import closest, named
from hotspots.sources.drafting.column_words import looks_like_clock, looks_like_coordinate
from hotspots.sources.drafting.guesses import COUNTS
from hotspots.sources.drafting.offence_words import looks_sensitive

if TYPE_CHECKING:
    from hotspots.sources.city_file import CityFile

NOTABLE = 0.1
FEWEST_AT_ONE_POINT = 5  # records, of a small file
NIGHT = range(1, 7)  # hours at which the quietest ones begin, where clocks are right
FEWEST_MERGED, NEARLY_HALF = 5, 0.4  # rows of an id that tell other days, to say that they are other incidents
FEWEST_LATER_POINTS = (
    20_000  # of a delivery on top of others, to tell addresses from blocks by points that do not repeat
)
PERSONAL = re.compile(
    r"(victim|suspect|offender|arrestee|complainant|witness|officer|owner|driver)|"
    r"(^|[^a-z])(name|dob|birth\w*|race|ethnic\w*|sex|gender|age|phone|e-?mail|ssn|license|plate)([^a-z]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Suspicion:
    """One thing that looks wrong, in a line; `refuses` where a load should not go on by itself."""

    text: str
    refuses: bool


def suspicions(
    found: Evidence, city: CityFile, *, is_first: bool = True, area_names: Mapping[str, Mapping[str, str]] | None = None
) -> list[Suspicion]:
    """Judge what was found, the worst first.

    Parameters
    ----------
    is_first : bool
        Whether nothing was loaded before. A small delivery on top of others is never refused for a share: one odd record may be all of it.
    area_names : mapping, optional
        By kind of area, names by code: what an unknown code may have meant.
    """
    judge = _Judge(found, city, may_refuse=is_first or found.records >= FEWEST, is_first=is_first)
    return sorted([*judge.losses(area_names or {}), *judge.doubts()], key=lambda one: not one.refuses)


@dataclass(frozen=True)
class _Judge:
    found: Evidence
    city: CityFile
    may_refuse: bool
    is_first: bool

    def share(self, part: int, whole: int) -> bool:
        """Whether a part is nearly all of the whole."""
        return self.may_refuse and whole > 0 and part >= NEARLY_ALL * whole

    def losses(self, area_names: Mapping[str, Mapping[str, str]]) -> list[Suspicion]:
        """The parts that are nearly all lost."""
        found, guess = self.found, "".join(f"; {guess}" for guess in self.found.guesses[:2])
        lines = []
        day_or_month = any("day stand before" in guess for guess in found.guesses)
        if found.untimed and (day_or_month or found.untimed >= NOTABLE * found.records):
            examples = _examples(found.times)
            lines.append(
                Suspicion(
                    f"{_of(found.untimed, found.records)} have no time that can be read{examples}{guess}",
                    self.share(found.untimed, found.records) or (day_or_month and self.may_refuse),
                )
            )
        elif self.share(found.ragged, found.records):
            lines.append(
                Suspicion(
                    f"{_of(found.ragged, found.records)} do not have as many columns as the header: do rows end with a separator that "
                    "the header lacks? end the header with one too, or have the separators taken away",
                    True,
                )
            )
        elif self.share(found.unread, found.records):
            lines.append(Suspicion(f"{_of(found.unread, found.records)} cannot be read; the reasons are listed", True))
        if found.repeated:
            lines.append(
                Suspicion(
                    f"{_of(found.repeated, found.records)} repeat the id of a later row with other words for the offence: "
                    'are they offences of one incident? say which row it is known by, repeated_id = { keep = "first" }, '
                    "or count each as an incident, occurrence_number = true",
                    self.may_refuse and found.repeated >= NOTABLE * found.records,
                )
            )
        if found.empty_ids >= NOTABLE * max(found.records, 1):
            lines.append(
                Suspicion(
                    f"{_of(found.empty_ids, found.records)} have no id in {' | '.join(self.city.incidents.id or [])}: each is known "
                    "by when, where and what it tells, so one that changes is a new one; several columns may name them, id = [ … ]",
                    False,
                )
            )
        if found.other_incidents >= NEARLY_HALF * max(found.merged, 1) and found.merged >= FEWEST_MERGED:
            lines.append(
                Suspicion(
                    f"of {found.merged:,} rows with the id of an earlier row, {found.other_incidents:,} tell another day: do ids begin "
                    "anew, such as each year? name more columns in id, or count each row as an incident with occurrence_number = true",
                    self.may_refuse,
                )
            )
        if (days := days_as_instants(found.instants, self.city.city.timezone)) is not None:
            lines.append(Suspicion(f"{days}{self._clock_column()}", self.may_refuse))
        if found.later >= NOTABLE * max(found.records, 1):
            lines.append(
                Suspicion(
                    f"{_of(found.later, found.records)} occurred after the day on which the delivery was known: is the day exchanged with "
                    "the month, or the year not of the common era?",
                    self.share(found.later, found.records),
                )
            )
        if found.misplaced and (guess or found.misplaced >= NOTABLE * found.counted):
            lines.append(
                Suspicion(
                    f"{_of(found.misplaced, found.counted)} give a location that is none in this part of the world"
                    f"{_examples(found.points)}{guess if not found.untimed else ''}",
                    self.share(found.misplaced, found.misplaced + found.located),
                )
            )
        if self.share(found.outside, found.located):
            lines.append(
                Suspicion(
                    f"{_of(found.outside, found.located)} located ones lie outside the study area "
                    f"({', '.join(self.city.city.study_area)}); check its file, and the crs of both",
                    True,
                )
            )
        if found.unread_clocks and (found.clocks < FEWEST_FOR_HOURS or found.unread_clocks >= NOTABLE * found.clocks):
            told = _examples(found.unread_hours) + "".join(f"; {guess}" for guess in found.hour_guesses[:1])
            lines.append(
                Suspicion(
                    f"of {_of(found.unread_clocks, found.clocks)} the hour is written but cannot be read{told}",
                    self.share(found.unread_clocks, found.clocks),
                )
            )
        if self.share(found.untyped, found.counted) and self.city.crime_type:
            words = _examples([words for words, _ in found.other_words.most_common(SHOWN)])
            lines.append(
                Suspicion(f"{_of(found.untyped, found.counted)} have words that no [[crime_type]] names{words}", True)
            )
        for kind, unknown in found.unknown_codes.items():
            lines.append(
                Suspicion(
                    f"{_of(unknown.total(), found.codes[kind])} have a {kind} that the map does not have: "
                    f"{_codes(unknown, area_names.get(kind, {}))}; map them with areas = {{ {kind} = {{ column = …, codes = {{ … }} }} }}",
                    self.share(unknown.total(), found.codes[kind]),
                )
            )
        return lines

    def _clock_column(self) -> str:
        """Name the column that is not kept and looks like the time of day."""
        column = next((column for column in self.found.left_out if looks_like_clock(column)), None)
        if column is None:
            return ""
        return f'; the column {column!r}, which is not kept, looks like the time of day: clock = "{column}", clock_format = …'

    def _without_hours(self) -> list[Suspicion]:
        """No record tells its hour, though a column may."""
        found = self.found
        if found.clocks >= FEWEST and found.at_midnight == found.clocks:
            text = f'all {found.clocks:,} times are at 00:00; are the hours unknown? unknown_hours = ["00:00"]'
            return [Suspicion(f"{text}{self._clock_column()}", False)]
        if (not found.clocks or found.at_midnight == found.clocks) and found.counted and self._clock_column():
            return [Suspicion(f"no record tells its hour{self._clock_column()}", False)]
        return []

    def _nowhere(self) -> list[Suspicion]:
        """Nothing says where, though a column may."""
        section = self.city.incidents
        if section.location is not None or not self.found.counted:
            return []
        columns = [column for column in self.found.left_out if looks_like_coordinate(column)]
        if columns:
            return [
                Suspicion(
                    f"no record has a point, and {named(columns, most=4)}, which are not kept, look like coordinates: "
                    "location = { x = …, y = …, crs = … }",
                    False,
                )
            ]
        if not section.areas and not self.city.places_by_address:
            return [
                Suspicion(
                    "no record has a point or an area: give location, areas, or place_by_address with a [[gazetteer]]",
                    False,
                )
            ]
        return []

    def doubts(self) -> list[Suspicion]:
        """The readings that are hard to believe."""
        found, lines = self.found, [*self._nowhere(), *self._without_hours()]
        if found.at_zero and not found.located:
            lines.append(
                Suspicion(
                    f"none has a point, and {found.at_zero:,} are at 0, 0: are these the right columns of location? "
                    "if their points are not known, location = { …, none = [0] } says so",
                    False,
                )
            )
        if found.located >= FEWEST_AT_ONE_POINT and len(found.places) == 1:
            lines.append(
                Suspicion(
                    f"all {found.located:,} points are one and the same: is it the place of an office, or of what is not known? "
                    "location = { …, none = [ … ] } names a number that stands for no location",
                    False,
                )
            )
        unique = len(found.fine_points)
        points = found.fine_points.total()
        # A week's incidents of a large city are each in another block.
        if points >= (FEWEST if self.is_first else FEWEST_LATER_POINTS) and unique >= NEARLY_ALL * points:
            lines.append(
                Suspicion(
                    f'precision = "block", but {unique:,} of {points:,} points differ and are written to the centimetre, like addresses: '
                    'give precision = "exact", so that they are never published',
                    True,
                )
            )
        if found.addresses >= FEWEST and found.house_numbers >= NEARLY_ALL * found.addresses:
            lines.append(
                Suspicion(
                    f'precision = "block", but {_of(found.house_numbers, found.addresses)} have the number of a house in their address: '
                    'give precision = "exact", so that they are never published',
                    True,
                )
            )
        if found.counted >= FEWEST and found.first_days == found.counted and not self.city.incidents.is_by_month:
            lines.append(
                Suspicion(
                    f'all {found.counted:,} days are the first of a month; are only months known? format = "%Y-%m"',
                    False,
                )
            )
        if (quiet := quiet_hours(found.hours)) is not None and quiet not in NIGHT:
            lines.append(
                Suspicion(
                    f"the quietest hours are {quiet:02}:00 to {(quiet + QUIET_HOURS) % 24:02}:00, and not at night: are the times UTC, "
                    f'or is timezone = "{self.city.city.timezone}" another one\'s? UTC is read with format = "… %z" or a Z at its end',
                    False,
                )
            )
        lines += [
            Suspicion(
                f"{words!r} ({count:,} records) sounds sensitive, and no [[crime_type]] names it: name it, with sensitive = true",
                False,
            )
            for words, count in found.other_words.most_common()
            if looks_sensitive(words)
        ]
        lines += [
            Suspicion(
                f"the column {column!r}, which is not kept, may say how many incidents a row stands for: each row counts as one. "
                "Load a file with a row an incident, if there is one",
                False,
            )
            for column in found.left_out
            if COUNTS.search(column)
        ]
        lines += [Suspicion(text, False) for text in lost_zeros(self.city, found.other_words)]
        lines += [
            Suspicion(f"the column {column!r} (incidents.{key}) looks personal, and is kept because it is named", False)
            for column, key in self.city.incidents.columns.items()
            if PERSONAL.search(column)
        ]
        return lines


def _codes(unknown: Counter[str], names: Mapping[str, str]) -> str:
    shown = []
    for code, count in unknown.most_common(SHOWN):
        hint = closest(code[:LONGEST], [*names.values(), *names]).removeprefix("; did you mean ").removesuffix("?")
        shown.append(f"{code[:LONGEST]!r} {count:,} times" + (f" (nearest: {hint})" if hint else ""))
    more = len(unknown) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} records"


def _examples(words: list[str]) -> str:
    return f" (such as {', '.join(repr(word[:LONGEST]) for word in words[:3])})" if words else ""
