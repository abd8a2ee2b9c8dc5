"""Write a city file from what was found in an agency's files, with a comment at each guess."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hotspots.errors import InputError
from hotspots.sources.drafting import guesses, time_guess
from hotspots.sources.drafting.area_guess import AreaGuess, recorded_in
from hotspots.sources.drafting.crime_type_stubs import crime_type_lines
from hotspots.sources.drafting.incident_guess import IncidentGuess
from hotspots.sources.drafting.place_on_earth import crs_of_points, metric_crs, month_first, time_zone
from hotspots.sources.drafting.toml_text import quoted

if TYPE_CHECKING:
    from hotspots.sources.drafting.files import AreaFile, Records

MOST_STUBS = 60  # words of offences that become entries of their own
CODE = re.compile(
    r"code|(^|[^a-z])(id|no|nr|num|number|key)([^a-z]|$)|beat|district|gss|geoid|distrito|barrio|bezirk", re.IGNORECASE
)
NAME = re.compile(r"name|label|title|nombre|bezeichn|nom$", re.IGNORECASE)
RESIDENTS = re.compile(r"popul|resid|inhabit|poblaci|habitant|einwohn", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """A drafted city file, and the map file that had to be made for want of one: its name and content."""

    text: str
    made_file: tuple[str, str] | None


def draft_city(records: list[Records], areas: list[AreaFile], *, name: str) -> Draft:
    """Draft a city file.

    Parameters
    ----------
    records, areas : list
        What `look_at_files` found.
    name : str
        The city's name.

    Raises
    ------
    InputError
        No file holds incidents: none has a time and a word for an offence.
    """
    files = [one for one in records if time_guess.guess_time(one.rows, but=set()) and not _residents(one)]
    if not files:
        why = next((why for one in records if (why := time_guess.why_no_time(one.rows))), "")
        raise InputError(
            f"None of the files has a column of times that can be read{why}; name the file of the incidents."
        )
    guess = IncidentGuess.of(files)
    box = _box(guess.point, areas)
    if box is None:
        raise InputError(
            f"{files[0].path.name} has no points in degrees: add a file of the areas (GeoJSON, shapefile, GeoPackage), "
            "by which the coordinates' system is found."
        )
    if guess.point is not None and areas:
        guess = replace(guess, point=guess.point.fitted_into(box))
    point = guess.point
    crs = "EPSG:4326" if point is None or point.is_degrees else crs_of_points(point.xy, box)
    kinds = _with_own_names([AreaGuess.of(one, files[0].rows, guess.used) for one in areas])
    if guess.point is None and guess.address is None and not any(kind.column for kind in kinds):
        raise InputError(
            f"{files[0].path.name}: no column says where: none looks like a point or an address, and none holds codes of the areas"
            f"{guesses.why_no_point(files[0].rows)}; it has {', '.join(files[0].rows.columns[:30])}."
        )
    zone = time_zone(_within((box[0] + box[2]) / 2), (box[1] + box[3]) / 2) or "UTC"
    if not month_first(zone):
        guess = replace(guess, time=guess.time.day_first())
    lines = [
        *_city(name, box, kinds, zone),
        *guess.lines(crs, kinds, zone),
        *crime_type_lines(files[0].rows, guess.offence),
        *[line for kind in kinds for line in kind.lines],
        *([] if kinds else MADE_AREA_LINES),
        *_population(records, kinds),
        "[public]",
        f"sensitive_kind = {quoted(kinds[-1].kind if kinds else 'city')}  # sensitive reports are counted by this kind of area and month",
    ]
    return Draft("\n".join(lines) + "\n", None if kinds else _made_area(name, box))


def _with_own_names(kinds: list[AreaGuess]) -> list[AreaGuess]:
    """Kinds of area that are called alike get a number each."""
    names: list[str] = []
    named = []
    for one in kinds:
        kind = (
            one.kind if one.kind not in names else f"{one.kind}_{sum(name.startswith(one.kind) for name in names) + 1}"
        )
        names.append(kind)
        named.append(
            replace(
                one,
                kind=kind,
                lines=[f"kind = {quoted(kind)}" if line.startswith("kind =") else line for line in one.lines],
            )
        )
    return named


def _box(point: guesses.PointGuess | None, areas: list[AreaFile]) -> tuple[float, float, float, float] | None:
    """West, south, east and north in degrees: of the areas, else of nearly all points."""
    if areas:
        corners = np.concatenate([one.frame.bounds.dropna().to_numpy() for one in areas])
        west, south, east, north = corners.T
    elif point is None or not point.is_degrees:
        return None
    else:
        known = point.xy[np.isfinite(point.xy).all(axis=1)]
        west, south, east, north = known[:, 0], known[:, 1], known[:, 0], known[:, 1]
    if (
        east.max() - west.min() > 180
    ):  # it lies on both sides of the 180th meridian, where a shape may reach from -180 to 180
        west, east = (np.where(side < 0, side + 360, side) for side in (west, east))
        west, east = np.minimum(west, east), np.maximum(west, east)
        if areas and east.max() - west.min() > 180:
            west, east = np.array([west.min()]), np.array([east.max()])
    if areas:
        return float(west.min()), float(south.min()), float(east.max()), float(north.max())
    return (
        float(np.quantile(west, 0.005)), float(np.quantile(south, 0.005)),
        float(np.quantile(east, 0.995)), float(np.quantile(north, 0.995)),
    )  # fmt: skip


def _within(longitude: float) -> float:
    """A longitude from -180 to 180."""
    return (longitude + 180) % 360 - 180


MADE_AREA_LINES = [
    "# No file of areas was given: this is the rectangle of nearly all points, and not the city. Put the city's boundary in its place.",
    "[[area]]",
    'kind = "city"',
    'label = "City"',
    'file = "rectangle_of_points.geojson"',
    'code = "code"',
    'name = "name"',
    "",
]


def _made_area(name: str, box: tuple[float, float, float, float]) -> tuple[str, str]:
    west, south, east, north = box
    x, y = 0.01, 0.01  # about a kilometre
    ring = [
        [west - x, south - y],
        [east + x, south - y],
        [east + x, north + y],
        [west - x, north + y],
        [west - x, south - y],
    ]
    feature = {
        "type": "Feature",
        "properties": {"code": "1", "name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return "rectangle_of_points.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]})


def _city(name: str, box: tuple[float, float, float, float], kinds: list[AreaGuess], zone: str) -> list[str]:
    west, south, east, north = box
    longitude, latitude = _within((west + east) / 2), (south + north) / 2
    return [
        "# Drafted by `hotspots city init`. Every comment names a guess: read it, correct it, then run `hotspots city check`.",
        "[city]",
        f"name = {quoted(name)}",
        f"service = {quoted(f'{name} incident map')}",
        f"timezone = {quoted(zone)}  # guessed: the zone whose main city is nearest to {latitude:.2f}, {longitude:.2f}",
        f"crs = {quoted(metric_crs(longitude, latitude))}  # the UTM zone of the middle of the points, in metres",
        f"study_area = [{quoted(kinds[0].kind if kinds else 'city')}]  # kinds of area whose union is the city",
        f"attribution = {quoted(f'{name} police')}  # guessed: write whose data it is",
        'disclaimer = "Reported incidents; a report is not proof."  # write the words that the agency wants beside its data',
        "",
    ]


def _residents(one: Records) -> bool:
    return any(RESIDENTS.search(column) for column in one.rows.columns)


def _population(records: list[Records], kinds: list[AreaGuess]) -> list[str]:
    for one in records:
        columns = [column for column in one.rows.columns if RESIDENTS.search(column)]
        for kind in kinds if columns else []:
            code = recorded_in(kind.codes, one.rows, set(columns))
            if code is None:
                continue
            years = {(found[0] if (found := re.search(r"\d{4}", column)) else "2020"): column for column in columns}
            listed = ", ".join(f"{year} = {quoted(column)}" for year, column in years.items())
            return [
                "[population]",
                f"file = {quoted(one.path.name)}",
                f'kind = "{kind.kind}"',
                f"code = {quoted(code)}",
                f"residents = {{ {listed} }}  # column by year of the census",
                "",
            ]
    return []
