"""A packet in the agency's own look: its slides, colours, logo and title page; every figure stays the packet's."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pptx
import pytest

from hotspots.sources.packet_style import Logo, PacketStyle
from hotspots.store.staff.desk.change import Packet
from hotspots_dashboard.staff.change.packet import packet_pdf
from hotspots_dashboard.staff.change.slides import packet_slides
from tests.pdf import pdf_strings, pdf_text
from tests.pdf_ua import broken_rules
from tests.sources.test_packet_style import PNG, SVG, agency_deck

ROW = {
    "area_code": None, "area": None, "crime_type": "robbery", "label": "Robbery", "week": 13, "recent": 52, "before": 36, "year_ago": 24,
    "to_date": 412, "to_date_year_ago": 377, "ratio": 2.1667, "low": 1.34, "high": 3.52, "flag": "more",
}  # fmt: skip
DAYS = {"until": "2017-11-27", "recent": "2017-10-30", "year": "2016-11-28", "year_recent": "2016-10-31"}
PACKET = Packet(
    7, "C-0007", {"where": "District 18", "known_on": None}, {"rows": [ROW], "tested": 22, "flagged": 1, "days": DAYS},
    "analyst", datetime(2017, 11, 27, tzinfo=UTC),
)  # fmt: skip
LOGOS = {"png": Logo(PNG, "png", "Star of Smallville"), "svg": Logo(SVG, "svg", "Star of Smallville"), "none": None}


def smaller(deck: Any) -> None:
    deck.slide_width, deck.slide_height = 9_144_000, 6_858_000


@pytest.mark.parametrize("title_page", [False, True])
@pytest.mark.parametrize("slides", [None, agency_deck(smaller)])
def test_slides_take_the_agencys_masters_and_keep_every_figure(slides: bytes | None, title_page: bool) -> None:
    style = PacketStyle("Police of Smallville", "Internal", LOGOS["png"], "#112233", "#AABBCC", title_page, slides)
    deck = pptx.Presentation(io.BytesIO(packet_slides(PACKET, service="City", style=style)))
    texts = [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]  # pyright: ignore
    assert len(texts) == 3 + title_page
    every = "\n".join(text for slide in texts for text in slide)
    assert "Delete me" not in every and "Click to add" not in every and all(text for slide in texts for text in slide)
    assert (
        "▲ Robbery 52, last year 24 · 2.17 times (1.34–3.52)" in every
        and "Police of Smallville" in every
        and "Internal" in every
    )
    (chart,) = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]  # pyright: ignore
    colours = [str(series.format.fill.fore_color.rgb) for series in chart.plots[0].series]
    assert colours == ["AABBCC", "112233"]
    assert [list(series.values) for series in chart.plots[0].series] == [[24.0], [52.0]]
    assert (deck.slide_width, deck.slide_height) == ((9_144_000, 6_858_000) if slides else (12_191_695, 6_858_000))
    for slide in deck.slides:
        for shape in slide.shapes:  # nothing runs out of the slide
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width + 1  # pyright: ignore
            assert 0 <= shape.top <= deck.slide_height  # pyright: ignore


def test_the_page_has_logo_lines_and_a_title_page_where_one_is_wanted_and_screen_readers_read_it(
    tmp_path: Path,
) -> None:
    files = []
    for logo, given in LOGOS.items():
        for title_page in (False, True):
            style = PacketStyle("Police of Smallville", "Internal", given, "#112233", "#AABBCC", title_page)
            pdf = packet_pdf(PACKET, service="City", paper="us-letter" if title_page else "a4", style=style)
            text = pdf_text(pdf)
            assert len(re.findall(r"/Type\s*/Page\b", text)) == 1 + title_page
            assert ("Star of Smallville" in pdf_strings(text, "Alt")) is (given is not None)
            files.append(tmp_path / f"{logo}-{title_page}.pdf")
            files[-1].write_bytes(pdf)
    assert broken_rules(*files) == [[]] * len(files)
