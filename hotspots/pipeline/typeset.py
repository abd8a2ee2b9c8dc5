"""Set a page of paper: a template and its words become a PDF that screen readers can read."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FONT = "Public Sans"  # of the pages; its letters beyond the Latin ones of western Europe are in a file, and a family, of their own
FONTS = {"latin": FONT, "latin-ext": f"{FONT} Extended"}
FAMILY_NAMES = (1, 4, 16)  # in a font's table of names: family, full name, typographic family


def typeset(template: Path, words: Mapping[str, Any], *, name: str) -> bytes:
    """Return the page as PDF/UA-1.

    Parameters
    ----------
    template : file of Typst that stands beside its caller
    words : everything that stands on the page, as JSON can hold it
    name : the input under which the template reads them, as text
    """
    import typst

    return typst.compile(
        template.read_bytes(),
        sys_inputs={name: json.dumps(words)},
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=_font_folders()),
        format="pdf",
        pdf_standards=["ua-1"],
    )


@cache
def _font_folders() -> list[Path]:
    """The typeface of the pages, and that of the drawing library: the server may have none."""
    import matplotlib

    return [*_page_fonts(), Path(matplotlib.get_data_path()) / "fonts" / "ttf"]


def _page_fonts() -> list[Path]:
    """A folder with the pages' typeface as the typesetter reads it; none where set-up did not bring it.

    The pages have it compressed for browsers. It is written once a process, beside nothing else.
    """
    from fontTools.ttLib import TTFont

    package = find_spec("hotspots_dashboard")
    roots = [Path(root) for root in package.submodule_search_locations or ()] if package else []
    files = [(part, file) for root in roots for part in FONTS for file in _font_files(root, part)]
    if not files:
        return []
    folder = Path(tempfile.mkdtemp(prefix="hotspots-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for part, file in files:
        font = TTFont(file)
        font.flavor = None
        names: Any = font["name"]
        for record in names.names:
            if record.nameID in FAMILY_NAMES:
                names.setName(FONTS[part], record.nameID, record.platformID, record.platEncID, record.langID)
        font.save(folder / f"{file.stem}.ttf")
    return [folder]


def _font_files(package: Path, part: str) -> list[Path]:
    return sorted((package / "assets" / "vendor" / "fonts").glob(f"public-sans-{part}-[0-9]*-normal.woff"))
