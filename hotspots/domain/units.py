"""The units that a city's people measure in: how far, and what time it is. Numbers are kept in metres and hours of 24 everywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Units:
    """The units of words and drawings.

    Attributes
    ----------
    miles : distances in feet and miles, ground in square miles; else metres, kilometres and square kilometres.
    twelve_hours : 6 pm; else 18:00.
    """

    miles: bool = False
    twelve_hours: bool = False


METRIC = Units()
