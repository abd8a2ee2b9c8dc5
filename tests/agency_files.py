"""Five invented agencies whose files have the shape of real portals: what `city init` is given."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

FIRST = datetime(2025, 1, 1)
OFFSETS = (0.003, 0.006, 0.012, 0.015)  # degrees inside a square of 0.02: points repeat, as block points do


def _table(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> None:
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)


def _squares(
    path: Path, west: float, south: float, codes: Sequence[str], properties: str, *, names: str | None = None
) -> None:
    """Four squares of 0.02 degrees; square k is in column k // 2, row k % 2."""
    features = []
    for k, code in enumerate(codes):
        x, y = west + 0.02 * (k // 2), south + 0.02 * (k % 2)
        ring = [[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x, y + 0.02], [x, y]]
        words = {properties: code} | ({names: f"{code} quarter"} if names else {})
        features.append(
            {"type": "Feature", "properties": words, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def _somewhere(dice: random.Random, west: float, south: float) -> tuple[int, float, float]:
    k = dice.randrange(4)
    return k, west + 0.02 * (k // 2) + dice.choice(OFFSETS), south + 0.02 * (k % 2) + dice.choice(OFFSETS)


def socrata_city(folder: Path) -> None:
    """A data set of a Socrata portal: snake case, floating timestamps, block addresses, beats with leading zeros."""
    dice, west, south = random.Random(1), -87.70, 41.80
    types = (
        "THEFT",
        "BATTERY",
        "BURGLARY",
        "CRIMINAL DAMAGE",
        "CRIM SEXUAL ASSAULT",
        "NARCOTICS",
        "MOTOR VEHICLE THEFT",
        "RITUALISM",
    )
    rows = []
    for number in range(160):
        k, lon, lat = _somewhere(dice, west, south)
        when = FIRST + timedelta(days=number // 2, hours=dice.randrange(24), minutes=5 * dice.randrange(12))
        rows.append(
            (10_000 + number, f"JA{number:06}", f"{when:%Y-%m-%dT%H:%M:%S}.000", f"{dice.randrange(10, 60):03}XX N TEST AVE", types[number % 8],
             "SOMETHING", "STREET", "false", f"0{111 + k}", "2026-01-01T00:00:00.000", f"{lat:.6f}", f"{lon:.6f}")
        )  # fmt: skip
    header = "id,case_number,date,block,primary_type,description,location_description,arrest,beat,updated_on,latitude,longitude"
    _table(folder / "crimes_2025.csv", header.split(","), rows)
    _squares(folder / "beats.geojson", west, south, [f"0{111 + k}" for k in range(4)], "beat_num")
    _table(folder / "residents.csv", ["beat", "population_2020"], [(f"0{111 + k}", 1000 + k) for k in range(4)])


def arcgis_city(folder: Path) -> None:
    """A download of an ArcGIS layer: an object id, milliseconds since 1970, points in degrees far from the equator."""
    dice, west, south = random.Random(2), -149.90, 61.18
    types = ("Burglary", "Vehicle Theft", "Larceny-Theft", "Simple Assault", "Vandalism", "Robbery")
    rows = []
    for number in range(120):
        k, lon, lat = _somewhere(dice, west, south)
        milliseconds = 1_735_732_800_000 + number * 40_000_000
        rows.append(
            (
                number + 1,
                f"25-{number:05}",
                milliseconds,
                types[number % 6],
                f"{number % 40 + 1}00 BLOCK SPENARD RD",
                f"D{k + 1}",
                lon,
                lat,
            )
        )
    _table(
        folder / "Police_Incidents.csv",
        ["OBJECTID", "IncidentNumber", "ReportedDate", "OffenseType", "BlockAddress", "District", "X", "Y"],
        rows,
    )
    _squares(
        folder / "districts.geojson", west, south, [f"D{k + 1}" for k in range(4)], "DistrictCode", names="DistrictName"
    )


def police_uk_city(folder: Path) -> None:
    """Street files of police.uk: months only, ids that are empty for anti-social behaviour, no file of areas."""
    dice, west, south = random.Random(3), -2.60, 51.44
    types = (
        "Anti-social behaviour",
        "Burglary",
        "Violence and sexual offences",
        "Vehicle crime",
        "Shoplifting",
        "Other theft",
    )
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"
    for month in range(1, 7):
        rows = []
        for number in range(30):
            _, lon, lat = _somewhere(dice, west, south)
            kind = types[number % 6]
            key = "" if kind.startswith("Anti") else f"{month:02}{number:04}" * 10
            rows.append(
                (
                    key,
                    f"2025-{month:02}",
                    "Avon",
                    "Avon",
                    f"{lon:.6f}",
                    f"{lat:.6f}",
                    f"On or near Road {number}",
                    "E01",
                    "Bristol",
                    kind,
                    "",
                    "",
                )
            )
        _table(folder / f"2025-{month:02}-avon-and-somerset-street.csv", header.split(","), rows)


def nibrs_city(folder: Path) -> None:
    """Offences by NIBRS code, several rows to an incident, date and hour apart, with columns about people that are not to be kept."""
    dice, west, south = random.Random(4), -97.75, 30.25
    codes = ("220", "240", "13A", "23F", "290", "11A", "35A", "120")
    rows = []
    for number in range(140):
        k, lon, lat = _somewhere(dice, west, south)
        day = FIRST + timedelta(days=number // 2)
        for offence in range(1 + number % 2):
            rows.append(
                (f"N{number:05}", f"{day:%m/%d/%Y}", f"{dice.randrange(24):02}:{dice.randrange(60):02}", codes[(number + offence) % 8],
                 f"{number % 30 + 1}00 BLOCK RIVER ST", f"Sector {k + 1}", "W", 20 + number % 60, f"{lat:.5f}", f"{lon:.5f}")
            )  # fmt: skip
    header = "incident_number,incident_date,incident_time,nibrs_code,address,sector,victim_race,victim_age,latitude,longitude"
    _table(folder / "nibrs_2025.csv", header.split(","), rows)
    _squares(folder / "sectors.geojson", west, south, [f"Sector {k + 1}" for k in range(4)], "sector_name")


def european_city(folder: Path) -> None:
    """Semicolons, decimal commas, day before month, Latin letters that are no UTF-8, coordinates in metres."""
    import pyproj

    dice, west, south = random.Random(5), -0.40, 39.44
    to_metres = pyproj.Transformer.from_crs(4326, 25830, always_xy=True)
    types = ("HURTO", "ROBO CON FUERZA EN VIVIENDA", "LESIONES", "DAÑOS", "SUSTRACCIÓN DE VEHÍCULO", "AGRESIÓN SEXUAL")
    rows = []
    for number in range(120):
        k, lon, lat = _somewhere(dice, west, south)
        x, y = to_metres.transform(lon, lat)
        when = FIRST + timedelta(days=number // 2, hours=dice.randrange(24))
        rows.append(
            (
                f"2025/{number:04}",
                f"{when:%d/%m/%Y %H:%M}",
                types[number % 6],
                f"Distrito {k + 1}",
                f"{x:.2f}".replace(".", ","),
                f"{y:.2f}".replace(".", ","),
            )
        )
    _table(
        folder / "delitos_2025.csv",
        ["Expediente", "Fecha", "Delito", "Distrito", "Coord X", "Coord Y"],
        rows,
        delimiter=";",
        encoding="cp1252",
    )
    _squares(folder / "distritos.geojson", west, south, [f"Distrito {k + 1}" for k in range(4)], "nombre")
