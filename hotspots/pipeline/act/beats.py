"""Balanced beats of a district or city: pieces of nearly equal expected incidents, and in plain words what was given up for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import BoxForecast, box_forecast
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk.lists import read_area
from hotspots_models.balanced_beats import MOST_EXACT, TOLERANCES, Beats, balanced_beats

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BEATS = 24
SQUARES_A_BEAT, MOST_SQUARES = 15, 360
SECONDS = 20
MOST_SECONDS = 120
DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatsRequest:
    """The question. `area` is kind and code; None is the whole city. `seconds` is the time limit of the solver."""

    crime_types: tuple[str, ...]
    n_beats: int
    area: tuple[str, str] | None = None
    seconds: int = SECONDS


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat: its number, incidents expected in 28 days, share of all beats', square kilometres, and its outline (city CRS)."""

    number: int
    expected: float
    share: float
    km2: float
    shape: Any


@dataclass(frozen=True, slots=True)
class BalancedBeats:
    """The beats, and sentences on how even they are and what was given up; `ground` is the area's name."""

    ground: str
    beats: tuple[Beat, ...]
    words: tuple[str, ...]
    source: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Ground:
    """The boxes of 250 m to be cut: column and row of each, incidents expected in 28 days, square metres, outlines (city CRS)."""

    name: str
    side_m: float
    place: NDArray[np.int64]
    expected: NDArray[np.float64]
    area_m2: NDArray[np.float64]
    shapes: NDArray[np.object_]
    source: dict[str, Any]


def read_ground(connection: Connection, request: BeatsRequest) -> Ground:
    """Read what is to be cut, by the newest forecast.

    Raises
    ------
    InputError
        Too many or too few beats, a time limit out of range, or nothing expected there.
    NotFoundError
        No forecast is stored, or there is no such area.
    """
    if not 2 <= request.n_beats <= MOST_BEATS:
        raise InputError(f"--beats {request.n_beats}: give 2 to {MOST_BEATS}.")
    if not 1 <= request.seconds <= MOST_SECONDS:
        raise InputError(f"--seconds {request.seconds}: give 1 to {MOST_SECONDS}.")
    forecast = box_forecast(connection, request.crime_types)
    boxes = forecast.boxes
    inside, name = _inside(connection, forecast, request)
    expected = forecast.expected_a_day[inside] * DAYS
    if not expected.sum() > 0:
        raise InputError(
            f"Nothing of {', '.join(request.crime_types)} is expected in {name}: there is nothing to balance."
        )
    if expected.size < request.n_beats:
        raise InputError(f"--beats {request.n_beats}: {name} has {expected.size} squares of 250 m; choose fewer.")
    place = np.column_stack([boxes.col, boxes.row])[inside]
    return Ground(name, boxes.size_m, place, expected, boxes.area_m2[inside], boxes.squares()[inside], forecast.source)


def balance(ground: Ground, request: BeatsRequest) -> BalancedBeats:
    """Cut the ground into beats; takes up to the time limit of the request, and needs no database."""
    side, square = _squares(ground.place, request.n_beats)
    load, boxes = np.bincount(square, weights=ground.expected), np.bincount(square)
    xy = (
        np.column_stack([np.bincount(square, weights=axis + 0.5) for axis in ground.place.T])
        / boxes[:, None]
        * ground.side_m
    )
    touching, joined = _touching(ground.place, square, xy)
    found = balanced_beats(xy, load, touching, request.n_beats, seconds=request.seconds)
    of_box = found.beat[square]
    beats = tuple(
        Beat(
            number + 1, float(expected), float(expected / load.sum()),
            float(ground.area_m2[of_box == number].sum() / 1e6), shapely.union_all(ground.shapes[of_box == number]),
        )
        for number, expected in enumerate(found.loads)
    )  # fmt: skip
    words = _words(found, request, side_m=side * ground.side_m, n=load.size, joined=joined)
    return BalancedBeats(ground.name, beats, words, ground.source)


def _inside(connection: Connection, forecast: BoxForecast, request: BeatsRequest) -> tuple[NDArray[np.bool_], str]:
    if request.area is None:
        return np.ones(forecast.boxes.n_boxes, dtype=bool), "the whole city"
    shape, name = read_area(connection, ":".join(request.area))
    x, y = ((one + 0.5) * forecast.boxes.size_m for one in (forecast.boxes.col, forecast.boxes.row))
    return shapely.contains_xy(shape, x, y), name


def _squares(place: NDArray[np.int64], n_beats: int) -> tuple[int, NDArray[np.int64]]:
    """Boxes a side of a square, as few as the solver can take, and the square of each box."""
    most = min(max(MOST_EXACT, SQUARES_A_BEAT * n_beats), MOST_SQUARES)
    side = 1
    while True:
        distinct, square = np.unique(place // side, axis=0, return_inverse=True)
        if len(distinct) <= most:  # more than the beats: `most` is at least fifteen a beat
            return side, square.ravel()
        side += 1


def _touching(
    place: NDArray[np.int64], square: NDArray[np.int64], xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], int]:
    """(m, 2) squares that share a box's side, and how many pairs more join parts of the ground that touch nowhere."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial.distance import cdist

    number = {(col, row): at for (col, row), at in zip(place.tolist(), square.tolist(), strict=True)}
    pairs = {
        (at, other)
        for (col, row), at in number.items()
        for beside in ((col + 1, row), (col, row + 1))
        if (other := number.get(beside, at)) != at
    }
    joined, n = 0, len(xy)
    while True:
        edges = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        parts, part = connected_components(
            coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n)), directed=False
        )
        if parts == 1:
            return edges, joined
        here, there = np.flatnonzero(part == 0), np.flatnonzero(part != 0)
        a, b = np.unravel_index(cdist(xy[here], xy[there]).argmin(), (here.size, there.size))
        pairs.add((int(here[a]), int(there[b])))
        joined += 1


def _words(found: Beats, request: BeatsRequest, *, side_m: float, n: int, joined: int) -> tuple[str, ...]:
    shares, limit = found.loads / found.loads.sum(), f"{request.seconds} seconds"
    even = f"{len(shares)} beats hold {shares.min():.1%} to {shares.max():.1%} of the expected incidents each"
    said = [
        f"{even}; an equal share is {1 / len(shares):.1%}.",
        f"An incident lies {found.way_m / 1000:.1f} km from the middle of its beat in the mean, as the crow flies.",
        _load_words(found, limit),
        _way_words(found, limit, n=n),
        f"Given up for detail: ground was cut into {n} squares of {side_m:,.0f} m. Borders follow them: lay them onto streets before use.",
    ]
    if joined:
        parts = "1 part of the ground touches" if joined == 1 else f"{joined} parts of the ground touch"
        said.append(f"{parts} nothing else: joined across the shortest gap.")
    return tuple(said)


def _load_words(found: Beats, limit: str) -> str:
    if found.tolerance is None:
        return f"Given up: even loads. No division within half of an equal share was found within {limit}."
    kept = f"Loads were held to {found.tolerance:.0%} round an equal share"
    return (
        f"{kept}."
        if found.tolerance == TOLERANCES[0]
        else f"{kept}. Given up: closer ones, for none was found within {limit}."
    )


def _way_words(found: Beats, limit: str, *, n: int) -> str:
    if found.shorter == 0:
        return "No division of these squares with such loads has shorter ways: proven."
    if found.shorter is not None:
        return f"Given up for time: the best division of these squares could have ways at most {found.shorter:.1%} shorter."
    why = f"with more than {MOST_EXACT} squares" if n > MOST_EXACT else f"after {limit}"
    return f"Given up for time: {why} it is not known how much shorter the best division is."


def as_features(beats: BalancedBeats, *, srid: int, crime_types: Sequence[str]) -> dict[str, Any]:
    """The beats as GeoJSON in degrees, with what they were made from and what was given up."""
    import json

    from hotspots.pipeline.at_risk.export import in_degrees

    return {
        "type": "FeatureCollection",
        "question": {"ground": beats.ground, "crime_types": list(crime_types), "forecast": beats.source, "said": list(beats.words)},
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(shapely.to_geojson(in_degrees(one.shape, srid))),
                "properties": {
                    "beat": one.number, "expected_28_days": round(one.expected, 2), "share": round(one.share, 4), "km2": round(one.km2, 2),
                },
            }
            for one in beats.beats
        ],
    }  # fmt: skip
