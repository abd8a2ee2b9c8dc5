"""A list as an Excel file that carries its question: boxes on the first sheet, question and evidence on the second."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from hotspots.store.staff.desk.lists import DeskList, ListedBox

NOT_SUSPICION = "This list is about places. It does not establish suspicion of anybody."


def question_rows(found: DeskList, *, today: date) -> list[tuple[str, str]]:
    """Everything that the list was asked and rests on, as pairs of words."""
    asked, rests = found.question, found.evidence
    claim = f"{100 * rests['expected_share']:.1f} % of incidents in {100 * rests['ground_share']:.1f} % of the ground"
    return [
        ("List", f"{found.code} {found.title}"),
        ("State", found.state(today)),
        ("Crime types", ", ".join(asked["crime_types"])),
        ("Hours of the record", asked.get("hours") or "all"),
        ("Weekdays", "all"),
        ("Unit and number", f"{asked['boxes']} boxes of 250 m, at least 250 m apart"),
        ("Within", asked.get("within") or "the whole city"),
        ("Order", "expected incidents in the forecast period, all hours"),
        ("Model", f"{rests['model']} version {rests['model_version']}"),
        ("Forecast", f"{rests['trained_to']} to the day before {rests['until']}, data known on {rests['known_on']}"),
        ("Record", f"{rests['record_since']} to the day before {rests['trained_to']}; beside it the middle one of all boxes with any"),
        ("The model's own claim", claim),
        ("Measured", rests["found"]),
        ("Review date", found.review_date.isoformat() if found.review_date else "not issued"),
        ("Made by", f"{found.made_by}, {found.made_at:%Y-%m-%d %H:%M}"),
        ("Owner", found.owner or "not issued"),
        ("", NOT_SUSPICION),
    ]  # fmt: skip


def list_workbook(found: DeskList, boxes: Sequence[ListedBox], *, today: date) -> bytes:
    """The file, with real numbers."""
    import xlsxwriter

    spool = io.BytesIO()
    book = xlsxwriter.Workbook(spool, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Boxes")
    heads = (
        "Letter",
        "Near",
        "Record, 52 weeks",
        "Middle box",
        "Known hour",
        "In hours asked",
        "Mostly at (h)",
        "Expected",
        "Box",
    )
    sheet.write_row(0, 0, heads, bold)
    for row, box in enumerate(boxes, start=1):
        detail = box.detail
        sheet.write_row(
            row,
            0,
            (
                box.letter,
                box.words,
                detail["record"],
                detail["typical"],
                detail["hour_known"],
                "" if detail["in_hours"] is None else detail["in_hours"],
                detail["hours"] or "",
                detail["expected"],
                box.code,
            ),
        )
    sheet.set_column(1, 1, 40)
    sheet.freeze_panes(1, 0)
    question = book.add_worksheet("Question")
    for row, (name, words) in enumerate(question_rows(found, today=today)):
        question.write(row, 0, name, bold)
        question.write(row, 1, words, wrap)
    question.set_column(0, 0, 24)
    question.set_column(1, 1, 90)
    book.close()
    return spool.getvalue()
