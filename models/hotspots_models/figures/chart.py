"""A figure before it is drawn: its words and layers. `screen` and `paper` draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.figures import palette

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Line:
    """A line; `label` stands at its end, not in a legend."""

    x: Any
    y: Any
    label: str = ""
    colour: str = palette.ACCENT
    dash: str = "solid"


@dataclass(frozen=True, eq=False)
class Band:
    """The area between two lines: what is normal, or how sure."""

    x: Any
    low: Any
    high: Any
    label: str = ""
    colour: str = palette.BAND


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars from 0, upright; `colours` one a bar."""

    x: Any
    y: Any
    label: str = ""
    colours: Any = palette.ACCENT


@dataclass(frozen=True, eq=False)
class Points:
    """Points, each with its interval along x or y where one is given."""

    x: Any
    y: Any
    label: str = ""
    colour: str = palette.ACCENT
    symbol: str = "circle"
    x_low: Any = None
    x_high: Any = None
    y_low: Any = None
    y_high: Any = None


@dataclass(frozen=True, eq=False)
class Tiles:
    """A table or raster of values; with `words`, one a colour, the values are classes 0, 1, 2, …; nan is left blank."""

    x: Any
    y: Any
    z: NDArray[np.float64]
    label: str = ""
    colours: tuple[str, ...] = palette.SEQUENTIAL
    words: tuple[str, ...] = ()
    texts: Any = None


@dataclass(frozen=True)
class Rule:
    """A straight reference line across the figure: no change, the forecast, the start of an action."""

    at: float
    upright: bool
    label: str = ""


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure. `title` says the finding; `caption` the source, vintage and limits; `x_words` names categories on an axis."""

    title: str
    x_label: str
    y_label: str
    layers: tuple[Line | Band | Bars | Points | Tiles | Rule, ...]
    caption: str = ""
    x_percent: bool = False
    y_percent: bool = False
    x_words: tuple[str, ...] = ()
    y_words: tuple[str, ...] = ()
    x_log: bool = False
    is_map: bool = False
    scale_bar_m: float | None = None
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
