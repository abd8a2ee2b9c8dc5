"""A packet as slides (PPTX): the finding, a chart that PowerPoint itself draws from the figures, and the question."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from hotspots.store.staff.desk.change import Packet
from hotspots_dashboard.staff.change.packet import finding, packet_question, period_days

MOST_LINES, MOST_BARS = 12, 12
WIDTH_IN, HEIGHT_IN = 13.333, 7.5
MARGIN_IN = 0.6
DARK, LIGHT = "1F4E8C", "A9B9D6"  # dark and light also in grey
TEXT_ALTERNATIVE = (
    "Incidents by type, {days} days against the same weekdays of last year; the figures stand in the chart's own sheet."
)


def packet_slides(packet: Packet, *, service: str) -> bytes:
    """Three slides, wide. Every number is the packet's own."""
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH_IN), Inches(HEIGHT_IN)
    deck.core_properties.title = f"Change, {packet.asked['where']}, {packet.code}"
    deck.core_properties.author = service
    rows, days = packet.content["rows"], period_days(packet.content)
    flagged = [row for row in rows if row["flag"] in ("more", "fewer")][:MOST_LINES]
    first = _slide(
        deck,
        f"Change, {packet.asked['where']}",
        f"{service} · {packet.code} · {days} days before {packet.content['days']['until']}",
    )
    _words(first, finding(packet.content), top=1.5, size=28, bold=True)
    for number, row in enumerate(flagged):
        _words(first, _line(row), top=2.4 + 0.38 * number, size=16)
    if not flagged:
        _words(first, "The counts of every type stand on the next slide and in the workbook.", top=2.4, size=16)
    alone = "year_ago" in packet.content.get("broken", ())
    title = f"{days} days" if alone else f"{days} days against the same weekdays of last year"
    second = _slide(deck, title, packet.asked["where"])
    bars = rows[:MOST_BARS] if flagged else sorted(rows, key=lambda row: -row["recent"])[:MOST_BARS]
    _chart(second, bars, days, packet.content.get("broken", ()))
    third = _slide(deck, "What it was asked", packet.code)
    for number, (label, words) in enumerate(packet_question(packet).items()):
        _words(third, f"{label}: {words}", top=1.5 + 0.5 * number, size=16)
    _words(third, "Below ten in either period: counts only. About places, not people.", top=6.6, size=14)
    spool = io.BytesIO()
    deck.save(spool)
    return spool.getvalue()


def _line(row: Mapping[str, Any]) -> str:
    arrow = "▲" if row["flag"] == "more" else "▼"
    where = f"{row['area']}: " if row["area"] else ""
    return (
        f"{arrow} {where}{row['label']} {row['recent']:,}, last year {row['year_ago']:,} · "
        f"{row['ratio']:.2f} times ({row['low']:.2f}–{row['high']:.2f})"
    )


def _slide(deck: Any, title: str, below: str) -> Any:
    from pptx.util import Inches, Pt

    slide = deck.slides.add_slide(deck.slide_layouts[5])  # a title alone: screen readers find it
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = (
        Inches(MARGIN_IN), Inches(0.35), Inches(WIDTH_IN - 2 * MARGIN_IN), Inches(0.7),
    )  # fmt: skip
    head.text_frame.text = title
    _left(head.text_frame.paragraphs[0], Pt(30), bold=True)
    _words(slide, below, top=1.0, size=14)
    return slide


def _words(slide: Any, text: str, *, top: float, size: int, bold: bool = False) -> None:
    from pptx.util import Inches, Pt

    box = slide.shapes.add_textbox(Inches(MARGIN_IN), Inches(top), Inches(WIDTH_IN - 2 * MARGIN_IN), Inches(0.4))
    box.text_frame.word_wrap = True
    box.text_frame.text = text
    _left(box.text_frame.paragraphs[0], Pt(size), bold=bold)


def _left(paragraph: Any, size: Any, *, bold: bool) -> None:
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold = size, bold


def _chart(slide: Any, rows: Sequence[Mapping[str, Any]], days: int, broken: Sequence[str]) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    if not rows:
        _words(slide, "No incident in either period.", top=1.6, size=16)
        return
    drawn = list(reversed(rows))  # a bar chart is drawn from below
    data = CategoryChartData(number_format="#,##0")
    data.categories = [row["label"] if not row["area"] else f"{row['area']}: {row['label']}" for row in drawn]
    if "year_ago" not in broken:
        data.add_series("last year", [row["year_ago"] for row in drawn])
    data.add_series(f"these {days} days", [row["recent"] for row in drawn])
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, Inches(MARGIN_IN), Inches(1.5), Inches(WIDTH_IN - 2 * MARGIN_IN), Inches(5.6), data
    )
    words = TEXT_ALTERNATIVE.format(days=days)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", words)  # noqa: SLF001  (the library has no name for it)
    chart = frame.chart
    chart.has_legend, chart.font.size = True, Pt(13)
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 60, True
    plot.data_labels.font.size, plot.data_labels.number_format = Pt(11), "#,##0"
    plot.data_labels.number_format_is_linked = False
    chart.value_axis.has_major_gridlines, chart.value_axis.visible = False, False
    for series, colour in zip(plot.series, (LIGHT, DARK)[-len(plot.series) :], strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
