"""Set a page of paper: a template and its words become a PDF that screen readers can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def typeset(template: Path, words: Mapping[str, Any], *, name: str) -> bytes:
    """Return the page as PDF/UA-1.

    Parameters
    ----------
    template : file of Typst that stands beside its caller
    words : everything that stands on the page, as JSON can hold it
    name : the input under which the template reads them, as text
    """
    import matplotlib
    import typst

    # The drawing library brings fonts with it; the server may have none.
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.compile(
        template.read_bytes(),
        sys_inputs={name: json.dumps(words)},
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
        format="pdf",
        pdf_standards=["ua-1"],
    )
