"""Write a list of places to a file that a person takes away: for a spreadsheet, a map or a device, as a page, or as a briefing sheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyproj
import shapely

from hotspots.domain.place_list import CELL, PlaceList
from hotspots.domain.spreadsheet import guarded
from hotspots.pipeline.at_risk.briefing import briefing
from hotspots.pipeline.at_risk.columns import columns_of, rows_of
from hotspots.pipeline.at_risk.gpx import gpx
from hotspots.pipeline.at_risk.html_page import list_page
from hotspots.pipeline.at_risk.question import question_of
from hotspots.pipeline.at_risk.workbook import workbook
from hotspots.pipeline.output_file import check_output, write_whole


@dataclass(frozen=True, slots=True)
class Export:
    """All that a format may tell: the list, its question by label, the CRS of its shapes, what is drawn beneath them, and the paper."""

    places: PlaceList
    question: Mapping[str, str]
    srid: int
    backdrop: Mapping[str, list[Any]]
    paper: Literal["a4", "letter"]


def write_list(
    places: PlaceList,
    path: Path,
    *,
    srid: int,
    backdrop: Mapping[str, list[Any]],
    paper: Literal["a4", "letter"] = "a4",
) -> None:
    """Write the list in the format that the file's ending names. The file appears whole or not at all, and carries its question.

    Raises
    ------
    InputError
        An ending that is none of the formats, or a file that cannot be written.
    """
    check_output(path, option="--out", endings=ENDINGS)
    export = Export(places, question_of(places, out=path.name), srid, backdrop, paper)
    write_whole(path, WRITERS[path.suffix.lower()](export), option="--out")


def _csv(export: Export) -> bytes:
    """Columns for people, or all of them for cells, which go into other programs; and the question with every row."""
    places = export.places
    every = places.request.unit == CELL
    columns = [column for column in columns_of(places) if every or column.for_people]
    whole = json.dumps(export.question, ensure_ascii=False)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=[guarded(column.name) for column in columns] + ["question"])
    writer.writeheader()
    for row in rows_of(places, columns):
        writer.writerow({**{guarded(key): guarded(_plain(value)) for key, value in row.items()}, "question": whole})
    return text.getvalue().encode("utf-8-sig")  # so that Excel reads it as UTF-8


def _plain(value: Any) -> Any:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else value


def in_degrees(geometry: shapely.Geometry, srid: int) -> shapely.Geometry:
    """A shape of the city's CRS as longitude and latitude, to a centimetre."""
    to_degrees = pyproj.Transformer.from_crs(srid, 4326, always_xy=True)
    degrees = shapely.transform(geometry, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))
    return shapely.set_precision(degrees, 1e-7)


def _geojson(export: Export) -> bytes:
    places = export.places
    features = [
        {
            "type": "Feature",
            "id": place.unit_id,
            "geometry": json.loads(shapely.to_geojson(in_degrees(place.geometry, export.srid))),
            "properties": {
                **{key: _plain(value) for key, value in row.items()},
                "shares": dict(place.shares),
                "relative_risk_values": {one.words: one.relative_risk_value for one in place.risk_values},
            },
        }
        for place, row in zip(places.places, rows_of(places, columns_of(places)), strict=True)
    ]
    body = {
        "type": "FeatureCollection",
        "question": dict(export.question),
        "review_date": places.review_date.isoformat(),
        "exposure": places.exposure_words,
        "notes": list(places.notes),
        "attribution": places.attribution,
        "disclaimer": places.disclaimer,
        "features": features,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _geopackage(export: Export) -> bytes:
    """Two layers: the places, and the question by label; the places carry it too, for a layer is often copied alone."""
    import tempfile

    import geopandas
    import pandas
    import pyogrio

    places, question = export.places, export.question
    rows = rows_of(places, columns_of(places))
    frame = geopandas.GeoDataFrame(rows, geometry=[place.geometry for place in places.places], crs=export.srid)
    frame["rank"] = frame["rank"].astype(str)
    frame["listed_since"] = pandas.to_datetime(frame["listed_since"])
    frame["question"] = json.dumps(question, ensure_ascii=False)
    table = pandas.DataFrame({"label": list(question), "value": list(question.values())})
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "places.gpkg"
        frame.to_file(target, layer="places_at_risk", driver="GPKG")
        pyogrio.write_dataframe(table, target, layer="question", driver="GPKG")
        return target.read_bytes()


WRITERS: Mapping[str, Callable[[Export], bytes]] = {
    ".csv": _csv,
    ".geojson": _geojson,
    ".gpkg": _geopackage,
    ".gpx": lambda one: gpx(one.places, one.question),
    ".xlsx": lambda one: workbook(one.places, one.question),
    ".html": lambda one: list_page(one.places, question=one.question, backdrop=one.backdrop).encode(),
    ".pdf": lambda one: briefing(one.places, question=one.question, backdrop=one.backdrop, paper=one.paper),
}
ENDINGS = tuple(WRITERS)
