"""The files of the map: areas, places, risk factors, addresses, crossings and residents, as a city would hand them out."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import landmarks
from hotspots.demo_city.areas import Areas, outline
from hotspots.demo_city.layout import metres, to_decimetres
from hotspots.demo_city.places import Points, folks, line_of, residents, ring_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hotspots.demo_city.city import DemoCity

    Ints = NDArray[np.int64]
    Ring = tuple[Ints, Ints]  # easting and northing, decimetres
    Feature = tuple[dict[str, object], str, list[Ring]]  # properties, kind of geometry, its rings or its one line

TITLE = "Exampleton, an invented city"


def build_map_files(city: DemoCity) -> dict[str, str]:
    """The text of each file, by its name."""
    addresses, crossings = city.addresses, city.intersections
    files = {f"{_plural(kind)}.geojson": _areas(areas) for kind, areas in city.areas.items()}
    files["addresses.csv"] = _table(
        ("number", "street", "x", "y"),
        zip(addresses.number, addresses.street, *_metres(addresses.x_dm, addresses.y_dm), strict=True),
    )
    files["intersections.csv"] = _table(
        ("street_1", "street_2", "x", "y"),
        zip(crossings.first, crossings.second, *_metres(crossings.x_dm, crossings.y_dm), strict=True),
    )
    files["schools.csv"] = _points(city.schools)
    files["stations.csv"] = _points(city.stations)
    files["police_stations.csv"] = _points(city.police_stations)
    names, kinds, others, postcodes, us, vs = zip(*landmarks.LANDMARKS, strict=True)
    files["landmarks.csv"] = _table(
        ("name", "kind", "other_names", "postcode", "x", "y"),
        zip(names, kinds, others, postcodes, *_metres(*to_decimetres(us, vs)), strict=True),
    )
    files["water.geojson"] = _geojson(
        "water", [({"name": water[0]}, "Polygon", [ring_of(*water[1:])]) for water in landmarks.WATER]
    )
    names, kinds, us, vs = zip(*landmarks.AROUND, strict=True)
    files["around.csv"] = _table(
        ("name", "kind", "x", "y"), zip(names, kinds, *_metres(*to_decimetres(us, vs)), strict=True)
    )
    files["bus_stops.csv"] = _points(city.bus_stops)
    files["bars.csv"] = _chosen(city, city.bars)
    files["vacant_buildings.csv"] = _chosen(city, city.vacant_buildings)
    files["parks.geojson"] = _geojson(
        "parks", [({"name": park[0]}, "Polygon", [ring_of(*park[1:])]) for park in landmarks.PARKS]
    )
    files["car_parks.geojson"] = _geojson(
        "car parks",
        [({"number": i}, "Polygon", [ring_of(*corners)]) for i, corners in enumerate(landmarks.CAR_PARKS, start=1)],
    )
    lines = (("main", landmarks.RAILWAY), ("branch", landmarks.BRANCH))
    files["railway.geojson"] = _geojson(
        "railway", [({"line": name}, "LineString", [line_of(stops)]) for name, stops in lines]
    )
    old, new = residents(addresses, city.areas["community_area"])
    codes = city.areas["community_area"].codes
    columns = ("community_area", "census_2010", "census_2020", "riverfolk_2020", "hillfolk_2020")
    by_folk = folks(new, city.areas["community_area"])
    files["residents.csv"] = _table(columns, zip(codes, old, new, *by_folk, strict=True))
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
    names = [
        f"{number} {street}" for number, street in zip(addresses.number[index], addresses.street[index], strict=True)
    ]
    return _points(Points(names, addresses.x_dm[index], addresses.y_dm[index]))


def _areas(areas: Areas) -> str:
    features: list[Feature] = []
    for index, (code, name) in enumerate(zip(areas.codes, areas.names, strict=True)):
        rings: list[Ring] = []
        for ring in outline(areas.of_cell == index):
            corners = np.array(ring)
            rings.append(to_decimetres(corners[:, 0] / 2, corners[:, 1] / 2))
        features.append(({"code": code, "name": name}, "MultiPolygon", rings))
    return _geojson(_plural(areas.kind).replace("_", " "), features)


def _geojson(what: str, features: Sequence[Feature]) -> str:
    """GeoJSON in metres: the member `crs`, which readers know from before RFC 7946, says so."""
    written = []
    for properties, kind, rings in features:
        coordinates: list[object] = [_coordinates(ring) for ring in rings]
        if kind == "MultiPolygon":  # no area of this city has a hole
            coordinates = [[ring] for ring in coordinates]
        geometry = {"type": kind, "coordinates": coordinates[0] if kind == "LineString" else coordinates}
        written.append({"type": "Feature", "properties": properties, "geometry": geometry})
    collection = {
        "type": "FeatureCollection",
        "name": f"{TITLE}: {what}",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32614"}},
        "features": written,
    }
    return json.dumps(collection, separators=(",", ":")) + "\n"


def _coordinates(ring: Ring) -> list[list[float]]:
    x, y = ring
    return [[a / 10, b / 10] for a, b in zip(x.tolist(), y.tolist(), strict=True)]
