"""The agency's own look of its packets: logo, colours, title page and slides, from the folder ``packet`` of the data folder."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hotspots.errors import InputError

FOLDER, TABLE, SLIDES = "packet", "packet.toml", "packet.pptx"
MOST_LOGO_BYTES, MOST_SLIDES_BYTES = 1_000_000, 20_000_000
LEAST_CONTRAST = 4.5  # of the dark colour on white, as text needs it (WCAG 2.2, 1.4.3)
PNG = b"\x89PNG\r\n\x1a\n"
ACTIVE_SVG = re.compile(
    r"<\s*(script|foreignobject|image|use|iframe)|\son\w+\s*=|(?:href|src)\s*=|url\s*\(|<!(?:doctype|entity)",
    re.IGNORECASE,
)
ACTIVE_PARTS = ("vba", "activex", "embeddings/", "externallinks/")

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Line = Annotated[str, Field(min_length=1, max_length=120)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agency: Line | None = None
    foot: Line | None = None
    logo: str | None = None
    logo_words: Line | None = None
    dark: Colour = "#1F4E8C"
    light: Colour = "#A9B9D6"
    title_page: bool = False


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, its format (png or svg), and what it shows, for who cannot see it."""

    content: bytes
    format: str
    words: str


@dataclass(frozen=True, slots=True)
class PacketStyle:
    """How packets look.

    Attributes
    ----------
    agency, foot : a line over the title and one at the foot; None is none.
    dark, light : colours of this year's and last year's bars, ``#rrggbb``.
    title_page : a first page, and a first slide, with agency, logo, title and finding.
    slides : the agency's presentation, whose masters and layouts the slides take; None is ours.
    """

    agency: str | None = None
    foot: str | None = None
    logo: Logo | None = None
    dark: str = "#1F4E8C"
    light: str = "#A9B9D6"
    title_page: bool = False
    slides: bytes | None = None


def read_packet_style(home: Path | None) -> PacketStyle:
    """The look that the folder ``packet`` of the data folder says; ours where there is no such folder.

    Raises
    ------
    InputError
        A file of it cannot be used; the message names the file, what is wrong and what to do.
    """
    folder = home / FOLDER if home else None
    if folder is None or not folder.is_dir():
        return PacketStyle()
    table = _read_table(folder / TABLE)
    if _contrast_on_white(table.dark) < LEAST_CONTRAST:
        raise InputError(
            f"{folder / TABLE}: dark: {table.dark} has a contrast of {_contrast_on_white(table.dark):.1f} on white; "
            f"choose a darker one, of at least {LEAST_CONTRAST}."
        )
    logo = None if table.logo is None else _read_logo(folder, table.logo, table.logo_words or table.agency)
    slides = folder / SLIDES
    return PacketStyle(
        agency=table.agency,
        foot=table.foot,
        logo=logo,
        dark=table.dark,
        light=table.light,
        title_page=table.title_page,
        slides=_read_slides(slides) if slides.is_file() else None,
    )


def _read_table(file: Path) -> _Table:
    if not file.is_file():
        return _Table()
    try:
        return _Table.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is not a TOML file: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        known = ", ".join(_Table.model_fields)
        what = f"is no key of it; the keys are {known}" if first["type"] == "extra_forbidden" else first["msg"]
        raise InputError(f"{file}: {where}: {what}.") from None


def _read_logo(folder: Path, name: str, words: str | None) -> Logo:
    file = folder / name
    if Path(name).name != name or not file.is_file():
        raise InputError(f"{folder / TABLE}: logo: there is no file {name[:60]!r} in {folder}.")
    if not words:
        raise InputError(f"{folder / TABLE}: logo_words: say what the logo shows, for people who cannot see it.")
    content = _bounded(file, MOST_LOGO_BYTES)
    if content.startswith(PNG):
        return Logo(content, "png", words)
    text = content.decode("utf-8", "replace")
    if "<svg" not in text:
        raise InputError(f"{file} is neither a PNG nor an SVG picture: save the logo as one of them.")
    if ACTIVE_SVG.search(text):
        raise InputError(f"{file} holds a script or leads to another file: save the logo as plain paths, or as PNG.")
    return Logo(content, "svg", words)


def _read_slides(file: Path) -> bytes:
    content = _bounded(file, MOST_SLIDES_BYTES)
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        raise InputError(f"{file} is not a PowerPoint file: save the template as .pptx.") from None
    active = next((name for name in names if any(part in name.lower() for part in ACTIVE_PARTS)), None)
    if active is not None:
        raise InputError(f"{file} holds {active}: take macros and embedded files out, and save it as .pptx.")
    deck = _opened(content, file)
    layout = title_layout(deck)
    title = None if layout is None else next(one for one in layout.placeholders if one.placeholder_format.idx == 0)
    if layout is not None and title is not None and (title.top or 0) + (title.height or 0) > deck.slide_height / 2:
        raise InputError(
            f"{file}: the title of the layout {layout.name!r} ends below the middle of the slide: move it up."
        )
    if layout is None:
        raise InputError(f"{file} has no layout with a title: add one that holds a title alone, such as “Title Only”.")
    return content


def _opened(content: bytes, file: Path) -> Any:
    import pptx

    try:
        return pptx.Presentation(io.BytesIO(content))
    except Exception:  # noqa: BLE001  (the library raises what it likes)
        raise InputError(f"{file} is not a PowerPoint file that can be read: save the template as .pptx.") from None


def title_layout(deck: Any) -> Any | None:
    """The layout with a title and as little else as there is; None where none has a title."""
    kept = {"TITLE", "CENTER_TITLE"}
    aside = {"DATE", "FOOTER", "SLIDE_NUMBER"}
    found = []
    for number, layout in enumerate(deck.slide_layouts):
        kinds = [shape.placeholder_format.type.name for shape in layout.placeholders]
        if "TITLE" in kinds:
            found.append((sum(kind not in kept | aside for kind in kinds), number, layout))
    return min(found, key=lambda one: one[:2])[2] if found else None


def opening_layout(deck: Any) -> Any | None:
    """The layout of a first slide, whose title stands in its middle; None where there is none."""
    for layout in deck.slide_layouts:
        if any(shape.placeholder_format.type.name == "CENTER_TITLE" for shape in layout.placeholders):
            return layout
    return None


def _bounded(file: Path, most: int) -> bytes:
    size = file.stat().st_size
    if size > most:
        raise InputError(f"{file} has {size:,} bytes; at most {most:,} can be used.")
    return file.read_bytes()


def _contrast_on_white(colour: str) -> float:
    """Contrast ratio of a colour on white, by WCAG 2.2."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
