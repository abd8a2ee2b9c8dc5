"""One layer of the desk's hot spots: shapes by level, a legend in words, and zones with their names, strongest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from hotspots.domain.public_answer import CrimeType
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import box_forecast
from hotspots.pipeline.desk.points import read_incidents_seen
from hotspots.pipeline.statistics.hot_spots import hot_spots_of
from hotspots.pipeline.statistics.reading import Question
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots.store.staff import grids
from hotspots.store.staff.desk import points as store
from hotspots.store.staff.desk.lists import read_nearest_names
from hotspots_models.boxes import BOX_M

CELL_M = BOX_M
BANDWIDTH_M = 300.0
MOST_ZONES = 20
FEWEST_AT_AN_ADDRESS = 3
BLOCK_M = 60.0
DENSEST = (0.005, 0.01, 0.02, 0.05)  # shares of the ground
TOPS = ("densest 0.5 % of the ground", "next, to 1 %", "next, to 2 %", "next, to 5 %")

# Name, title, and the words of its levels, the strongest first.
LAYERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "gi-star": (
        "Hot and cold",
        ("hot: more here and around than chance explains", "cold: fewer here and around than chance explains"),
    ),
    "moran": (
        "High and low neighbours",
        (
            "high among high",
            "high among low: stands out alone",
            "low among high: spared amid others",
            "low among low",
        ),
    ),
    "kde": ("Density", TOPS),
    "kde-adaptive": ("Density, sharper where dense", TOPS),
    "kde-dual": ("Share of all reports", TOPS),
    "classes": (
        "How hot spots come and go",
        (
            "persistent: hot now and nearly always",
            "emerging: hot in an unbroken run that is new",
            "new: hot for the first time",
            "intermittent: hot now and then",
            "former: hot once, not lately",
        ),
    ),
    "clusters": ("Clusters", ("at least ten incidents close together",)),
    "forecast": ("Forecast", TOPS),
    "blocks": ("Repeat addresses", ("ten and more", "five to nine", "three and four")),
}
WEAK: Mapping[str, tuple[int, ...]] = {"gi-star": (1,), "moran": (2, 3), "classes": (4,)}  # levels that are no zone
CLASSES = {"persistent": 0, "emerging": 1, "new": 2, "intermittent": 3, "former": 4}
PLAIN = {
    "Cells": "Squares",
    "cells": "squares",
    "false discovery rate 5%": "about one in twenty of those named is false",
    "conditional permutation": "against the same counts dealt out anew",
}
MORAN = {"high among high": 0, "high among low": 1, "low among high": 2, "low among low": 3}


@dataclass(frozen=True, slots=True)
class Zone:
    """Shapes of a strong level that touch: its words, incidents, and its outline as longitude and latitude for the map's question."""

    words: str
    level: int
    incidents: float
    km2: float
    polygon: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it is drawn.

    Attributes
    ----------
    legend : words and number of shapes of each level, the strongest first.
    shapes : level and shape, metres in the city's CRS.
    question : what was asked, by label.
    notes : what must be known to read it.
    """

    title: str
    legend: tuple[tuple[str, int], ...]
    shapes: tuple[tuple[int, Any], ...]
    zones: tuple[Zone, ...]
    question: Mapping[str, str]
    notes: tuple[str, ...]
    counted: str


def make_layer(
    connection: Connection,
    name: str,
    question: Question,
    *,
    types: Sequence[CrimeType],
    area_id: int | None,
    ground: Sequence[str] | None,
) -> Layer:
    """Compute a layer of the whole ground that the person may read; needs an opened view.

    Parameters
    ----------
    types : all crime types of the city, for labels and for what a share is of.
    area_id : list zones of an area and 500 m around it; the layer itself is of all ground that is read.
    ground : areas that the person reads, as ``kind:code``, None for all: elsewhere is not empty but unknown, and is left out.

    Raises
    ------
    InputError
        There is no such layer, or nothing to show.
    """
    if name not in LAYERS:
        raise InputError(f"layer: {name[:20]!r} is not one of {', '.join(LAYERS)}.")
    labels = [one.label for one in types if one.name in question.crime_types]
    area = grids.read_study_area(connection)
    if ground is not None:
        area = replace(area, geometry=shapely.intersection(area.geometry, store.read_ground(connection, ground)))
        if shapely.is_empty(area.geometry):
            raise InputError("Your account may not read any area yet. Ask an administrator to add one.")
    counted = "incidents"
    if name == "forecast":
        shapes, level, value, asked, notes = _forecast(connection, question)
        counted = "expected"
    elif name == "blocks":
        shapes, level, value, asked, notes, words = _blocks(connection, question, labels, area_id)
        return _layer(connection, name, shapes, level, value, asked, notes, area.srid, counted, words=words)
    else:
        incidents = read_incidents_seen(connection, question)
        if not len(incidents.xy_m):
            raise InputError("No incident with a place answers this: choose more types or a longer period.")
        base = None
        if name == "kde-dual":
            every = tuple(one.name for one in types if one.initiated_by != "police")
            base = read_incidents_seen(
                connection, Question(crime_types=every, first_day=question.first_day, last_day=question.last_day)
            )
        report = hot_spots_of(
            incidents, question, labels, area, base=base, method=name, cell_m=CELL_M, bandwidth_m=BANDWIDTH_M,  # pyright: ignore[reportArgumentType]
        )  # fmt: skip
        shapes, level = list(report.geometry or ()), _levels(name, report)
        value, asked, notes = [float(row["incidents"]) for row in report.rows], report.question, report.notes
    return _layer(
        connection, name, shapes, level, value, asked, notes, area.srid, counted, area=_near(connection, area_id)
    )


def _levels(name: str, report: Report) -> list[int]:
    if name == "gi-star":
        return [0 if row["kind"] == "hot" else 1 for row in report.rows]
    if name == "moran":
        return [MORAN[row["kind"]] for row in report.rows]
    if name == "classes":
        return [CLASSES[row["class"]] for row in report.rows]
    if name == "clusters":
        return [0] * len(report.rows)
    return _by_rank(len(report.rows), kept_share=DENSEST[-1])


def _by_rank(n: int, *, kept_share: float) -> list[int]:
    """The level of shapes in order, of which the first `kept_share` of the ground are given."""
    place = (np.arange(n) + 0.5) / max(n, 1) * kept_share
    return np.searchsorted(DENSEST, place).tolist()


def _forecast(connection: Connection, question: Question) -> tuple[Any, list[int], list[float], dict[str, str], Any]:
    forecast = box_forecast(connection, question.crime_types)
    boxes, source = forecast.boxes, forecast.source
    density = forecast.expected_a_day / boxes.area_m2
    full = np.flatnonzero(boxes.area_m2 >= 0.5 * boxes.size_m**2)  # a sliver at the border has no density worth a rank
    kept = full[np.argsort(-density[full], kind="stable")[: max(1, boxes.n_boxes // 20)]]
    expected = forecast.expected_a_day * source["horizon_days"]
    asked = {
        "Crime types": ", ".join(question.crime_types),
        "Model": f"{source['model']} version {source['model_version']}",
        "Forecast": f"{source['horizon_days']} days from {source['trained_to']}, data known on {source['known_on']}",
    }
    notes = (
        "Expected, not observed: what the model makes of the past. Lists say what such boxes found in a backtest.",
    )
    return (
        list(boxes.squares()[kept]),
        _by_rank(len(kept), kept_share=DENSEST[-1]),
        expected[kept].tolist(),
        asked,
        notes,
    )


def _blocks(
    connection: Connection, question: Question, labels: Sequence[str], area_id: int | None
) -> tuple[Any, list[int], list[float], dict[str, str], Any, list[str]]:
    found = store.read_repeat_addresses(
        connection,
        question.crime_types,
        since=question.first_day,
        until=question.end,
        area_id=area_id,
        fewest=FEWEST_AT_AN_ADDRESS,
    )
    shapes = [shapely.box(one.x - BLOCK_M, one.y - BLOCK_M, one.x + BLOCK_M, one.y + BLOCK_M) for one in found]
    level = [0 if one.incidents >= 10 else 1 if one.incidents >= 5 else 2 for one in found]
    notes = (
        "A location is an address or, where the agency shifts its points, a block. Many reports from one place may be one event, or one "
        "careful caller.",
    )
    words = [f"{one.words}, on {one.days} days" for one in found]
    return shapes, level, [float(one.incidents) for one in found], question.in_words(labels), notes, words


def _near(connection: Connection, area_id: int | None) -> Any:
    if area_id is None:
        return None
    frame = store.read_frame(connection, area_id=area_id, margin_m=500)
    return None if frame is None else shapely.box(frame.west, frame.south, frame.east, frame.north)


def _layer(
    connection: Connection,
    name: str,
    shapes: Sequence[Any],
    level: Sequence[int],
    value: Sequence[float],
    asked: Mapping[str, str],
    notes: Sequence[str],
    srid: int,
    counted: str,
    *,
    area: Any = None,
    words: Sequence[str] | None = None,
) -> Layer:
    title, legend = LAYERS[name]
    if words is not None:
        groups = [[at] for at in range(len(shapes))][:MOST_ZONES]
    else:
        groups = _touching(shapes, level, value, area, WEAK.get(name, ()))
    joined = [shapely.union_all([shapes[at] for at in group]) for group in groups]
    names: Sequence[str | None] = (words or [])[: len(groups)]
    middles = [shapely.centroid(shape) for shape in joined]
    if words is None and joined:
        names = read_nearest_names(connection, [one.x for one in middles], [one.y for one in middles])
    zones = [
        Zone(
            near or "no crossing near",
            level[group[0]],
            sum(value[at] for at in group),
            shapely.area(shape) / 1e6,
            _in_degrees(shape, srid),
            middle.x,
            middle.y,
        )
        for group, shape, near, middle in zip(groups, joined, names, middles, strict=True)
    ]
    numbers = np.bincount(np.array(level, dtype=int), minlength=len(legend))
    return Layer(
        title,
        tuple(zip(legend, numbers.tolist(), strict=True)),
        tuple(zip(level, shapes, strict=True)),
        tuple(zones),
        {_in_plain_words(label): _in_plain_words(words) for label, words in asked.items()},
        tuple(_in_plain_words(note) for note in notes),
        counted,
    )


def _in_plain_words(text: str) -> str:
    """Say an analyst's words in those of the desk."""
    for word, plain in PLAIN.items():
        text = text.replace(word, plain)
    return text


def _touching(
    shapes: Sequence[Any], level: Sequence[int], value: Sequence[float], area: Any, weak: Sequence[int]
) -> list[list[int]]:
    """Groups of shapes of one level that touch, those with most incidents first; what is cold or low is no zone."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    kept = [at for at in range(len(shapes)) if area is None or shapely.intersects(shapes[at], area)]
    if not kept:
        return []
    tree = shapely.STRtree([shapes[at] for at in kept])
    one, other = tree.query([shapes[at] for at in kept], predicate="intersects")
    levels = np.array([level[at] for at in kept])
    same = levels[one] == levels[other]
    joined = coo_array((np.ones(same.sum()), (one[same], other[same])), shape=(len(kept), len(kept)))
    label = connected_components(joined, directed=False)[1]
    groups: dict[int, list[int]] = {}
    for at, number in zip(kept, label.tolist(), strict=True):
        groups.setdefault(number, []).append(at)
    strong = [group for group in groups.values() if level[group[0]] not in weak and sum(value[at] for at in group) > 0]
    return sorted(strong, key=lambda group: (level[group[0]], -sum(value[at] for at in group)))[:MOST_ZONES]


def _in_degrees(shape: Any, srid: int) -> str:
    """The outline as the map's filter takes a polygon: of the hull, without corners that a few metres more would save."""
    import pyproj

    hull = shapely.simplify(shapely.convex_hull(shape), 5.0)
    corners = shapely.get_coordinates(hull)[:-1]
    longitude, latitude = pyproj.Transformer.from_crs(srid, 4326, always_xy=True).transform(
        corners[:, 0], corners[:, 1]
    )
    return ",".join(f"{x:.5f} {y:.5f}" for x, y in zip(longitude, latitude, strict=True))
