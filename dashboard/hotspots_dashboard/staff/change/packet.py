"""A packet as files: an Excel workbook with real numbers, and one printed page (PDF)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hotspots.pipeline.desk.change import PAST
from hotspots.pipeline.typeset import typeset
from hotspots.sources.packet_style import PacketStyle
from hotspots.store.staff.desk.change import Packet

KEYS = (
    "area",
    "label",
    "week",
    "recent",
    "before",
    "year_ago",
    "ratio",
    "low",
    "high",
    "flag",
    "to_date",
    "to_date_year_ago",
)
COUNTS_ONLY, NOT_KNOWN = "counts only", "not known"


def heads(n_days: int) -> tuple[str, ...]:
    """The heads of a packet's columns, in the order of `KEYS`."""
    return (
        "Area",
        "Type",
        "7 days",
        f"{n_days} days",
        f"{n_days} before",
        "Last year",
        "Ratio",
        "from",
        "to",
        "Flag",
        "Year to date",
        "Last year to date",
    )


def period_days(content: Mapping[str, Any]) -> int:
    """Length of the period that a packet compares, days."""
    days = content["days"]
    return (date.fromisoformat(days["until"]) - date.fromisoformat(days["recent"])).days


def packet_workbook(packet: Packet) -> bytes:
    """The packet's figures on one sheet, its question on a second."""
    import xlsxwriter

    spool = io.BytesIO()
    book = xlsxwriter.Workbook(spool, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, two = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet("Change")
    sheet.write_row(0, 0, heads(period_days(packet.content)), bold)
    for row, line in enumerate(packet.content["rows"], start=1):
        for column, key in enumerate(KEYS):
            value = NOT_KNOWN if line[key] is None and key in PAST else line[key]
            if value is not None:
                sheet.write(row, column, value, two if isinstance(value, float) else None)
    sheet.set_column(1, 1, 30)
    sheet.freeze_panes(1, 0)
    asked = book.add_worksheet("Question")
    for row, (name, words) in enumerate(packet_question(packet).items()):
        asked.write(row, 0, name, bold)
        asked.write(row, 1, words)
    asked.set_column(0, 1, 40)
    book.close()
    return spool.getvalue()


def packet_question(packet: Packet) -> dict[str, str]:
    """The question of a packet, as pairs of words."""
    days = packet.content["days"]
    return {
        "Packet": packet.code,
        "Where": packet.asked["where"],
        f"{period_days(packet.content)} days": f"{days['recent']} to the day before {days['until']}",
        "Compared with": f"{days['year_recent']} to the day before {days['year']}: the same weekdays of last year",
        "As known on": packet.asked["known_on"] or "the day it was made",
        "Counting rule": "incidents, by the day on which they began",
        "Tested together": f"{packet.content['tested']} lines; about one in ten flags is false",
        "Made by": f"{packet.made_by}, {packet.made_at:%Y-%m-%d %H:%M}",
    }


def packet_pdf(packet: Packet, *, service: str, paper: str, style: PacketStyle) -> bytes:
    """One page as PDF/UA-1, after the agency's title page where it wants one; `paper` is a4 or us-letter."""
    logo = style.logo
    lines = [[_cell(line, key) for key in KEYS[1:]] for line in packet.content["rows"][:40]]
    words: Mapping[str, Any] = {
        "paper": paper,
        "service": service,
        "title": f"Change, {packet.asked['where']}",
        "finding": finding(packet.content),
        "heads": heads(period_days(packet.content))[1:],
        "lines": lines,
        "question": list(packet_question(packet).items()),
        "agency": style.agency,
        "foot": style.foot,
        "dark": style.dark,
        "title_page": style.title_page,
        "logo": None if logo is None else {"content": list(logo.content), "format": logo.format, "words": logo.words},
    }
    return typeset(Path(__file__).with_name("packet.typ"), words, name="packet")


def finding(content: Mapping[str, Any]) -> str:
    """The first sentence of a packet."""
    tested, flagged, broken = content["tested"], content["flagged"], content.get("broken", ())
    if "recent" in broken:
        return "Not every one of these days is on record: nothing is compared."
    if "year_ago" in broken:
        return "Not every one of the same days last year is on record: nothing is compared."
    if not tested:
        return "Too few incidents to compare anything: counts only."
    if not flagged:
        return f"Nothing beyond chance in {tested} comparisons."
    return f"{flagged} of {tested} changed more than chance explains."


def _cell(line: Mapping[str, Any], key: str) -> str:
    value = line[key]
    if value is None:
        return COUNTS_ONLY if key == "flag" else NOT_KNOWN if key in PAST else ""
    if key == "flag":
        return {"more": "▲ more", "fewer": "▼ fewer", "none": ""}[value]
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
