"""Small cities after the schemas of real portals of many countries: drafted, checked, and read as they mean it, with no edited line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas
import openpyxl
import pyproj
import pytest
import shapely

from hotspots.errors import InputError
from hotspots.pipeline.load.preview import CityCheck, check_city
from hotspots.sources.city_file_reading import read_city_file
from hotspots.sources.drafting.draft import draft_city
from hotspots.sources.drafting.files import look_at_files
from hotspots.sources.times import SPANISH_MONTHS

N = 40
TODAY = date(2025, 6, 1)


@dataclass(frozen=True)
class Odd:
    """A city: the middle of its map, the header and a row of its file, and what must come of the first row and of all.

    row : number, time, longitude and latitude as the agency writes them. hours, typed, placed : shares of the rows.
    """

    at: tuple[float, float]
    head: str
    row: Callable[[int, datetime, float, float], list[object]]
    said: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    hours: float = 1.0
    typed: float = 1.0
    placed: float = 1.0


def metres(epsg: int, lon: float, lat: float) -> tuple[float, float]:
    return pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)


def sexagesimal(degrees: float, halves: str) -> str:
    seconds = round(abs(degrees) * 36000) / 10
    whole, minutes = int(seconds // 3600), int(seconds % 3600 // 60)
    return f"{whole}°{minutes:02}'{seconds % 60:04.1f}\"{halves[degrees < 0]}"


def swiss(number: float) -> str:
    return f"{number:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


CITIES = {
    "Bangkok: Buddhist years, Thai names": Odd(
        (100.5, 13.75), "เลขคดี,วันที่เกิดเหตุ,เวลา,ประเภท,ละติจูด,ลองจิจูด",
        lambda n, t, x, y: [n, f"{t.day}/{t.month}/{t.year + 543}", f"{t:%H:%M}", "ลักทรัพย์", f"{y:.5f}", f"{x:.5f}"],
        ("year_offset = 543",), "utf-8-sig", typed=0.0,
    ),
    "years without their century": Odd(
        (-87.6, 41.9), "Case Number,Date,Offense,Latitude,Longitude",
        lambda n, t, x, y: [n, f"{t:%m/%d}/00{t:%y} {t:%H:%M}", "THEFT", f"{y:.5f}", f"{x:.5f}"], ("year_offset = -2000",),
    ),
    "São Paulo: decimal commas, hours in words": Odd(
        (-46.6, -23.5), "NUM_BO;DATA_OCORRENCIA_BO;HORA_OCORRENCIA_BO;DESCR_TIPOLOCAL;LATITUDE;LONGITUDE;RUBRICA",
        lambda n, t, x, y: [
            f"AB{n}", f"{t:%d/%m/%Y}", f"{t:%H:%M}" if n % 4 else "DE MADRUGADA", "Via pública", f"{y:.6f}".replace(".", ","),
            f"{x:.6f}".replace(".", ","), ("Furto (art. 155)", "Roubo (art. 157)")[n % 2],
        ],
        ('source_type = "RUBRICA"', 'location_type = "DESCR_TIPOLOCAL"', 'encoding = "cp1252"'), "cp1252", ";", hours=0.75,
    ),
    "Vancouver: a column a part of the time": Odd(
        (-123.1, 49.25), "TYPE,YEAR,MONTH,DAY,HOUR,MINUTE,X,Y",
        lambda n, t, x, y: ["Mischief", t.year, t.month, t.day, t.hour, t.minute, *(f"{one:.3f}" for one in metres(26910, x, y))],
        ('year = "YEAR", month = "MONTH", day = "DAY", hour = "HOUR", minute = "MINUTE"',),
    ),
    "New York: feet, hours that are (null)": Odd(
        (-73.95, 40.7), "CMPLNT_NUM,CMPLNT_FR_DT,CMPLNT_FR_TM,OFNS_DESC,VIC_SEX,X_COORD_CD,Y_COORD_CD",
        lambda n, t, x, y: [
            n, f"{t:%m/%d/%Y}", f"{t:%H:%M:%S}" if n % 10 else "(null)", "ROBBERY", "F", *(f"{one:.0f}" for one in metres(2263, x, y)),
        ],
        ('"EPSG:2263"',), hours=0.9,
    ),
    "Amsterdam: dots in the clock": Odd(
        (4.9, 52.35), "Zaaknummer;Pleegdatum;Pleegtijd;Delict;X_coordinaat;Y_coordinaat",
        lambda n, t, x, y: [
            f"PL{n}", f"{t:%d-%m-%Y}", f"{t:%H.%M}", "Woninginbraak", *(f"{one:.2f}".replace(".", ",") for one in metres(28992, x, y)),
        ],
        ('"EPSG:28992"', 'id = "Zaaknummer"'), "cp1252", ";",
    ),
    "Berlin: Uhr, dots between thousands": Odd(
        (13.4, 52.5), "Aktenzeichen;Tatzeit;Delikt;Rechtswert;Hochwert",
        lambda n, t, x, y: [f"A{n}", f"{t:%d.%m.%Y %H:%M} Uhr", "Fahrraddiebstahl", *(swiss(one) for one in metres(25833, x, y))],
        ('thousands = "."',), delimiter=";",
    ),
    "Cape Town: degrees, minutes and seconds": Odd(
        (18.5, -33.95), "CAS number,Date of offence,Time,Offence,Latitude,Longitude",
        lambda n, t, x, y: [f"CAS {n}", f"{t.day} {t:%b %Y}", f"{t:%Hh%M}", "Assault", sexagesimal(y, "NS"), sexagesimal(x, "EW")],
    ),
    "Osaka: Shift-JIS": Odd(
        (135.5, 34.69), "管理番号,発生年月日,発生時,手口,緯度,経度",
        lambda n, t, x, y: [n, f"{t.year}年{t.month}月{t.day}日", f"{t.hour}時", "ひったくり", f"{y:.5f}", f"{x:.5f}"],
        ('encoding = "cp932"',), "cp932", typed=0.0,
    ),
    "Buenos Aires: latitud holds the longitude": Odd(
        (-58.4, -34.6), "id-mapa,fecha,franja,tipo,barrio,latitud,longitud",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d}", t.hour if n % 5 else "S/D", "Hurto", "PALERMO", f"{x:.6f}", f"{y:.6f}"],
        ('x = "latitud", y = "longitud"',), hours=0.8,
    ),
    "Toronto: 0 where the place is not known": Odd(
        (-79.4, 43.7), "OBJECTID,OCC_DATE,OFFENCE,LONG_WGS84,LAT_WGS84",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d %H:%M:%S}", "Assault", *([f"{x:.6f}", f"{y:.6f}"] if n % 8 else [0, 0])],
        ("none = [0]",), placed=0.875,
    ),
    "Los Angeles: a day at 12:00:00 AM, 930 in another column, the day of the report first": Odd(
        (-118.3, 34.02), "DR_NO,Date Rptd,DATE OCC,TIME OCC,Crm Cd Desc,LAT,LON",
        lambda n, t, x, y: [
            n, f"{t + timedelta(days=2):%m/%d/%Y} 12:00:00 AM", f"{t:%m/%d/%Y} 12:00:00 AM", t.hour * 100 + t.minute, "VEHICLE - STOLEN",
            f"{y:.5f}", f"{x:.5f}",
        ],
        ('column = "DATE OCC"', 'clock = "TIME OCC", clock_format = "%H%M"'),
    ),
    "Ottawa: midnight in winter's hours all year, the hour in another column": Odd(
        (-75.7, 45.4), "OBJECTID,REP_DATE,OCC_DATE,REP_HOUR,OCC_HOUR,OFFENCE,LONG_WGS84,LAT_WGS84",
        lambda n, t, x, y: [
            n, f"{t + timedelta(days=1):%Y/%m/%d} 05:00:00+00", f"{t:%Y/%m/%d} 05:00:00+00", 9, t.hour, "Assault", f"{x:.6f}", f"{y:.6f}",
        ],
        ('day_zone = "America/Toronto", clock = "OCC_HOUR", clock_format = "%H"',),
    ),
    "milliseconds of midnight, summer and winter": Odd(
        (-87.6, 41.9), "OBJECTID,CASE_NO,OccurredOn,OccurredTime,OFFENSE,X,Y",
        lambda n, t, x, y: [
            n, f"25-{n:05}", int(datetime(t.year, t.month, t.day, tzinfo=ZoneInfo("America/Chicago")).timestamp() * 1000), f"{t:%H:%M}",
            "BURGLARY", f"{x:.6f}", f"{y:.6f}",
        ],
        ('format = "%s", day_zone = "America/Chicago", clock = "OccurredTime"',),
    ),
    "days at 00:00 UTC, 2130 hrs in another column": Odd(
        (-87.6, 41.9), "case,occurred,occurred_time,offense,lat,lon",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d}T00:00:00.000Z", f"{t:%H%M} hrs", "Theft", f"{y:.5f}", f"{x:.5f}"],
        ('day_zone = "UTC", clock = "occurred_time", clock_format = "%H%M hrs"',),
    ),
    "Leeds: from and to, days that could be months": Odd(
        (-1.5, 53.8), "Crime No,Date From,Time From,Date To,Time To,Offence,Lat,Long",
        lambda n, t, x, y: [n, f"{t:%d/%m/%Y}", f"{t:%H.%M}", f"{t:%d/%m/%Y}", f"{t:%H.%M}", "Burglary", f"{y:.5f}", f"{x:.5f}"],
        ('from = { column = ["Date From", "Time From"], format = "%d/%m/%Y %H.%M" }, to = { column = ["Date To", "Time To"]',),
    ),
    "a day of a mainframe, a clock of a phone": Odd(
        (-87.6, 41.9), "Incident No,Incident Date,Incident Time,Offense,Lat,Long",
        lambda n, t, x, y: [n, f"{t:%d-%b-%y}".upper(), f"{t:%I:%M %p}".lstrip("0").replace("M", ".M.").replace("A", "a"), "Theft", f"{y:.5f}", f"{x:.5f}"],
        ('"%d-%b-%y %I:%M %p"',),
    ),
    "Madrid: the month in words": Odd(
        (-3.7, 40.4), "Expediente;Fecha;Hora;Delito;Latitud;Longitud",
        lambda n, t, x, y: [
            n, f"{t.day} de {SPANISH_MONTHS[t.month - 1]} de {t.year}", f"{t:%H:%M}", "Hurto", f"{y:.5f}".replace(".", ","),
            f"{x:.5f}".replace(".", ","),
        ],
        ('"%d de %B de %Y %H:%M"',), delimiter=";",
    ),
    "a workbook's days": Odd(
        (-87.6, 41.9), "case,date,offense,lat,lon",
        lambda n, t, x, y: [n, f"{(t - datetime(1899, 12, 30)) / timedelta(days=1):.6f}", "Theft", f"{y:.5f}", f"{x:.5f}"], ('"%E"',),
    ),
    "a workbook's days, and parts of a day in another column": Odd(
        (-87.6, 41.9), "case,Date Occurred,Time Occurred,offense,lat,lon",
        lambda n, t, x, y: [
            n, (t.date() - date(1899, 12, 30)).days, f"{(t.hour * 60 + t.minute) / 1440:.6f}", "Theft", f"{y:.5f}", f"{x:.5f}",
        ],
        ('format = "%E", clock = "Time Occurred", clock_format = "%E"',),
    ),
    "a workbook's days, and 930 in another column": Odd(
        (-87.6, 41.9), "case,Date Occurred,Time Occurred,offense,lat,lon",
        lambda n, t, x, y: [n, (t.date() - date(1899, 12, 30)).days, t.hour * 100 + t.minute, "Theft", f"{y:.5f}", f"{x:.5f}"],
        ('format = "%E", clock = "Time Occurred", clock_format = "%H%M"',),
    ),
    "two ways to write a time in one column": Odd(
        (-87.6, 41.9), "case,date,offense,lat,lon",
        lambda n, t, x, y: [n, f"{t:%m/%d/%Y %H:%M}" if n % 3 else f"{t:%d-%b-%Y %H:%M}", "Theft", f"{y:.5f}", f"{x:.5f}"],
        ('format = ["%m/%d/%Y %H:%M", "%d-%b-%Y %H:%M"]',),
    ),
    "Paris: columns named by their system, decimal commas": Odd(
        (2.33, 48.85), "N° procédure;Date des faits;Heure des faits;Infraction;X_L93;Y_L93",
        lambda n, t, x, y: [
            f"PV{n}", f"{t:%d/%m/%Y}", f"{t:%Hh%M}", "Vol à l'étalage", *(f"{one:.2f}".replace(".", ",") for one in metres(2154, x, y)),
        ],
        ('x = "X_L93", y = "Y_L93", crs = "EPSG:2154"',), "cp1252", ";",
    ),
    "Osaka: a text of Chinese signs alone": Odd(
        (135.49, 34.68), "管理番号,罪名,発生年月日（始期）,発生時（始期）,緯度,経度",
        lambda n, t, x, y: [n, "自転車盗", f"{t:%Y-%m-%d}", t.hour if n % 4 else "不明", f"{y:.5f}", f"{x:.5f}"],
        ('encoding = "cp932"',), "cp932", typed=0.0, hours=0.75,
    ),
    "NULL where nothing is known": Odd(
        (-87.6, 41.9), "case,date,offense,lat,lon",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d %H:%M}", "Theft", *([f"{y:.5f}", f"{x:.5f}"] if n % 4 else ["NULL", "NULL"])], placed=0.75,
    ),
    "a point behind an address of two lines": Odd(
        (-87.6, 41.9), "case,date,offense,Location 1",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d %H:%M}", "Theft", f"{n + 1}00 MAIN ST\nTown, IL\n({y:.5f}, {x:.5f})"], ('lat_lon = "Location 1"',),
    ),
    "a text of a point with the latitude first": Odd(
        (-87.6, 41.9), "case,date,offense,the_geom",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d %H:%M}", "Theft", f"POINT ({y:.5f} {x:.5f})"], ('lat_lon = "the_geom"',),
    ),
    "case numbers that begin anew": Odd(
        (-87.6, 41.9), "case,date,offense,lat,lon",
        lambda n, t, x, y: [n % 20, f"{t:%Y-%m-%d %H:%M}", "Theft", f"{y:.5f}", f"{x:.5f}"], ('id = ["case", "date"]',),
    ),
    "a list of the agency's own numbers, none of NIBRS": Odd(
        (-118.3, 34.02), "DR_NO,date,Crm Cd,Crm Cd Desc,lat,lon",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d %H:%M}", 510, "VEHICLE - STOLEN", f"{y:.5f}", f"{x:.5f}"],
        ('source_type = "Crm Cd Desc"', 'name = "vehicle theft"'),
    ),
    "eight rows with an h in the hour": Odd(
        (-87.6, 41.9), "case,date,hour,offence,lat,lon",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d}", f"{t.hour}h{t.minute:02}", "Theft", f"{y:.5f}", f"{x:.5f}"],
    ),
}  # fmt: skip


def time_of(n: int) -> datetime:
    return datetime(2024, 2, 27, 13, 47) + timedelta(days=5 * n, hours=n)


def point_of(odd: Odd, n: int) -> tuple[float, float]:
    return odd.at[0] + 0.004 * (n % 20 - 10) + 0.0011, odd.at[1] + 0.003 * (n % 17 - 8) + 0.0013


def draft(folder: Path, odd: Odd, *, n_rows: int = N) -> tuple[str, CityCheck]:
    """Write the city's files, draft its city file, and check it as it was drafted."""
    (lon, lat), d = odd.at, 0.1
    ring = [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d], [lon - d, lat - d]]
    feature = {"type": "Feature", "properties": {"code": "1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (folder / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=odd.delimiter, lineterminator="\n")
    writer.writerow(odd.head.split(odd.delimiter))
    writer.writerows(odd.row(n, time_of(n), *point_of(odd, n)) for n in range(n_rows))
    (folder / "sent.csv").write_bytes(text.getvalue().encode(odd.encoding))
    records, areas = look_at_files([folder / "sent.csv", folder / "map.geojson"])
    drafted = draft_city(records, areas, name="Town").text
    (folder / "city.toml").write_text(drafted)
    return drafted, check_city(read_city_file(folder / "city.toml"), folder, today=TODAY)


@pytest.mark.parametrize("name", CITIES)
def test_it_is_read_as_it_is_meant_without_an_edited_line(tmp_path: Path, name: str) -> None:
    odd = CITIES[name]
    n_rows = 8 if name.startswith("eight") else N
    drafted, found = draft(tmp_path, odd, n_rows=n_rows)
    assert [words for words in odd.said if words not in drafted] == []
    assert (found.incidents, found.placed, found.timed, found.typed) == (
        n_rows, n_rows * odd.placed, n_rows * odd.hours, n_rows * odd.typed,
    )  # fmt: skip
    assert found.inside == found.placed
    last = found.rows[-1]  # the last one: row n_rows - 1
    lon, lat = point_of(odd, n_rows - 1)
    assert last.time.startswith(f"{time_of(n_rows - 1):%Y-%m-%d %H:}")
    north, east = (float(word.split()[0]) for word in last.point.split(", "))
    assert (north, east) == pytest.approx((lat, lon), abs=2e-5)
    assert [one.text for one in found.suspicions if one.refuses] == []


REFUSED = {
    "Tehran": (lambda t: f"{t.year - 621}/{t.month:02}/{t.day:02} {t:%H:%M}", r"date \(such as '1403/02/27 13:47'\): are these years of a Hijri"),
    "years": (lambda t: str(t.year), r"date \(such as '2024'\) tells only the year"),
    "quarters": (lambda t: f"{t.year}-Q{(t.month + 2) // 3}", r"date \(such as '2024-Q1'\) tells only the quarter"),
    "an era": (lambda t: f"令和{t.year - 2018}年{t.month}月{t.day}日", r"date is not read \(such as '令和6年2月27日'\)"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_value_and_what_to_do(tmp_path: Path, name: str) -> None:
    written, said = REFUSED[name]
    odd = Odd(
        (51.4, 35.7), "case,date,offence,lat,lon", lambda n, t, x, y: [n, written(t), "Theft", f"{y:.5f}", f"{x:.5f}"]
    )
    with pytest.raises(InputError, match=said):
        draft(tmp_path, odd)


def test_a_file_that_says_nowhere_where_is_refused_before_a_city_file_is_written(tmp_path: Path) -> None:
    odd = Odd((51.4, 35.7), "case,date,offence", lambda n, t, x, y: [n, f"{t:%Y-%m-%d}", "Theft"])
    with pytest.raises(InputError, match="no column says where: .* it has case, date, offence"):
        draft(tmp_path, odd)


def test_rows_that_are_sums_are_named(tmp_path: Path) -> None:
    """Auckland's victimisations by month, area and division."""
    odd = Odd(
        (174.76, -36.85), "Year Month,Area,ANZSOC Division,Victimisations,Lat,Lon",
        lambda n, t, x, y: [f"{t:%Y-%m}", "1", "Theft", 3 + n % 9, f"{y:.5f}", f"{x:.5f}"],
    )  # fmt: skip
    drafted, found = draft(tmp_path, odd)
    assert "# LOOK: Victimisations may say how many incidents a row stands for" in drafted
    assert any(
        "'Victimisations', which is not kept, may say how many incidents" in one.text for one in found.suspicions
    )


def test_an_hour_that_is_not_read_is_named_in_a_small_file_too(tmp_path: Path) -> None:
    odd = CITIES["eight rows with an h in the hour"]
    drafted, _ = draft(tmp_path, odd, n_rows=8)
    (tmp_path / "city.toml").write_text(drafted.replace("%Hh%M", "%H:%M"))
    (refused,) = [
        one
        for one in check_city(read_city_file(tmp_path / "city.toml"), tmp_path, today=TODAY).suspicions
        if one.refuses
    ]
    assert "of 8 of 8 records the hour is written but cannot be read (such as '2024-02-27 13h47'" in refused.text
    assert 'format = "%Y-%m-%d %Hh%M" would read them' in refused.text


def test_of_dates_that_could_be_read_both_ways_the_country_decides(tmp_path: Path) -> None:
    """All days are 12 or less; in Leeds 05/03 is 5 March, in Chicago 3 May."""
    for at, format_ in (((-1.5, 53.8), "%d/%m/%Y %H:%M"), ((-87.6, 41.9), "%m/%d/%Y %H:%M")):
        odd = Odd(
            at,
            "case,date,offense,lat,lon",
            lambda n, t, x, y: [n, f"{t:%m}/{n % 12 + 1:02}/{t:%Y %H:%M}", "Theft", y, x],
        )
        drafted, _ = draft(tmp_path, odd)
        assert f'format = "{format_}"' in drafted
        assert "day and month could be exchanged in every row" in drafted


def read_otherwise(folder: Path, odd: Odd, occurred: str) -> list[str]:
    """Suspicions of the drafted city file, with other words for its times."""
    drafted, _ = draft(folder, odd)
    (folder / "city.toml").write_text(re.sub(r"occurred = .*", f"occurred = {occurred}", drafted))
    found = check_city(read_city_file(folder / "city.toml"), folder, today=TODAY)
    return [f"{'refused: ' if one.refuses else ''}{one.text}" for one in found.suspicions]


def test_days_that_are_read_as_instants_are_refused_with_what_to_write(tmp_path: Path) -> None:
    odd = CITIES["days at 00:00 UTC, 2130 hrs in another column"]
    said = read_otherwise(tmp_path, odd, '{ column = "occurred", format = "%Y-%m-%dT%H:%M:%S.%f%z" }')
    assert said[0].startswith("refused: all 40 instants stand at 00:00 UTC")
    assert 'day_zone = "UTC"' in said[0]
    assert "the column 'occurred_time', which is not kept, looks like the time of day" in said[0]
    odd = CITIES["milliseconds of midnight, summer and winter"]
    said = read_otherwise(tmp_path, odd, '{ column = "OccurredOn", format = "%s" }')
    assert said[0].startswith(
        'refused: all 40 instants stand at 05:00 or 06:00 UTC: are they days? day_zone = "America/Chicago"'
    )


def test_an_hour_that_stands_in_a_column_that_is_not_read_is_named(tmp_path: Path) -> None:
    odd = CITIES["Leeds: from and to, days that could be months"]
    said = read_otherwise(tmp_path, odd, '{ column = "Date From", format = "%d/%m/%Y" }')
    assert said == [
        "no record tells its hour; the column 'Time From', which is not kept, looks like the time of day: clock = \"Time From\", "
        "clock_format = …"
    ]


def test_coordinates_that_are_not_read_are_named(tmp_path: Path) -> None:
    drafted, _ = draft(tmp_path, CITIES["eight rows with an h in the hour"])
    (tmp_path / "city.toml").write_text(re.sub("location = .*", 'address = "offence"', drafted))
    found = check_city(read_city_file(tmp_path / "city.toml"), tmp_path, today=TODAY)
    assert any(
        "no record has a point, and lat, lon, which are not kept, look like coordinates" in one.text
        for one in found.suspicions
    )


def test_rows_that_are_taken_for_one_incident_though_they_tell_other_days_are_refused(tmp_path: Path) -> None:
    """Case numbers begin anew each year: 20 of 40 rows would be lost without a word."""
    odd = Odd(
        (-87.6, 41.9), "case,date,offense,lat,lon",
        lambda n, t, x, y: [n // 2, f"{t.replace(year=2023 + n % 2, day=1):%Y-%m-%d %H:%M}", "Theft", f"{y:.5f}", f"{x:.5f}"],
    )  # fmt: skip
    drafted, _ = draft(tmp_path, odd)
    rule = 'id = "case"\nrepeated_id = { keep = "first" }'
    (tmp_path / "city.toml").write_text(re.sub("^id = .*", rule, drafted, flags=re.MULTILINE))
    found = check_city(read_city_file(tmp_path / "city.toml"), tmp_path, today=TODAY)
    assert [one.text for one in found.suspicions if one.refuses] == [
        "of 20 rows with the id of an earlier row, 20 tell another day: do ids begin anew, such as each year? name more columns in id, "
        "or count each row as an incident with occurrence_number = true"
    ]


def test_days_that_are_still_to_come_are_said(tmp_path: Path) -> None:
    odd = Odd(
        (-87.6, 41.9),
        "case,date,offense,lat,lon",
        lambda n, t, x, y: [n, f"{t.replace(year=2025):%Y-%m-%d %H:%M}", "Theft", y, x],
    )
    _, found = draft(tmp_path, odd)
    later = sum(time_of(n).replace(year=2025) >= datetime(2025, 6, 3) for n in range(N))
    assert 4 < later < 36
    (said,) = [one.text for one in found.suspicions]
    assert said.startswith(f"{later} of 40 records occurred after the day on which the delivery was known")


def look(folder: Path, files: list[str]) -> tuple[str, CityCheck]:
    """Draft a city of files that are there, and check it."""
    records, areas = look_at_files([folder / name for name in files])
    drafted = draft_city(records, areas, name="Town").text
    (folder / "city.toml").write_text(drafted)
    return drafted, check_city(read_city_file(folder / "city.toml"), folder, today=TODAY)


def squares(west: float, south: float, codes: list[str], *, size: float = 0.1) -> geopandas.GeoDataFrame:
    """Squares beside one another, from west to east."""
    shapes = [shapely.box(west + size * n, south, west + size * (n + 1), south + size) for n in range(len(codes))]
    return geopandas.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326)


def records_at(folder: Path, points: list[tuple[float, float]], *, more: str = "") -> None:
    lines = [f"{n},{time_of(n % N):%Y-%m-%d %H:%M},Theft,{lat:.5f},{lon:.5f}" for n, (lon, lat) in enumerate(points)]
    (folder / "sent.csv").write_text("case,date,offense,lat,lon\n" + "\n".join(lines) + f"\n{more}")


def test_grid_references_are_refused_by_name(tmp_path: Path) -> None:
    odd = Odd(
        (-0.1, 51.5),
        "case,date,offence,grid",
        lambda n, t, x, y: [n, f"{t:%Y-%m-%d}", "Theft", f"TQ {30123 + n} 80456"],
    )
    with pytest.raises(
        InputError, match=r"grid \(such as 'TQ 30123 80456'\) holds grid references with letters, which are not read"
    ):
        draft(tmp_path, odd)


def test_a_town_on_both_sides_of_the_180th_meridian(tmp_path: Path) -> None:
    points = [(179.99 if n % 2 else -179.99, -16.8 + 0.001 * n) for n in range(N)]
    records_at(tmp_path, points)
    east, west = shapely.box(179.9, -16.9, 180, -16.7), shapely.box(-180, -16.9, -179.9, -16.7)
    whole = geopandas.GeoDataFrame({"code": ["1"]}, geometry=[shapely.MultiPolygon([east, west])], crs=4326)
    whole.to_file(tmp_path / "zones.geojson")
    drafted, found = look(tmp_path, ["sent.csv", "zones.geojson"])
    assert 'timezone = "Pacific/Fiji"' in drafted
    assert (found.placed, found.inside) == (N, N)


def test_each_layer_of_a_file_is_a_kind_and_shapes_of_one_code_are_one_area(tmp_path: Path) -> None:
    records_at(tmp_path, [(-87.65 + 0.1 * (n % 4), 41.85) for n in range(N)])
    squares(-87.7, 41.8, ["A", "A", "B", "B"]).to_crs(3435).to_file(
        tmp_path / "areas.gpkg", layer="beats", driver="GPKG"
    )
    squares(-87.7, 41.8, ["A", "B"], size=0.2).to_file(tmp_path / "areas.gpkg", layer="wards", driver="GPKG")
    drafted, found = look(tmp_path, ["sent.csv", "areas.gpkg"])
    assert [line for line in drafted.splitlines() if line.startswith(("layer", "kind"))] == [
        'kind = "beat"', 'layer = "beats"', 'kind = "ward"', 'layer = "wards"',
    ]  # fmt: skip
    assert [row.areas for row in found.rows[:1]] == ["beat A, ward A"]
    assert found.rows[-1].areas == "beat B, ward B"
    assert found.inside == N


def test_of_a_workbook_the_sheet_with_the_records_and_the_row_under_merged_heads_are_found(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Notes").append(["How to read this workbook"])
    sheet = book.create_sheet("Data")
    for row in (
        ["Monthly extract"],
        [],
        ["Case", "Occurred", None, "Offense", "Location", None],
        ["Case No", "Date", "Time", "Offense", "Lat", "Long"],
    ):
        sheet.append(row)
    sheet.merge_cells("B3:C3")
    for n in range(N):
        when = time_of(n)
        sheet.append([f"W{n}", when.date(), when.time(), "Burglary", 41.85, -87.65])
    book.save(tmp_path / "sent.xlsx")
    squares(-87.7, 41.8, ["A"]).to_file(tmp_path / "areas.geojson")
    drafted, found = look(tmp_path, ["sent.xlsx", "areas.geojson"])
    assert 'sheet = "Data"' in drafted
    assert "title_rows = 2" in drafted
    assert (found.incidents, found.timed, found.inside) == (N, N, N)
    assert found.rows[-1].time == f"{time_of(N - 1):%Y-%m-%d %H:%M} (minute)"


def test_a_line_of_another_encoding_or_with_a_zero_byte_is_lost_alone(tmp_path: Path) -> None:
    records_at(tmp_path, [(-87.65, 41.85)] * N)
    lines = (tmp_path / "sent.csv").read_text().replace("Theft", "Théft").encode().split(b"\n")
    lines[3] = lines[3].decode().encode("cp1252")
    lines[5] = lines[5].replace(b"Th", b"T\0h")
    (tmp_path / "sent.csv").write_bytes(b"\n".join(lines))
    squares(-87.7, 41.8, ["A"]).to_file(tmp_path / "areas.geojson")
    _, found = look(tmp_path, ["sent.csv", "areas.geojson"])
    assert (found.incidents, found.rejects) == (N - 2, {"it is not utf-8 text": 1, "it holds a zero byte": 1})
    assert found.rows[0].raw["offense"] == "Théft"
