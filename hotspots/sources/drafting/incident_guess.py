"""Guess how an agency's records are read, and write it as the table ``[incidents]``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hotspots.errors import InputError
from hotspots.sources.drafting import guesses, time_guess
from hotspots.sources.drafting.area_guess import AreaGuess
from hotspots.sources.drafting.files import Records
from hotspots.sources.drafting.toml_text import one_or_list, quoted

POLICE_UK_HEAD = {"Crime ID", "Month", "LSOA code", "Crime type"}


@dataclass(frozen=True)
class IncidentGuess:
    """The columns of the first file of records.

    Attributes
    ----------
    files : all files of records; the first was looked at.
    ids, id_repeats : columns that name an incident, none where none does; whether one incident has several rows.
    address, is_block : column of the address, and whether the points are those of blocks.
    used : every column that is one of these.
    """

    files: list[Records]
    time: time_guess.TimeGuess
    point: guesses.PointGuess | None
    offence: str
    place_type: str | None
    address: str | None
    is_block: bool
    ids: list[str]
    id_repeats: bool
    used: set[str]

    @classmethod
    def of(cls, files: list[Records]) -> IncidentGuess:
        """Guess from the first file. Raises InputError where nothing says when, or what."""
        rows = files[0].rows
        point = guesses.guess_point(rows)
        used = set(point.columns) if point is not None else set()
        time = time_guess.guess_time(rows, but=used)
        if time is None:
            why, has = time_guess.why_no_time(rows), ", ".join(rows.columns[:30])
            raise InputError(f"{files[0].path.name}: no column of times can be read{why}; it has {has}.")
        used |= set(time.all_columns)
        offence = guesses.guess_offence(rows, but=used)
        if offence is None:
            has = ", ".join(rows.columns[:30])
            raise InputError(f"{files[0].path.name}: no column looks like the words for an offence; it has {has}.")
        used.add(offence)
        place_type = guesses.guess_place_type(rows, but=used)
        used |= {place_type} if place_type else set()
        address = guesses.guess_address(rows, but=used)
        used |= {address[0]} if address else set()
        ids, repeats = guesses.guess_ids(rows, but=used, times=time.all_columns)
        is_police_uk = set(rows.columns) >= POLICE_UK_HEAD
        if is_police_uk:
            ids, repeats = [], False  # the id is empty for anti-social behaviour
        is_block = is_police_uk or (address is not None and address[1])
        return cls(
            files,
            time,
            point,
            offence,
            place_type,
            address[0] if address else None,
            is_block,
            ids,
            repeats,
            used | set(ids),
        )

    @property
    def is_police_uk(self) -> bool:
        """Whether the columns are those of police.uk."""
        return set(self.files[0].rows.columns) >= POLICE_UK_HEAD

    def lines(self, crs: str | None, kinds: list[AreaGuess], timezone: str) -> list[str]:
        """The table, with a comment at each guess; `crs` of the points, None where none was found."""
        return [
            "[incidents]",
            *self._files(),
            *self._id(),
            self._time(timezone),
            *self._place(crs, kinds),
            *self._what(),
            "",
        ]

    def _files(self) -> list[str]:
        layout = self.files[0].layout
        names = [re.sub(r"\d+(?:[_-]?\d+)*", "*", one.path.name) for one in self.files]
        lines = [
            f"files = {one_or_list(list(dict.fromkeys(names)))}  # a file a delivery; * stands for what differs in their names"
        ]
        if layout.encoding != "utf-8":
            lines.append(f"encoding = {quoted(layout.encoding)}  # guessed: the text is not UTF-8")
        if layout.sheet is not None:
            lines.append(f"sheet = {quoted(layout.sheet)}  # guessed: the sheet with the most rows")
        if layout.delimiter != ",":
            lines.append(f"delimiter = {quoted(layout.delimiter)}")
        if layout.title_rows:
            lines.append(f"title_rows = {layout.title_rows}  # rows above the header")
        if self.is_police_uk:
            return [*lines, 'supply = "snapshot"  # every month is supplied anew', 'scope = "period"']
        guess = (
            'supply = "increment"  # guessed: absence means nothing; "snapshot" where each file replaces the one before'
        )
        return [*lines, guess]

    def _id(self) -> list[str]:
        if not self.ids:
            return ["# no id: no column names an incident, so a row is known by when, where and what it tells"]
        if self.id_repeats:
            rule = 'repeated_id = { keep = "first" }  # guessed: the first row of an incident tells what it was'
            return [f"id = {one_or_list(self.ids)}  # repeats: rows of one incident", rule]
        if len(self.ids) > 1:
            return [
                f"id = {one_or_list(self.ids)}  # guessed: {quoted(self.ids[0])} begins anew, and its rows tell other times"
            ]
        return [f"id = {one_or_list(self.ids)}  # every row has its own"]

    def _time(self, timezone: str) -> str:
        time = self.time
        note = f"reads {time.share:.1%} of {len(self.files[0].rows):,} rows looked at"
        note += "; day and month could be exchanged in every row" if time.is_ambiguous else ""
        note += "; the years are guessed to be of another calendar" if time.other_years is not None else ""
        if time.is_day:
            note += "; the column holds days: guessed, as all stand at midnight"
        note += "; a window" if time.end is not None else ""
        return f"occurred = {{ {_time_table(time, timezone)} }}  # {note}"

    def _place(self, crs: str | None, kinds: list[AreaGuess]) -> list[str]:
        lines = []
        if self.point is not None:
            columns = [quoted(column) for column in self.point.columns]
            where = (
                f"x = {columns[0]}, y = {columns[1]}" if self.point.key == "x" else f"{self.point.key} = {columns[0]}"
            )
            decimal = ', decimal = ","' if self.point.decimal == "," else ""
            decimal += f", thousands = {quoted(self.point.thousands)}" if self.point.thousands else ""
            decimal += ", none = [0]" if self.point.has_zeros else ""
            note = "NOT FOUND: write the system of the coordinates"
            if crs is not None:
                note = (
                    "degrees"
                    if self.point.is_degrees
                    else "a system in which the points fall onto the areas; hold it to the portal"
                )
            note += (
                "; the names say the other way round, but only so do they lie in the areas"
                if self.point.is_exchanged
                else ""
            )
            note += "; 0 stands for no location" if self.point.has_zeros else ""
            lines.append(f"location = {{ {where}, crs = {quoted(crs or 'EPSG:4326')}{decimal} }}  # guessed: {note}")
        if self.address is not None:
            lines.append(f"address = {quoted(self.address)}")
        note = "addresses name blocks" if self.is_block else "nothing says that points were moved"
        note = "the agency publishes points of its own, not addresses" if self.is_police_uk else note
        lines.append(f'precision = "{"block" if self.is_block else "exact"}"  # guessed: {note}')
        recorded = [f"{kind.kind} = {quoted(kind.column)}" for kind in kinds if kind.column]
        return [
            *lines,
            *([f"areas = {{ {', '.join(recorded)} }}  # their values are codes of the map"] if recorded else []),
        ]

    def _what(self) -> list[str]:
        place_type = [f"location_type = {quoted(self.place_type)}"] if self.place_type else []
        counts = guesses.guess_counts(self.files[0].rows, but=self.used)
        warned = (
            [f"# LOOK: {counts} may say how many incidents a row stands for; each row counts as one here."]
            if counts
            else []
        )
        return [*place_type, f"source_type = {quoted(self.offence)}", *warned]


def _time_table(time: time_guess.TimeGuess, timezone: str) -> str:
    """The inside of a time's table."""
    if time.end is not None:
        start = _time_table(replace(time, end=None), timezone)
        return f"from = {{ {start} }}, to = {{ {_time_table(time.end, timezone)} }}"
    if time.parts:
        return ", ".join(f"{part} = {quoted(column)}" for part, column in time.parts.items())
    more = f", year_offset = {time.other_years.offset}" if time.other_years is not None else ""
    zone = time.day_zone(timezone)
    more += f", day_zone = {quoted(zone)}" if zone is not None else ""
    if time.clock is not None:
        more += f", clock = {quoted(time.clock)}, clock_format = {quoted(time.clock_format or '')}"
    elif time.is_day and zone is None:
        more += ', unknown_hours = ["00:00"]'
    return f"column = {one_or_list(time.columns)}, format = {one_or_list(time.formats)}{more}"
