"""The files of the map: areas, places, risk factors, addresses, crossings and residents, as a city would hand them out."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np

from hotspots.sources.demo_city import landmarks
from hotspots.sources.demo_city.areas import Areas, outline
from hotspots.sources.demo_city.layout import metres, to_decimetres
from hotspots.sources.demo_city.places import Points, line_of, residents, ring_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hotspots.sources.demo_city.city import DemoCity

    Ints = NDArray[np.int64]

TITLE = "Exampleton, an invented city"


def build_map_files(city: DemoCity) -> dict[str, str]:
    """The text of each file, by its name."""
    addresses, crossings = city.addresses, city.intersections
    files = {f"{_plural(kind)}.geojson": _areas(areas) for kind, areas in city.areas.items()}
    files["addresses.csv"] = _table(
        ("number", "street", "x", "y"), zip(addresses.number, addresses.street, *_metres(addresses.x_dm, addresses.y_dm), strict=True)
    )
    files["intersections.csv"] = _table(
        ("street_1", "street_2", "x", "y"), zip(crossings.first, crossings.second, *_metres(crossings.x_dm, crossings.y_dm), strict=True)
    )
    files["schools.csv"] = _points(city.schools)
    files["stations.csv"] = _points(city.stations)
    files["police_stations.csv"] = _points(city.police_stations)
    files["bus_stops.csv"] = _points(city.bus_stops)
    files["bars.csv"] = _chosen(city, city.bars)
    files["vacant_buildings.csv"] = _chosen(city, city.vacant_buildings)
    parks = [({"name": park[0]}, "Polygon", [ring_of(*park[1:])]) for park in landmarks.PARKS]
    files["parks.geojson"] = _geojson("parks", parks)
    car_parks = [({"number": i}, "Polygon", [ring_of(*corners)]) for i, corners in enumerate(landmarks.CAR_PARKS, start=1)]
    files["car_parks.geojson"] = _geojson("car parks", car_parks)
    lines = [({"line": name}, "LineString", line_of(stops)) for name, stops in (("main", landmarks.RAILWAY), ("branch", landmarks.BRANCH))]
    files["railway.geojson"] = _geojson("railway", lines)
    old, new = residents(addresses, city.areas["community_area"])
    codes = city.areas["community_area"].codes
    files["residents.csv"] = _table(("community_area", "census_2010", "census_2020"), zip(codes, old, new, strict=True))
    return files


def _plural(kind: str) -> str:
    return f"{kind}s"


def _metres(x_dm: Ints, y_dm: Ints) -> tuple[list[str], list[str]]:
    return [metres(x) for x in x_dm.tolist()], [metres(y) for y in y_dm.tolist()]


def _table(header: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _points(points: Points) -> str:
    return _table(("name", "x", "y"), zip(points.names, *_metres(points.x_dm, points.y_dm), strict=True))


def _chosen(city: DemoCity, index: Ints) -> str:
    addresses = city.addresses
    names = [f"{number} {street}" for number, street in zip(addresses.number[index], addresses.street[index], strict=True)]
    return _points(Points(names, addresses.x_dm[index], addresses.y_dm[index]))


def _areas(areas: Areas) -> str:
    features = []
    for index, (code, name) in enumerate(zip(areas.codes, areas.names, strict=True)):
        rings = []
        for ring in outline(areas.of_cell == index):
            corners = np.array(ring)
            rings.append(to_decimetres(corners[:, 0] / 2, corners[:, 1] / 2))
        features.append(({"code": code, "name": name}, "MultiPolygon", rings))
    return _geojson(_plural(areas.kind).replace("_", " "), features)


def _geojson(what: str, features: list[tuple[dict[str, object], str, object]]) -> str:
    """GeoJSON in metres: the member `crs`, which readers know from before RFC 7946, says so."""
    written = []
    for properties, kind, shape in features:
        if kind == "LineString":
            coordinates: object = _coordinates(shape)
        elif kind == "Polygon":
            coordinates = [_coordinates(ring) for ring in shape]  # pyright: ignore[reportGeneralTypeIssues]
        else:
            coordinates = [[_coordinates(ring)] for ring in shape]  # pyright: ignore[reportGeneralTypeIssues]
        written.append({"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}})
    collection = {
        "type": "FeatureCollection",
        "name": f"{TITLE}: {what}",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32614"}},
        "features": written,
    }
    return json.dumps(collection, separators=(",", ":")) + "\n"


def _coordinates(ring: object) -> list[list[float]]:
    x, y = ring  # pyright: ignore[reportGeneralTypeIssues]
    return [[a / 10, b / 10] for a, b in zip(x.tolist(), y.tolist(), strict=True)]
