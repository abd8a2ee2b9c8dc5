"""The monthly deliveries: new reports, corrections and withdrawals of earlier ones, and the blunders of any real file."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hotspots.demo_city.layout import metres
from hotspots.demo_city.offences import OFFENCES
from hotspots.demo_city.reports import (
    ARREST_MADE,
    MOVED,
    N_DELIVERIES,
    RECLASSIFIED,
    SAME,
    UNFOUNDED,
    Reports,
    reclassified_as,
)
from hotspots.demo_city.rhythms import FIRST_DAY

if TYPE_CHECKING:
    from hotspots.demo_city.city import DemoCity

COLUMNS = (
    "report_no", "status", "reported", "occurred_from", "occurred_to", "offence_code", "offence", "address", "x", "y", "beat",
    "community_area", "location_type", "domestic", "arrest",
)  # fmt: skip

# Rows that no real file is free of, by delivery (0-based): each is rejected with a reason.
_PLACE = ("101 MERIDIAN BLVD", "", "", "311", "8", "STREET", "N", "N")
BLUNDERS: dict[int, tuple[tuple[str, ...], ...]] = {
    1: (
        ("24-900001", "ACTIVE", "2024-02-03 10:00", "2042-02-03 09:30", "", "710", "THEFT", *_PLACE),  # the future
        ("24-900002", "ACTIVE", "2024-02-05 10:00", "1900-01-01 00:00", "", "710", "THEFT", *_PLACE),  # a default date
    ),
    4: (
        (
            "24-900003",
            "ACTIVE",
            "2024-05-02 08:15",
            "2024-05-32 07:00",
            "",
            "810",
            "CRIMINAL DAMAGE",
            *_PLACE,
        ),  # no such day
        ("", "ACTIVE", "2024-05-09 08:15", "2024-05-09 07:00", "", "810", "CRIMINAL DAMAGE", *_PLACE),  # no number
    ),
    8: (
        (
            "24-900004",
            "UNFOUNDED",
            "2024-09-12 12:00",
            "2024-09-12 11:00",
            "",
            "620",
            "THEFT FROM VEHICLE",
            *_PLACE,
        ),  # never delivered
        ("24-900005", "ACTIVE", "2024-09-15 12:00", "2024-09-15 11:00", "", "620"),  # the line breaks off
    ),
    15: (("25-900001", "ACTIVE", "2025-04-02 09:00", "", "", "920", "TRESPASS", *_PLACE),),  # no time at all
    21: (
        ("25-900002", "ACTIVE", "2025-10-20 23:10", "2025-10-20 22:50", "", "210", "ROBBERY", *_PLACE, "N"),
    ),  # a column too many
}


def known_on(delivery: int) -> date:
    """The day of a delivery: the first of the month after."""
    months = FIRST_DAY.month + delivery
    return date(FIRST_DAY.year + months // 12, months % 12 + 1, 1)


def _time(minute: int) -> str:
    if minute < 0:
        return ""
    return (datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day) + timedelta(minutes=minute)).strftime(
        "%Y-%m-%d %H:%M"
    )


class _Rows:
    """Turns reports into rows of text, as first written and as corrected."""

    def __init__(self, city: DemoCity, reports: Reports) -> None:
        self._city, self._reports = city, reports
        self._beats = [code.lstrip("0") for code in city.areas["beat"].codes]  # the police leave the zeros out
        self._communities = city.areas["community_area"].codes

    def first(self, i: int) -> list[str]:
        """As it is first delivered."""
        reports = self._reports
        offence = OFFENCES[reports.offence[i]]
        if reports.located[i]:
            place = [reports.address[i], metres(int(reports.x_dm[i])), metres(int(reports.y_dm[i]))]
        else:
            place = ["UNKNOWN", "0", "0"] if i % 5 < 2 else ["", "", ""]
        beat, community = int(reports.beat[i]), int(reports.community_area[i])
        return [
            reports.number[i],
            "ACTIVE",
            _time(int(reports.reported[i])),
            _time(int(reports.occurred_from[i])),
            _time(int(reports.occurred_to[i])),
            str(offence.code),
            offence.words,
            *place,
            self._beats[beat] if beat >= 0 else "",
            self._communities[community] if community >= 0 else "",
            reports.location_type[i],
            "Y" if reports.domestic[i] else "N",
            "Y" if reports.arrest[i] else "N",
        ]

    def later(self, i: int) -> list[str]:
        """As a later delivery has it: corrected, withdrawn, or the same once more."""
        reports, row = self._reports, self.first(i)
        fate = int(reports.fate[i])
        if fate == RECLASSIFIED:
            offence = OFFENCES[reclassified_as(int(reports.offence[i]))]
            row[5:7] = [str(offence.code), offence.words]
        elif fate == MOVED and not reports.located[i]:
            row[7:10] = [reports.address[i], metres(int(reports.x_dm[i])), metres(int(reports.y_dm[i]))]
        elif fate == MOVED and reports.event[i] >= 0:
            row[7:10] = self._next_door(int(self._city.events.address[reports.event[i]]))
        elif fate == ARREST_MADE:
            row[14] = "Y"
        elif fate == UNFOUNDED:
            row[1] = "UNFOUNDED"
        return row

    def _next_door(self, address: int) -> list[str]:
        addresses = self._city.addresses
        other = (
            address + 1
            if address + 1 < len(addresses) and addresses.segment[address + 1] == addresses.segment[address]
            else address - 1
        )
        return [
            f"{addresses.number[other]} {addresses.street[other]}",
            metres(int(addresses.x_dm[other])),
            metres(int(addresses.y_dm[other])),
        ]


def build_deliveries(city: DemoCity, reports: Reports) -> dict[str, str]:
    """The text of each delivery's file, by its name, which carries the day."""
    rows = _Rows(city, reports)
    new: list[list[int]] = [[] for _ in range(N_DELIVERIES)]
    later: list[list[int]] = [[] for _ in range(N_DELIVERIES)]
    for i, (delivery, changed_in, fate) in enumerate(
        zip(reports.delivery.tolist(), reports.changed_in.tolist(), reports.fate.tolist(), strict=True)
    ):
        new[delivery].append(i)
        if fate != SAME:
            later[changed_in].append(i)
    files = {}
    for delivery in range(N_DELIVERIES):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows.first(i) for i in new[delivery])
        writer.writerows(rows.later(i) for i in later[delivery])
        writer.writerows(BLUNDERS.get(delivery, ()))
        files[f"incidents_{known_on(delivery)}.csv"] = text.getvalue()
    return files
