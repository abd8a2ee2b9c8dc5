"""The agency's look of its packets: what of a folder is taken, and what is refused with the file and the reason."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.util import Inches

from hotspots.errors import InputError
from hotspots.sources.packet_style import PacketStyle, read_packet_style

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'


def agency_deck(change: Any = lambda deck: None) -> bytes:
    """A small presentation of an agency, with a slide of its own in it."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    title = slide.shapes.title
    assert title is not None
    title.text_frame.text = "Delete me"
    change(deck)
    spool = io.BytesIO()
    deck.save(spool)
    return spool.getvalue()


def folder_with(home: Path, **files: bytes | str) -> Path:
    (home / "packet").mkdir()
    for name, content in files.items():
        file = home / "packet" / name.replace("_dot_", ".")
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return home


def test_without_a_folder_packets_look_like_ours(tmp_path: Path) -> None:
    assert read_packet_style(None) == read_packet_style(tmp_path) == PacketStyle()
    assert read_packet_style(folder_with(tmp_path)) == PacketStyle()


@pytest.mark.parametrize(("name", "content"), [("logo.png", PNG), ("logo.svg", SVG)])
def test_logo_colours_lines_and_slides_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    table = (
        f'agency = "Police of Smallville"\nfoot = "Internal"\nlogo = "{name}"\ndark = "#113355"\ntitle_page = true\n'
    )
    home = folder_with(tmp_path, packet_dot_toml=table, packet_dot_pptx=agency_deck())
    (home / "packet" / name).write_bytes(content)
    style = read_packet_style(home)
    assert (style.agency, style.foot, style.dark, style.light, style.title_page) == (
        "Police of Smallville", "Internal", "#113355", "#A9B9D6", True,
    )  # fmt: skip
    assert style.logo is not None and (style.logo.content, style.logo.words) == (content, "Police of Smallville")
    assert style.slides is not None


def low_title(deck: Any) -> None:
    for layout in deck.slide_layouts:
        for shape in layout.placeholders:
            if shape.placeholder_format.idx == 0:
                shape.left, shape.top, shape.width, shape.height = Inches(1), Inches(6), Inches(5), Inches(1)


def no_title(deck: Any) -> None:
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)


def with_macro() -> bytes:
    spool = io.BytesIO(agency_deck())
    with zipfile.ZipFile(spool, "a") as packed:
        packed.writestr("ppt/vbaProject.bin", b"x")
    return spool.getvalue()


@pytest.mark.parametrize(
    ("table", "files", "said"),
    [
        ("agency = ", {}, "is not a TOML file"),
        ('colour = "#112233"', {}, "colour: is no key of it; the keys are agency"),
        ('dark = "blue"', {}, "dark: String should match"),
        ('dark = "#FFEE00"', {}, "dark: #FFEE00 has a contrast of 1.2 on white"),
        ('logo = "logo.png"', {}, "there is no file 'logo.png'"),
        ('logo = "../../keys/seeds"\nlogo_words = "x"', {}, "there is no file"),
        ('logo = "logo.png"', {"logo.png": PNG}, "say what the logo shows"),
        ('logo = "logo.gif"\nagency = "A"', {"logo.gif": b"GIF89a"}, "neither a PNG nor an SVG"),
        ('logo = "a.svg"\nagency = "A"', {"a.svg": SVG.replace(b"<path", b"<script/><path")}, "holds a script or leads to another file"),
        ('logo = "a.svg"\nagency = "A"', {"a.svg": SVG.replace(b"<path", b'<image href="http://x/"/><path')}, "leads to another file"),
        ('logo = "a.svg"\nagency = "A"', {"a.svg": SVG.replace(b"<path", b'<path onload="x()"')}, "holds a script"),
        ('logo = "a.png"\nagency = "A"', {"a.png": PNG + bytes(1_000_001)}, "at most 1,000,000"),
        ("", {"packet.pptx": b"not a zip"}, "is not a PowerPoint file"),
        ("", {"packet.pptx": with_macro()}, "take macros and embedded files out"),
        ("", {"packet.pptx": agency_deck(no_title)}, "has no layout with a title"),
        ("", {"packet.pptx": agency_deck(low_title)}, "ends below the middle"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_file(
    tmp_path: Path, table: str, files: dict[str, bytes], said: str
) -> None:
    home = folder_with(tmp_path, packet_dot_toml=table)
    for name, content in files.items():
        (home / "packet" / name).write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_packet_style(home)
    assert said in str(raised.value) and str(home / "packet") in str(raised.value)
