"""Refuse what needs days where the records of a city tell months only, and say what can be had instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspots.errors import InputError
from hotspots.store.staff.at_risk import read_city

if TYPE_CHECKING:
    from hotspots.store.server.connection import Connection


def refuse_without_days(connection: Connection, what: str) -> None:
    """Raise InputError where the records tell months only.

    Parameters
    ----------
    what : that would be made up, such as "a forecast of days".
    """
    if read_city(connection).by_month:
        raise InputError(
            f"The records of this city tell the month only, so {what} would be made up. By whole months there are counts and maps "
            "(hotspots incidents, the page), changes (hotspots change), hot spots (hotspots hot-spots) and hotspots concentration."
        )
