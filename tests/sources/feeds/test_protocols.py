"""Each protocol against a server that speaks it: pages, changes, changed schemas, what moves meanwhile, clocks that are wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotspots.sources.feeds import socrata
from hotspots.sources.feeds.fetch import fetch
from hotspots.sources.feeds.files import fetch_folder
from hotspots.sources.feeds.portal import Patience, Portal, PortalError
from hotspots.sources.feeds.sections import FeedSource
from hotspots.sources.feeds.unfinished import Fetched
from tests.sources.feeds.portals import ArcGis, Asked, Reply, Socrata, serving

COLUMNS = {"ID": "id", "Date": "occurred", "Primary Type": "source_type"}
FIELDS = {"id": "ID", "date": "Date", "primary_type": "Primary Type", "officer_name": "Officer Name"}


def socrata_row(number: int, *, updated: str = "2026-01-05T10:00:00.000Z", **more: str) -> dict[str, Any]:
    return {
        ":id": f"row-{number:04}",
        ":updated_at": updated,
        "id": str(number),
        "date": "2026-01-04T09:30:00.000",
        "primary_type": "THEFT",
        "officer_name": "J. Doe",
        **more,
    }


def feed_of(**keys: Any) -> FeedSource:
    return FeedSource.model_validate({"name": "incidents", **keys})


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def fetch_pages(
    server: Any, to: Path, patience: Patience, *, cursor: dict[str, Any] | None = None, **keys: Any
) -> Fetched:
    feed = feed_of(kind="socrata", url=f"{server.url}/resource/abcd-1234.json", **keys)
    headers = {"X-App-Token": "secret"} if feed.token else {}
    with Portal("incidents", headers=headers, patience=patience) as portal:
        return socrata.fetch_socrata(feed, portal, COLUMNS, cursor or {}, to, page_rows=4)


@pytest.mark.parametrize("keys", [{}, {"version": 3, "token": "APP_TOKEN"}])
def test_socrata_is_read_page_by_page_with_only_the_columns_that_are_named(
    tmp_path: Path, patience: Patience, keys: dict[str, Any]
) -> None:
    with serving(Socrata([socrata_row(number) for number in range(10)], FIELDS)) as server:
        fetched = fetch_pages(server, tmp_path / "x", patience, **keys)
    assert (fetched.rows, fetched.ending) == (10, ".csv")
    assert [row["ID"] for row in rows_of(tmp_path / "x")] == [str(number) for number in range(10)]
    assert list(rows_of(tmp_path / "x")[0]) == list(COLUMNS)
    assert "Doe" not in (tmp_path / "x").read_text()
    assert fetched.cursor == {"updated_at": "2026-01-05T10:00:00.000Z"}


def test_socrata_without_a_description_is_read_by_the_names_of_its_fields(tmp_path: Path, patience: Patience) -> None:
    portal = Socrata([socrata_row(1)], FIELDS)
    portal.described = False
    with serving(portal) as server:
        feed = feed_of(kind="socrata", url=f"{server.url}/resource/abcd-1234")
        names = {"id": "id", "primary_type": "source_type"}
        with Portal("incidents", patience=patience) as client:
            assert socrata.fetch_socrata(feed, client, names, {}, tmp_path / "x").rows == 1


def test_socrata_goes_on_where_the_last_run_ended_with_an_overlap(tmp_path: Path, patience: Patience) -> None:
    rows = [socrata_row(number, updated=f"2026-01-{number:02}T10:00:00.000Z") for number in range(1, 11)]
    with serving(Socrata(rows, FIELDS)) as server:
        cursor = {"updated_at": "2026-01-08T10:00:00.000Z"}
        fetched = fetch_pages(server, tmp_path / "x", patience, cursor=cursor, overlap_days=3)
    assert [row["ID"] for row in rows_of(tmp_path / "x")] == ["5", "6", "7", "8", "9", "10"]
    assert fetched.cursor == {"updated_at": "2026-01-10T10:00:00.000Z"}


def test_a_stamp_beyond_the_portals_own_clock_does_not_hide_later_changes(tmp_path: Path, patience: Patience) -> None:
    rows = [socrata_row(1), socrata_row(2, updated="2099-01-01T00:00:00.000Z")]
    with serving(Socrata(rows, FIELDS)) as server:
        server.date = "Tue, 06 Jan 2026 12:00:00 GMT"
        assert fetch_pages(server, tmp_path / "x", patience).cursor == {"updated_at": "2026-01-06T12:00:00.000Z"}


def test_our_own_clock_decides_nothing(tmp_path: Path, patience: Patience) -> None:
    """A portal whose clock is years behind ours: the next run begins by its stamps."""
    with serving(Socrata([socrata_row(1, updated="2019-05-01T00:00:00.000Z")], FIELDS)) as server:
        server.date = "Thu, 02 May 2019 12:00:00 GMT"
        assert fetch_pages(server, tmp_path / "x", patience).cursor == {"updated_at": "2019-05-01T00:00:00.000Z"}


@pytest.mark.parametrize("before_it", [True, False])
def test_rows_that_move_while_they_are_read_are_each_read_once(
    tmp_path: Path, patience: Patience, before_it: bool
) -> None:
    """One row goes and another comes, so that the counts stay: without an overlap row 4, or one before it, would be missed."""
    portal = Socrata([socrata_row(number) for number in range(10)], FIELDS)
    gone: list[dict[str, Any]] = []

    def take_one_away() -> None:
        if not gone:
            gone.append(portal.rows.pop(0 if before_it else 3))
            portal.rows.append(socrata_row(99))

    portal.between_pages = take_one_away
    with serving(portal) as server:
        fetched = fetch_pages(server, tmp_path / "x", patience)
    found = [int(row["ID"]) for row in rows_of(tmp_path / "x")]
    assert set(found) >= set(range(10)) - {0, 3} | {99}
    assert len(found) == len(set(found)) == fetched.rows


def test_rows_that_never_hold_still_are_not_taken(tmp_path: Path, patience: Patience) -> None:
    portal = Socrata([socrata_row(number) for number in range(12)], FIELDS)
    number = [100]

    def move() -> None:
        portal.rows = portal.rows[3:] + portal.rows[:3]
        portal.rows.pop(0)
        number[0] += 1
        portal.rows.append(socrata_row(number[0]))

    portal.between_pages = move
    with serving(portal) as server, pytest.raises(PortalError, match="rows moved while they were read, 3 times"):
        fetch_pages(server, tmp_path / "x", patience)


def test_an_error_half_way_is_asked_again_and_gives_the_same_rows(tmp_path: Path, patience: Patience) -> None:
    with serving(Socrata([socrata_row(number) for number in range(10)], FIELDS)) as server:
        server.troubles = [None, None, None, (500, b"", {}), (429, b"", {"Retry-After": "0"})]
        assert fetch_pages(server, tmp_path / "x", patience).rows == 10
    assert [row["ID"] for row in rows_of(tmp_path / "x")] == [str(number) for number in range(10)]


@pytest.mark.parametrize("version", [2, 3])
def test_a_column_that_is_gone_is_named_before_anything_is_read(
    tmp_path: Path, patience: Patience, version: int
) -> None:
    fields = {"id": "ID", "date": "Date", "primary_typ": "Primary Typ"}
    with serving(Socrata([], fields)) as server, pytest.raises(PortalError) as error:
        fetch_pages(server, tmp_path / "x", patience, version=version, token="APP_TOKEN")
    assert "no column 'Primary Type', which incidents.source_type names; did you mean 'primary_typ'?" in str(
        error.value
    )
    assert not (tmp_path / "x").exists()


def test_a_condition_of_the_portals_own_language_is_passed_on(tmp_path: Path, patience: Patience) -> None:
    rows = [socrata_row(1), socrata_row(2, primary_type="ARSON")]
    with serving(Socrata(rows, FIELDS)) as server:
        assert fetch_pages(server, tmp_path / "x", patience, where="primary_type = 'ARSON'").rows == 1


ARC_FIELDS = {
    "OBJECTID": "esriFieldTypeOID", "IncidentID": "esriFieldTypeString", "ReportDate": "esriFieldTypeDate",
    "Offense": "esriFieldTypeString", "EditDate": "esriFieldTypeDate",
}  # fmt: skip
ARC_COLUMNS = {
    "incidentid": "id",
    "ReportDate": "occurred",
    "Offense": "source_type",
    "longitude": "location",
    "latitude": "location",
}
DAY_MS = 86_400_000


def feature(number: int, *, edited: int = 1_700_000_000_000) -> dict[str, Any]:
    return {
        "attributes": {
            "OBJECTID": number, "IncidentID": f"A-{number}", "ReportDate": 1_699_990_000_000 + number, "Offense": "Theft", "EditDate": edited,
        },
        "geometry": {"x": -149.9 + number / 1000, "y": 61.2},
    }  # fmt: skip


def fetch_layer(
    server: Any, to: Path, patience: Patience, *, cursor: dict[str, Any] | None = None, **keys: Any
) -> Fetched:
    feed = feed_of(kind="arcgis", url=f"{server.url}/arcgis/FeatureServer/0", **keys)
    return fetch(feed, wanted=ARC_COLUMNS, cursor=cursor or {}, to=to, environment={}, patience=patience)


def test_a_layer_is_read_along_its_object_ids_with_points_and_milliseconds(tmp_path: Path, patience: Patience) -> None:
    with serving(ArcGis([feature(number) for number in range(1, 9)], ARC_FIELDS, edit_field="EditDate")) as server:
        fetched = fetch_layer(server, tmp_path / "x", patience)
    rows = rows_of(tmp_path / "x")
    assert [row["incidentid"] for row in rows] == [f"A-{number}" for number in range(1, 9)]
    assert rows[0] == {
        "incidentid": "A-1", "ReportDate": "1699990000001", "Offense": "Theft", "longitude": "-149.899", "latitude": "61.2",
    }  # fmt: skip
    assert fetched.cursor == {"edited_ms": 1_700_000_000_000}


def test_a_layers_edits_are_read_since_the_last_run(tmp_path: Path, patience: Patience) -> None:
    features = [feature(number, edited=1_700_000_000_000 + number * DAY_MS) for number in range(1, 9)]
    with serving(ArcGis(features, ARC_FIELDS, edit_field="EditDate")) as server:
        cursor = {"edited_ms": 1_700_000_000_000 + 7 * DAY_MS}
        fetched = fetch_layer(server, tmp_path / "x", patience, cursor=cursor, overlap_days=1)
    assert [row["incidentid"] for row in rows_of(tmp_path / "x")] == ["A-6", "A-7", "A-8"]
    assert fetched.cursor == {"edited_ms": 1_700_000_000_000 + 8 * DAY_MS}


def test_features_that_go_and_come_meanwhile_move_no_page(tmp_path: Path, patience: Patience) -> None:
    portal = ArcGis([feature(number) for number in range(1, 9)], ARC_FIELDS, edit_field=None)

    def change() -> None:
        portal.features = [one for one in portal.features if one["attributes"]["OBJECTID"] not in (1, 2)]

    portal.between_pages = change
    with serving(portal) as server:
        fetched = fetch_layer(server, tmp_path / "x", patience, reads="whole")
    assert fetched.rows == 8
    assert [row["incidentid"] for row in rows_of(tmp_path / "x")][3:] == ["A-4", "A-5", "A-6", "A-7", "A-8"]


def test_a_layer_that_says_no_edits_asks_for_the_whole(tmp_path: Path, patience: Patience) -> None:
    with (
        serving(ArcGis([feature(1)], ARC_FIELDS, edit_field=None)) as server,
        pytest.raises(PortalError, match='write reads = "whole"'),
    ):
        fetch_layer(server, tmp_path / "x", patience)


def test_an_error_with_status_200_is_an_error(tmp_path: Path, patience: Patience) -> None:
    with serving(ArcGis([feature(1)], ARC_FIELDS, edit_field=None)) as server:
        busy: Reply = (200, {"error": {"code": 503, "message": "busy"}}, {})
        server.troubles = [None, busy, None, busy]
        assert fetch_layer(server, tmp_path / "x", patience, reads="whole").rows == 1
        server.troubles = [(200, {"error": {"code": 499, "message": "Token Required"}}, {})]
        with pytest.raises(PortalError, match="answers 499: Token Required"):
            fetch_layer(server, tmp_path / "x", patience, reads="whole")


def test_a_layer_without_a_named_field_is_refused(tmp_path: Path, patience: Patience) -> None:
    fields = {name: kind for name, kind in ARC_FIELDS.items() if name != "Offense"}
    with (
        serving(ArcGis([feature(1)], fields, edit_field=None)) as server,
        pytest.raises(PortalError, match="no column 'Offense'"),
    ):
        fetch_layer(server, tmp_path / "x", patience, reads="whole")


POLICE_COLUMNS = {
    "Crime ID": "id",
    "Month": "occurred",
    "Longitude": "location",
    "Latitude": "location",
    "Crime type": "source_type",
}
POLICE_HEAD = "Crime ID,Month,Reported by,Longitude,Latitude,Location,Crime type"


def archive_of(members: dict[str, list[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, rows in members.items():
            archive.writestr(f"{name[:7]}/{name}-street.csv", "\n".join([POLICE_HEAD, *rows]) + "\n")
    return out.getvalue()


def police_row(key: str, month: str) -> str:
    return f"{key},{month},Avon,-2.5,51.4,On or near High Street,Burglary"


MONTHS = {
    f"2025-{month:02}-{force}": [police_row(f"{force}{month}", f"2025-{month:02}")]
    for month in (1, 2, 3)
    for force in ("avon", "kent")
}


def fetch_archive(
    server: Any, to: Path, patience: Patience, cursor: dict[str, Any] | None = None, **keys: Any
) -> Fetched:
    feed = feed_of(kind="police_uk_archive", url=f"{server.url}/latest.zip", **{"forces": ["avon", "kent"], **keys})
    return fetch(feed, wanted=POLICE_COLUMNS, cursor=cursor or {}, to=to, environment={}, patience=patience)


def of_etag(content: bytes, tag: str) -> Callable[[Asked], Reply]:
    return lambda asked: (304, b"", {}) if asked.headers.get("if-none-match") == tag else (200, content, {"ETag": tag})


def test_the_archives_newest_months_are_one_file_and_the_same_archive_is_nothing_new(
    tmp_path: Path, patience: Patience
) -> None:
    with serving(of_etag(archive_of(MONTHS), '"a"')) as server:
        fetched = fetch_archive(server, tmp_path / "x", patience, months=2)
        assert [row["Crime ID"] for row in rows_of(tmp_path / "x")] == ["avon2", "kent2", "avon3", "kent3"]
        assert fetch_archive(server, tmp_path / "y", patience, fetched.cursor, months=2).ending is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x"]


def test_an_archive_without_a_month_of_a_force_that_it_had_is_refused(tmp_path: Path, patience: Patience) -> None:
    with serving(of_etag(archive_of(MONTHS), '"a"')) as server:
        cursor = fetch_archive(server, tmp_path / "x", patience).cursor
    fewer = {name: rows for name, rows in MONTHS.items() if name != "2025-02-kent"}
    with serving(of_etag(archive_of(fewer), '"b"')) as server, pytest.raises(PortalError, match=r"2025-02 kent"):
        fetch_archive(server, tmp_path / "y", patience, cursor)
    with serving(of_etag(archive_of(MONTHS), '"a"')) as server, pytest.raises(PortalError, match="no file of essex"):
        fetch_archive(server, tmp_path / "z", patience, forces=["essex"])


def police_api(crimes: list[dict[str, Any]], *, most: int) -> Callable[[Asked], Reply]:
    import shapely

    def answer(asked: Asked) -> Reply:
        if asked.path == "/api/crime-last-updated":
            return 200, {"date": "2025-03-01"}, {}
        if asked.path == "/api/crimes-street-dates":
            return 200, [{"date": "2025-03", "stop-and-search": []}, {"date": "2025-02"}, {"date": "2025-01"}], {}
        corners = [tuple(map(float, pair.split(",")))[::-1] for pair in asked.form["poly"].split(":")]
        inside = [
            crime
            for crime in crimes
            if crime["month"] == asked.form["date"]
            and shapely.Polygon(corners)
            .buffer(1e-9)
            .covers(shapely.Point(float(crime["location"]["longitude"]), float(crime["location"]["latitude"])))
        ]
        return (503, b"", {}) if len(inside) > most else (200, inside, {})

    return answer


def test_the_interface_is_asked_in_quarters_where_an_area_holds_too_many(tmp_path: Path) -> None:
    crimes = [
        {
            "id": number,
            "persistent_id": f"p{number}",
            "month": f"2025-{3 - number % 2:02}",
            "category": "burglary",
            "location": {
                "latitude": str(51 + number / 100),
                "longitude": str(-2 + number / 100),
                "street": {"name": "On or near"},
            },
        }
        for number in range(8)
    ]
    columns = {
        "id": "id",
        "month": "occurred",
        "location.longitude": "location",
        "location.latitude": "location",
        "category": "source_type",
    }
    with serving(police_api(crimes, most=3)) as server:
        feed = feed_of(
            kind="police_uk",
            url=f"{server.url}/api",
            outline=[[-2.5, 50.5], [-1.5, 50.5], [-1.5, 51.5], [-2.5, 51.5]],
            months=1,
        )
        patience = Patience(attempts=2, first_wait_s=0.0)
        fetched = fetch(feed, wanted=columns, cursor={}, to=tmp_path / "x", environment={}, patience=patience)
        again = fetch(feed, wanted=columns, cursor=fetched.cursor, to=tmp_path / "y", environment={}, patience=patience)
    rows = rows_of(tmp_path / "x")
    assert sorted(int(row["id"]) for row in rows) == [0, 2, 4, 6]
    assert rows[0]["location.longitude"].startswith("-")
    assert (again.ending, again.cursor) == (None, {"updated": "2025-03-01"})


def test_a_file_is_downloaded_once_until_it_changes(tmp_path: Path, patience: Patience) -> None:
    feed_keys = {"kind": "https", "token": "FILE_TOKEN"}
    with serving(of_etag(b"id\n1\n", '"a"')) as server:
        feed = feed_of(url=f"{server.url}/data/crimes.csv.gz", **feed_keys)
        environment = {"FILE_TOKEN": "secret"}
        first = fetch(feed, wanted={}, cursor={}, to=tmp_path / "x", environment=environment, patience=patience)
        again = fetch(
            feed, wanted={}, cursor=first.cursor, to=tmp_path / "y", environment=environment, patience=patience
        )
        assert server.asked[0].headers["authorization"] == "Bearer secret"
    assert (first.ending, again.ending) == (".csv.gz", None)
    with pytest.raises(PortalError, match="FILE_TOKEN, which holds its token, is not set"):
        fetch(feed, wanted={}, cursor={}, to=tmp_path / "z", environment={}, patience=patience)


def test_a_folder_gives_its_files_one_by_one_once_nobody_writes_to_them(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    feed = feed_of(kind="folder", path=str(drop), pattern="*.csv")
    for number, name in enumerate(("b.csv", "a.csv", "c.csv")):
        (drop / name).write_text(f"id\n{number}\n")
    now_s = (drop / "c.csv").stat().st_mtime
    assert fetch_folder(feed, {}, tmp_path / "x", now_s=now_s).ending is None
    seen, cursor = [], {}
    while (fetched := fetch_folder(feed, cursor, tmp_path / "x", now_s=now_s + 100)).ending:
        seen.append((tmp_path / "x").read_text()[3])
        cursor = fetched.cursor
    assert seen == ["0", "1", "2"]
    with pytest.raises(PortalError, match="does not exist"):
        fetch_folder(feed_of(kind="folder", path=str(tmp_path / "none")), {}, tmp_path / "x")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"kind": "socrata", "url": "http://data.example.org/resource/abcd-1234"}, "http is for this machine only"),
        ({"kind": "socrata", "url": "https://data.example.org/crimes"}, "names no data set"),
        (
            {"kind": "socrata", "url": "https://data.example.org/resource/abcd-1234", "version": 3},
            "version = 3 needs token",
        ),
        ({"kind": "socrata", "url": "https://data.example.org/abcd-1234", "forces": ["avon"]}, "forces is no key of"),
        ({"kind": "arcgis", "url": "https://gis.example.org/arcgis/rest"}, "is not a layer"),
        ({"kind": "police_uk"}, "needs outline"),
        ({"kind": "folder"}, "needs path"),
        ({"kind": "https", "url": "https://user:password@example.org/x"}, "is not an address"),
    ],
)
def test_a_feed_that_cannot_work_is_refused_when_the_city_file_is_read(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        feed_of(**keys)
