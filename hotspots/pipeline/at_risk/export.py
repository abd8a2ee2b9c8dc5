"""Write a list of places to a file that a person takes away: CSV, GeoJSON, GeoPackage, Excel or one page of HTML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from hotspots.domain.place_list import PlaceList, RankedPlace
from hotspots.domain.spreadsheet import guarded
from hotspots.pipeline.at_risk.html_page import list_page
from hotspots.pipeline.output_file import check_output, write_whole

ENDINGS = (".csv", ".geojson", ".gpkg", ".xlsx", ".html")


def write_list(places: PlaceList, path: Path, *, srid: int, backdrop: Mapping[str, list[Any]]) -> None:
    """Write the list in the format that the file's ending names. The file appears whole or not at all.

    Raises
    ------
    InputError
        An ending that is none of the formats, or a file that cannot be written.
    """
    check_output(path, option="--out", endings=ENDINGS)
    writers: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: _csv(places),
        ".geojson": lambda: _geojson(places, srid),
        ".gpkg": lambda: _geopackage(places, srid),
        ".xlsx": lambda: _excel(places),
        ".html": lambda: list_page(places, rows=list_rows(places), backdrop=backdrop).encode(),
    }
    write_whole(path, writers[path.suffix.lower()](), option="--out")


def list_rows(places: PlaceList) -> list[dict[str, Any]]:
    """One flat row a place, with what must stand beside every number: model, vintage, review date, what it does not say."""
    return [{**_place_row(place), **_beside(places)} for place in places.places]


def _place_row(place: RankedPlace) -> dict[str, Any]:
    row: dict[str, Any] = {
        "rank": place.rank,
        "place": place.words,
        "code": place.code,
        "area": place.area_name or "",
        "expected_incidents": round(place.expected, 3),
        "share_of_city": round(place.share_of_city, 5),
        "count_low": place.count_low,
        "count_high": place.count_high,
        "chance_on_list": place.chance_on_list,
        "rank_low": place.rank_low,
        "rank_high": place.rank_high,
        "reasons": reasons_in_words(place),
        "risk_factors": risk_factors_in_words(place),
        "count_last_year": place.count_last_year,
        "chosen_by": place.chosen_by,
        "listed_since": place.listed_since.isoformat() if place.listed_since else "",
        "lists_before": place.lists_before,
        "area_km2": round(place.area_m2 / 1e6, 4),
        "longitude": place.longitude,
        "latitude": place.latitude,
    }
    for factor in place.factors:
        row[f"{factor.name} within 150 m"] = factor.within_150_m
        row[f"{factor.name} within 150 m, city median"] = factor.city_median_within_150_m
        row[f"{factor.name} nearest m"] = factor.nearest_m
        row[f"{factor.name} nearest m, city median"] = factor.city_median_nearest_m
    return row


def reasons_in_words(place: RankedPlace) -> str:
    """Where the place's expected incidents come from: ``62 % long memory, 20 % recent``."""
    return ", ".join(f"{100 * share:.0f} % {family}" for family, share in place.shares.items() if share >= 0.005)


def risk_factors_in_words(place: RankedPlace) -> str:
    """The risk factors that hold with their relative risk values, and for how much of the place where that is not all of it."""
    return "; ".join(
        f"{one.words} ×{one.relative_risk_value:.2f}"
        + (f" (for {100 * one.share:.0f} % of it)" if one.share < 0.995 else "")
        for one in place.risk_values
    )


def _beside(places: PlaceList) -> dict[str, Any]:
    return {
        "crime_types": ", ".join(places.request.crime_types),
        "model": places.model,
        "forecast_from": places.forecast_from.isoformat(),
        "forecast_until": places.forecast_until.isoformat(),
        "data_known_on": places.known_on.isoformat(),
        "review_date": places.review_date.isoformat(),
        "city": places.city,
        "random_seed": places.seed,
        "does_not_say": places.says_not,
    }


def _csv(places: PlaceList) -> bytes:
    rows = [{key: guarded(value) for key, value in row.items()} for row in list_rows(places)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=[guarded(name) for name in (rows[0] if rows else _beside(places))])
    writer.writeheader()
    writer.writerows({guarded(key): value for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")  # so that Excel reads it as UTF-8


def _in_degrees(geometry: shapely.Geometry, srid: int) -> shapely.Geometry:
    to_degrees = pyproj.Transformer.from_crs(srid, 4326, always_xy=True)
    degrees = shapely.transform(geometry, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))
    return shapely.set_precision(degrees, 1e-7)


def _geojson(places: PlaceList, srid: int) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": place.unit_id,
            "geometry": json.loads(shapely.to_geojson(_in_degrees(place.geometry, srid))),
            "properties": {
                **row,
                "shares": dict(place.shares),
                "relative_risk_values": {one.words: one.relative_risk_value for one in place.risk_values},
            },
        }
        for place, row in zip(places.places, list_rows(places), strict=True)
    ]
    return json.dumps(
        {"type": "FeatureCollection", **_beside(places), "exposure": places.exposure_words, "features": features},
        ensure_ascii=False,
    ).encode()


def _geopackage(places: PlaceList, srid: int) -> bytes:
    import tempfile

    import geopandas

    frame = geopandas.GeoDataFrame(list_rows(places), geometry=[place.geometry for place in places.places], crs=srid)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "places.gpkg"
        frame.to_file(target, layer="places_at_risk", driver="GPKG")
        return target.read_bytes()


def _excel(places: PlaceList) -> bytes:
    import xlsxwriter

    rows = list_rows(places)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("places at risk")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, name in enumerate(rows[0] if rows else _beside(places)):
            sheet.write_string(0, column, guarded(name), bold)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row.values()):
                sheet.write(line, column, guarded(value))
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 44)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(rows[0]) - 1, 0) if rows else 0)
        about = book.add_worksheet("about")
        about.set_column(0, 0, 22)
        about.set_column(1, 1, 110)
        beside = {
            **_beside(places),
            "exposure": places.exposure_words,
            "attribution": places.attribution,
            "disclaimer": places.disclaimer,
            **{f"note {n}": note for n, note in enumerate(places.notes, start=1)},
        }
        for line, (key, value) in enumerate(beside.items()):
            about.write_string(line, 0, key, bold)
            about.write_string(line, 1, str(guarded(value)))
    return buffer.getvalue()
