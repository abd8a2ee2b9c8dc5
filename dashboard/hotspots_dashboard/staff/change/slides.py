"""A packet as slides (PPTX): the finding, a chart that PowerPoint itself draws from the figures, and the question."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from hotspots.sources.packet_style import PacketStyle, opening_layout, title_layout
from hotspots.store.staff.desk.change import Packet
from hotspots_dashboard.staff.change.packet import finding, packet_question, period_days

MOST_LINES, MOST_BARS = 12, 12
WIDTH_IN, HEIGHT_IN = 13.333, 7.5
MARGIN_IN, TITLE_END_IN = 0.6, 1.05
TEXT_ALTERNATIVE = (
    "Incidents by type, {days} days against the same weekdays of last year; the figures stand in the chart's own sheet."
)


def packet_slides(packet: Packet, *, service: str, style: PacketStyle) -> bytes:
    """Three slides, after the agency's opening one where it wants one. Every number is the packet's own.

    Masters, layouts and size are those of the agency's presentation where it has one; slides that stand in it are left out.
    """
    deck, is_ours = _deck(style), style.slides is None
    deck.core_properties.title = f"Change, {packet.asked['where']}, {packet.code}"
    deck.core_properties.author = service
    if style.title_page:
        _opening(deck, packet, service=service, style=style)
    rows, days = packet.content["rows"], period_days(packet.content)
    flagged = [row for row in rows if row["flag"] in ("more", "fewer")][:MOST_LINES]
    first = _slide(
        deck,
        f"Change, {packet.asked['where']}",
        f"{style.agency or service} · {packet.code} · {days} days before {packet.content['days']['until']}",
        is_ours=is_ours,
    )
    _words(first, finding(packet.content), top=1.5, size=28, bold=True)
    for number, row in enumerate(flagged):
        _words(first, _line(row), top=2.4 + 0.38 * number, size=16)
    if not flagged:
        _words(first, "The counts of every type stand on the next slide and in the workbook.", top=2.4, size=16)
    alone = "year_ago" in packet.content.get("broken", ())
    title = f"{days} days" if alone else f"{days} days against the same weekdays of last year"
    second = _slide(deck, title, packet.asked["where"], is_ours=is_ours)
    bars = rows[:MOST_BARS] if flagged else sorted(rows, key=lambda row: -row["recent"])[:MOST_BARS]
    _chart(second, bars, days, packet.content.get("broken", ()), colours=(style.light, style.dark))
    third = _slide(deck, "What it was asked", packet.code, is_ours=is_ours)
    for number, (label, words) in enumerate(packet_question(packet).items()):
        _words(third, f"{label}: {words}", top=1.5 + 0.5 * number, size=16)
    foot = f" {style.foot}" if style.foot else ""
    _words(third, f"Below ten in either period: counts only. About places, not people.{foot}", top=6.6, size=14)
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


def _deck(style: PacketStyle) -> Any:
    """An empty presentation: the agency's without its slides, or a wide one of ours."""
    import pptx
    from pptx.util import Inches

    if style.slides is None:
        deck = pptx.Presentation()
        deck.slide_width, deck.slide_height = Inches(WIDTH_IN), Inches(HEIGHT_IN)
        return deck
    deck = pptx.Presentation(io.BytesIO(style.slides))
    listed = deck.slides._sldIdLst  # noqa: SLF001  (the library takes no slide out)
    for one in list(listed):
        deck.part.drop_rel(one.rId)
        listed.remove(one)
    return deck


def _opening(deck: Any, packet: Packet, *, service: str, style: PacketStyle) -> None:
    """Add the agency's own opening slide with title and finding, or one with a title."""
    from pptx.util import Inches

    layout = opening_layout(deck)
    title, below = (
        f"Change, {packet.asked['where']}",
        f"{style.agency or service} · {packet.code}\n{finding(packet.content)}",
    )
    if layout is None:
        slide = _slide(deck, title, below, is_ours=style.slides is None)
    else:
        slide = deck.slides.add_slide(layout)
        slide.shapes.title.text_frame.text = title
        others = [
            shape
            for shape in slide.placeholders
            if shape is not slide.shapes.title and shape.placeholder_format.idx == 1
        ]
        if others:
            others[0].text_frame.text = below
    if style.logo is not None and style.logo.format == "png":
        picture = slide.shapes.add_picture(io.BytesIO(style.logo.content), Inches(0.6), Inches(0.5), height=Inches(0.9))
        picture._element.nvPicPr.cNvPr.set("descr", style.logo.words)  # noqa: SLF001  (the library has no name for it)


def _slide(deck: Any, title: str, below: str, *, is_ours: bool) -> Any:
    from pptx.util import Inches, Pt

    layout = title_layout(deck)
    assert layout is not None  # of ours, or checked when the style was read
    slide = deck.slides.add_slide(layout)  # a title alone: screen readers find it
    head = slide.shapes.title
    head.text_frame.text = title
    if is_ours:
        head.left, head.top, head.width, head.height = (
            Inches(MARGIN_IN), Inches(0.35), _across(slide), Inches(TITLE_END_IN - 0.35),
        )  # fmt: skip
        _left(head.text_frame.paragraphs[0], Pt(30), bold=True)
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx != 0:  # an empty box says "click to add text"
            shape._element.getparent().remove(shape._element)  # noqa: SLF001  (the library takes no shape out)
    _words(slide, below, top=1.0, size=14)
    return slide


def _across(slide: Any) -> int:
    """Width of a slide between its margins."""
    from pptx.util import Inches

    return slide.part.package.presentation_part.presentation.slide_width - 2 * Inches(MARGIN_IN)


def _down(slide: Any, top: float) -> int:
    """Where a height of our slides, inches, is on this slide: what is below the title shrinks or grows to the room that is left."""
    from pptx.util import Inches

    head, height = slide.shapes.title, slide.part.package.presentation_part.presentation.slide_height
    end = head.top + head.height
    return int(end + (Inches(top) - Inches(TITLE_END_IN)) * (height - end) / Inches(HEIGHT_IN - TITLE_END_IN))


def _words(slide: Any, text: str, *, top: float, size: int, bold: bool = False) -> None:
    from pptx.util import Inches, Pt

    box = slide.shapes.add_textbox(Inches(MARGIN_IN), _down(slide, top), _across(slide), Inches(0.4))
    box.text_frame.word_wrap = True
    box.text_frame.text = text
    _left(box.text_frame.paragraphs[0], Pt(size), bold=bold)


def _left(paragraph: Any, size: Any, *, bold: bool) -> None:
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold = size, bold


def _chart(
    slide: Any, rows: Sequence[Mapping[str, Any]], days: int, broken: Sequence[str], *, colours: tuple[str, str]
) -> None:
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
        XL_CHART_TYPE.BAR_CLUSTERED,
        Inches(MARGIN_IN),
        _down(slide, 1.5),
        _across(slide),
        _down(slide, 7.1) - _down(slide, 1.5),
        data,
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
    for series, colour in zip(plot.series, colours[-len(plot.series) :], strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#"))
