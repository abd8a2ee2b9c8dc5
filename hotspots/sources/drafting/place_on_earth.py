"""Where on earth the points are: the projected system in metres, the time zone, and the system of coordinates that are no degrees."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TABLES = (Path("/usr/share/zoneinfo/zone1970.tab"), Path("/usr/share/zoneinfo/zone.tab"))
POSITION = re.compile(r"([+-])(\d{2,3})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?$")
LEAST_SHARE = 0.9
# Countries whose short dates begin with the month, by the CLDR.
MONTH_FIRST = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM", "FM", "MH", "PW", "PH"})
# Of systems that fit alike, the datums in use today come first: an older one lies a few hundred metres off.
DATUMS = ("ETRS89", "NAD83", "GDA2020", "NZGD2000", "SIRGAS 2000", "JGD2011", "WGS 84", "OSGB36", "GDA94")


def metric_crs(longitude: float, latitude: float) -> str:
    """The UTM zone of a point, as an EPSG code."""
    zone = min(60, int((longitude + 180) // 6) + 1)
    return f"EPSG:{32600 + zone if latitude >= 0 else 32700 + zone}"


def time_zone(longitude: float, latitude: float) -> str | None:
    """The time zone whose principal place is nearest; None where this machine has no table of them."""
    places = _zone_places()
    if not places:
        return None
    scale = np.cos(np.radians(latitude))

    def distance(name: str) -> float:
        east = (places[name][0] - longitude + 180) % 360 - 180
        return (east * scale) ** 2 + (places[name][1] - latitude) ** 2

    return min(places, key=distance)


@cache
def _zone_places() -> dict[str, tuple[float, float, str]]:
    text = next((table.read_text(encoding="utf-8") for table in TABLES if table.is_file()), "")
    if not text:
        try:
            text = resources.files("tzdata").joinpath("zoneinfo/zone1970.tab").read_text(encoding="utf-8")
        except (ModuleNotFoundError, FileNotFoundError):
            return {}
    places = {}
    for line in text.splitlines():
        parts = line.split("\t")
        if line.startswith("#") or len(parts) < 3 or not (found := POSITION.match(parts[1])):
            continue
        latitude = int(f"{found[1]}1") * (int(found[2]) + int(found[3]) / 60)
        longitude = int(f"{found[5]}1") * (int(found[6]) + int(found[7]) / 60)
        places[parts[2]] = (longitude, latitude, parts[0].split(",")[0])
    return places


def month_first(zone: str) -> bool:
    """Whether dates in figures begin with the month in the country of a time zone; so they do too where it is not known."""
    _, _, country = _zone_places().get(zone, (0.0, 0.0, "US"))
    return country in MONTH_FIRST


def crs_of_points(xy: NDArray[np.float64], bounds: tuple[float, float, float, float]) -> str | None:
    """The projected system, among those made for a part of the world, in which points fall into a box of degrees.

    Parameters
    ----------
    xy : (n, 2) float
        Coordinates in an unknown unit.
    bounds : west, south, east, north in degrees
    """
    import pyproj
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType
    from pyproj.exceptions import ProjError

    known = xy[np.isfinite(xy).all(axis=1)][:500]
    west, south, east, north = bounds
    margin = 0.05
    found = []
    for info in query_crs_info(
        pj_types=PJType.PROJECTED_CRS,
        area_of_interest=AreaOfInterest(west, south, east - 360 if east > 180 else east, north),
        contains=True,
    ):
        if info.auth_name not in ("EPSG", "ESRI") or info.area_of_use is None:
            continue
        crs = pyproj.CRS.from_authority(info.auth_name, info.code)
        try:
            transformer = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
        except ProjError:
            continue  # one that this library cannot compute
        longitude, latitude = transformer.transform(known[:, 0], known[:, 1])
        with np.errstate(invalid="ignore"):
            inside = (longitude - (west - margin)) % 360 < east - west + 2 * margin
        inside &= (latitude > south - margin) & (latitude < north + margin)
        if inside.mean() >= LEAST_SHARE:
            box = info.area_of_use
            size = (box.east - box.west) * (box.north - box.south)
            datum = next((index for index, name in enumerate(DATUMS) if info.name.startswith(f"{name} /")), len(DATUMS))
            found.append((datum, info.auth_name != "EPSG", size, f"{info.auth_name}:{info.code}"))
    return min(found)[3] if found else None
