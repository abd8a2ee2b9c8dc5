"""A list as a workbook that a person would have made: few columns first, all of them behind, the question on a sheet of its own."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hotspots.domain.phrase import phrase
from hotspots.domain.place_list import PlaceList
from hotspots.pipeline.at_risk.columns import Column, columns_of, rows_of
from hotspots.pipeline.at_risk.question import language_of_list, title_of

HEAD_ROW = 4
BESIDE = (
    phrase("Who lives there"),
    phrase("Attribution"),
    phrase("Disclaimer"),
)  # labels of the sheet about the list, beside its question


def workbook(places: PlaceList, question: Mapping[str, str]) -> bytes:
    """Return an .xlsx: sheets Places, All columns and About; dates are dates, numbers numbers, texts never formulas."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": title_of(places),
                "subject": places.city,
                "comments": " | ".join(f"{label}: {value}" for label, value in question.items()),
            }
        )
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "lead": book.add_format({"font_color": "#404a54"}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": "#e8eef4"}
            ),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "label": book.add_format({"bold": True, "valign": "top"}),
        }
        language = language_of_list(places)
        columns = columns_of(places)
        sheet = book.add_worksheet(language.say("Places"))
        sheet.write_string(0, 0, title_of(places), formats["title"])
        sheet.write_string(
            1,
            0,
            language.say(
                "{budget}. Ranked by {key}. {status}.",
                budget=question["Budget"],
                key=question["Ranked by"],
                status=question["Status"].capitalize(),
            ),
            formats["lead"],
        )
        sheet.write_string(2, 0, f"{question['Measured']}", formats["lead"])
        _table(sheet, places, [column for column in columns if column.for_people], formats, top=HEAD_ROW)
        _print_setup(sheet, places, head_row=HEAD_ROW)
        details = book.add_worksheet(language.say("All columns"))
        _table(details, places, columns, formats, top=0)
        _print_setup(details, places, head_row=0)
        about = book.add_worksheet(language.say("About"))
        about.set_column(0, 0, 22)
        about.set_column(1, 1, 110)
        pairs: list[tuple[str, Any]] = [
            *question.items(),
            (BESIDE[0], places.exposure_words),
            *((language.say("Note {n}", n=n), note) for n, note in enumerate(places.notes, start=1)),
            (BESIDE[1], places.attribution),
            (BESIDE[2], places.disclaimer),
        ]
        dates = {"Review date": places.review_date, "Made on": places.made_on, "Data known on": places.known_on}
        for line, (label, value) in enumerate(pairs):
            about.write_string(line, 0, language.text(label), formats["label"])
            _write(about, line, 1, dates.get(label, value), formats)
        _print_setup(about, places, head_row=None)
    return buffer.getvalue()


def _table(sheet: Any, places: PlaceList, columns: Sequence[Column], formats: Mapping[str, Any], *, top: int) -> None:
    for n, column in enumerate(columns):
        sheet.write_string(top, n, column.label, formats["head"])
        sheet.set_column(n, n, column.width)
    rows = rows_of(places, list(columns))
    for line, row in enumerate(rows, start=top + 1):
        for n, value in enumerate(row.values()):
            _write(sheet, line, n, value, formats)
    sheet.freeze_panes(top + 1, 2)
    sheet.autofilter(top, 0, top + max(len(rows), 1), len(columns) - 1)


def _write(sheet: Any, line: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None:
        sheet.write_blank(line, column, None, formats["text"])
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, formats["date"])
    elif isinstance(value, (int, float)):
        sheet.write_number(line, column, value, formats["number"])
    else:
        sheet.write_string(line, column, str(value), formats["text"])


def _print_setup(sheet: Any, places: PlaceList, *, head_row: int | None) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # an ampersand is a command in a footer
    language = language_of_list(places)
    review = language.say("{city}: review on {day}", city=places.city, day=places.review_date).replace("&", "&&")
    status = language.say("issued") if places.request.issue else language.say("a try, not issued")
    sheet.set_footer(f"&L{review}&C{language.say('Page {page} of {pages}', page='&P', pages='&N')}&R{status}")
    if head_row is not None:
        sheet.repeat_rows(head_row)
