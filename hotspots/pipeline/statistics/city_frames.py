"""A loaded city as GeoDataFrames, for analysts: ``hotspots.connect().incidents("burglary")``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.city_clock import today
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.statistics.reading import ask, labels_of, read_incidents
from hotspots.store.staff import at_risk as store
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import frames as frame_store
from hotspots.store.staff import grids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from hotspots.store.server.connection import Database

LONGEST_DAYS = 3660


class CityFrames:
    """Read a city as staff. Frames are in the city's projected CRS, metres; every read of points leaves a line in the audit first."""

    def __init__(self, database: Database) -> None:
        """Keep the way in; nothing is read yet."""
        self._database = database

    def incidents(
        self, *crime_types: str, first_day: date | None = None, last_day: date | None = None, days: int = 365
    ) -> GeoDataFrame:
        """Return located records: crime_type, occurred_from and occurred_to (local wall clock), true points.

        Parameters
        ----------
        crime_types : names or labels; all that the public reports if left out.
        first_day, last_day : both inside; the last `days` up to the newest incident if left out.
        """
        import geopandas

        with self._database.connect() as connection:
            question = ask(connection, crime_types, first_day=first_day, last_day=last_day, days=days)
            known = {kind.name: kind.crime_type_id for kind in forecast_store.read_crime_types(connection)}
            found = read_incidents(connection, question, statistic="frame")
            srid = store.read_city(connection).srid
            labels = labels_of(connection, question.crime_types)
        names = {known[name]: name for name in question.crime_types}
        frame = geopandas.GeoDataFrame(
            {
                "crime_type": [names[code] for code in found.crime_type_id.tolist()],
                "occurred_from": _times(found.from_h),
                "occurred_to": _times(found.to_h),
            },
            geometry=geopandas.points_from_xy(found.xy_m[:, 0], found.xy_m[:, 1]),
            crs=srid,
        )
        frame.attrs["question"] = question.in_words(labels)
        return frame

    def areas(self, kind: str, *, on_day: date | None = None) -> GeoDataFrame:
        """Return the areas of a kind that hold on a day, today if left out: code, name, shape."""
        import geopandas

        with self._database.connect() as connection:
            kinds = store.read_area_kinds(connection)
            if kind not in kinds:
                raise InputError(f"area kind {kind!r} is not one of: {', '.join(kinds)}.")
            city = store.read_city(connection)
            units = store.read_units(connection, kind=kind, on_day=on_day or today(city.timezone))
        return geopandas.GeoDataFrame(
            {"code": list(units.code), "name": list(units.name)}, geometry=list(units.geometry), crs=city.srid
        )

    def places(self, kind: str) -> GeoDataFrame:
        """Return the places of a kind, such as schools: name and shape."""
        import geopandas

        with self._database.connect() as connection:
            kinds = frame_store.place_kinds(connection)
            if kind not in kinds:
                raise InputError(f"place kind {kind!r} is not one of: {', '.join(kinds) or 'none is loaded'}.")
            names, shapes = frame_store.read_places(connection, kind=kind)
            srid = store.read_city(connection).srid
        return geopandas.GeoDataFrame({"name": names}, geometry=shapes, crs=srid)

    def forecast(self, *crime_types: str, model: str | None = None, as_of: date | None = None) -> GeoDataFrame:
        """Return the cells of the newest stored forecast of these types, or of one that covers a past day: `expected` incidents.

        Raises
        ------
        NotFoundError
            No such forecast is stored.
        """
        import geopandas

        with self._database.connect() as connection:
            names: Sequence[str] = crime_types
            stored = forecast_store.latest_forecast(connection, crime_types=names, model=model, as_of=as_of)
            if stored is None:
                raise NotFoundError(
                    f"No forecast of {', '.join(names) or '(no type)'} is stored: hotspots forecast makes one."
                )
            cells = grids.read_cells(connection, stored.grid_id)
            expected, _ = forecast_store.read_expected(connection, stored.forecast_id)
            srid = store.read_city(connection).srid
        frame = geopandas.GeoDataFrame(
            {"cell": np.arange(len(expected)), "expected": expected, "area_m2": cells.area_m2},
            geometry=list(cells.geometry),
            crs=srid,
        )
        frame.attrs["forecast"] = {
            "crime_types": list(stored.crime_types),
            "model": f"{stored.model}, version {stored.model_version}",
            "from": stored.trained_to.isoformat(),
            "until": stored.until.isoformat(),
            "known_on": stored.known_on.isoformat(),
        }
        return frame


def _times(hours: Any) -> Any:
    return np.round(hours * 3600).astype("datetime64[s]")
