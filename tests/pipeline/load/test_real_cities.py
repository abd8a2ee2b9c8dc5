"""Chicago 2017 and St. Louis 2015 to 2016 against counts taken from the files by Python's csv module."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from hotspots.pipeline.load.city import load
from hotspots.settings import Settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from tests.database import TestDatabase, cloned_database
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import counts_of

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
TODAY = date(2018, 9, 6)


@pytest.fixture(scope="module")
def chicago(
    cluster: Settings, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestDatabase, dict[str, Any]]]:
    """Chicago of 2017 with its areas, and the summary of its load."""
    folder = tmp_path_factory.mktemp("chicago")
    for file in (real_data / "chicago").iterdir():
        if not file.name.startswith("incidents_") or "2017" in file.name:
            (folder / file.name).symlink_to(file)
    with cloned_database(cluster, "test_real_chicago") as database:
        summary = load(
            database.owner, read_city_file(find_city_file("chicago")), folder, only=["areas", "incidents"], today=TODAY
        )
        assert summary.incidents is not None
        yield (
            database,
            {"counts": counts_of(summary), "agreement": summary.incidents.agreement, "notes": summary.incidents.notes},
        )


@pytest.fixture(scope="module")
def chicago_rows(real_data: Path) -> list[dict[str, str]]:
    with gzip.open(real_data / "chicago" / "incidents_2017.csv.gz", "rt", newline="") as file:
        return list(csv.DictReader(file))


def test_every_record_of_chicago_is_new_and_as_many_lack_a_location_as_in_the_file(
    chicago: tuple[TestDatabase, dict[str, Any]], chicago_rows: list[dict[str, str]]
) -> None:
    _, summary = chicago
    assert summary["counts"] == {
        "read": len(chicago_rows), "new": len({row["ID"] for row in chicago_rows}), "changed": 0, "unchanged": 0, "withdrawn": 0,
        "merged": 0, "left_out": 0, "rejected": 0, "without_location": sum(not row["Latitude"] for row in chicago_rows),
    }  # fmt: skip


def test_chicagos_incidents_by_month_and_type_are_those_of_the_file(
    chicago: tuple[TestDatabase, dict[str, Any]], chicago_rows: list[dict[str, str]]
) -> None:
    database, _ = chicago
    counted = ask(
        database.owner,
        """select to_char(occurred_from, 'YYYY-MM'), split_part(words, ' | ', 1), arrest, count(*)
        from core.incident_version join core.source_type using (source_type_id) group by 1, 2, 3""",
    )
    expected = Counter(
        (f"{row['Date'][6:10]}-{row['Date'][:2]}", row["Primary Type"], row["Arrest"] == "true") for row in chicago_rows
    )
    assert {key: count for *key_parts, count in counted for key in [tuple(key_parts)]} == expected


def test_chicagos_recorded_community_areas_win_and_agreement_with_the_points_is_reported(
    chicago: tuple[TestDatabase, dict[str, Any]], chicago_rows: list[dict[str, str]]
) -> None:
    database, summary = chicago
    counted = ask(
        database.owner,
        """select a.code, count(*) from core.incident_version v join core.location l using (location_id)
        join core.label_set s using (label_set_id) join core.area_kind k on k.kind = 'community_area'
        join core.area a on a.area_id = s.area_ids[k.position] group by 1""",
    )
    recorded = Counter(row["Community Area"] for row in chicago_rows if row["Community Area"] not in ("", "0"))
    joined = sum(dict(counted).values()) - sum(recorded.values())
    assert joined == summary["agreement"]["community_area"]["joined"]
    assert all(0 <= dict(counted)[code] - number <= joined for code, number in recorded.items())
    beats = summary["agreement"]["beat"]
    # The block shift moves about one point in twelve out of its beat (91.6 % over the four years).
    assert 0.90 < beats["point_agrees"] / beats["recorded_with_point"] < 0.93


def test_chicagos_points_stand_where_the_portals_own_projection_puts_them(
    chicago: tuple[TestDatabase, dict[str, Any]], chicago_rows: list[dict[str, str]]
) -> None:
    """The portal gives each point twice: in degrees, which we read, and in EPSG:3435, which PostGIS projects here."""
    database, _ = chicago
    wanted = [row for row in chicago_rows if row["X Coordinate"]][::1000]
    for row in wanted:
        x, y = float(row["X Coordinate"]), float(row["Y Coordinate"])
        (distance,) = ask(
            database.owner,
            f"""select st_distance(l.geom, st_transform(st_setsrid(st_makepoint({x}, {y}), 3435), 26916))
            from core.incident_version v join core.location l using (location_id) where incident_key = '{int(row["ID"])}'""",
        )[0]
        assert distance < 1.0  # the portal's feet are whole numbers


def st_louis_by_hand(folder: Path) -> Counter[str]:
    """Read the months in order: what is new, withdrawn and rejected, by a dictionary and nothing of ours."""
    counts: Counter[str] = Counter()
    open_records: Counter[tuple[str, str]] = Counter()
    files = sorted(folder.glob("*.csv.gz"), key=lambda file: (file.name[-11:-7], MONTHS.index(file.name[:-11])))
    assert len(files) == 24
    for file in files:
        month, year = MONTHS.index(file.name[:-11]) + 1, int(file.name[-11:-7])
        after = datetime(year + month // 12, month % 12 + 1, 1)
        withdrawals = []
        with gzip.open(file, "rt", encoding="latin-1", newline="") as text:
            for row in csv.DictReader(text):
                counts["read"] += 1
                record = (row["Complaint"].strip(), row["Crime"].strip())
                occurred = datetime.strptime(row["DateOccur"], "%m/%d/%Y %H:%M")  # noqa: DTZ007  (the agency's wall clock)
                if row["Count"] == "-1":
                    withdrawals.append(record)
                elif occurred.year < 1950 or occurred > after.replace(day=2):
                    counts["rejected"] += 1
                else:
                    counts["new"] += 1
                    open_records[record] += 1
                    counts["without_location"] += row["XCoord"] == "0" or row["YCoord"] == "0"
        for record in withdrawals:
            matched = open_records[record] > 0
            open_records[record] -= matched
            counts["withdrawn" if matched else "rejected"] += 1
    return counts


def test_st_louis_counts_are_those_of_a_reading_by_hand(cluster: Settings, real_data: Path) -> None:
    with cloned_database(cluster, "test_real_st_louis") as database:
        city = read_city_file(find_city_file("st_louis"))
        summary = load(database.owner, city, real_data / "stlouis", today=TODAY)
        counts = counts_of(summary)
        expected = st_louis_by_hand(real_data / "stlouis" / "incidents")
        assert counts == dict.fromkeys(("changed", "unchanged", "merged", "left_out"), 0) | dict(expected)
        current, withdrawn = ask(
            database.owner,
            "select count(*) filter (where known_to is null), count(*) filter (where withdrawn) from core.incident_version",
        )[0]
        assert (current, withdrawn) == (expected["new"] - expected["withdrawn"], expected["withdrawn"])
        # 99.9 % of the points fall into a neighbourhood.
        inside, located = ask(
            database.owner,
            "select count(*) filter (where in_study_area), count(*) from core.location where geom is not null",
        )[0]
        assert inside / located > 0.995
        # Exact addresses never enter the gazetteer.
        assert ask(database.owner, "select count(*) from core.gazetteer") == [(0,)]
        # Known on the last of March 2015: what the first three files say.
        known = ask(
            database.owner,
            "select count(*) from core.incident_version where known_from <= '2015-03-31' and (known_to is null or known_to > '2015-03-31')",
        )
        files = {file["file"]: file for file in summary.incidents.files} if summary.incidents else {}
        first = [files[f"{month}2015.csv.gz"] for month in MONTHS[:3]]
        assert known == [(sum(file["new"] - file["withdrawn"] for file in first),)]
        again = counts_of(load(database.owner, city, real_data / "stlouis", today=TODAY))
        assert again["read"] == again["unchanged"] + again["rejected"]
