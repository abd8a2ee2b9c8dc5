"""From a police incident file to a public map, sound statistics, an explained risk and a measured action.

Analysts begin with :func:`connect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspots.pipeline.statistics.city_frames import CityFrames


def connect() -> CityFrames:
    """Open the city of these settings (``HOTSPOTS_HOME`` and others, as for the commands) for reading as staff.

    ``hotspots.connect().incidents("burglary")`` is a GeoDataFrame; so are ``.areas(kind)``, ``.places(kind)`` and ``.forecast(type)``.
    """
    from hotspots.pipeline.statistics.city_frames import CityFrames
    from hotspots.settings import read_settings
    from hotspots.store.server.connection import open_staff
    from hotspots.store.server.setup import prepare_database

    settings = read_settings()
    if settings.staff_database_url is None:
        prepare_database(settings)  # makes the roles where there are none
    return CityFrames(open_staff(settings))
