"""Rows without an id are known by what they tell: the same file again changes nothing, a changed row is a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotspots.errors import InputError
from hotspots.sources.files import pieces
from tests.database import TestDatabase
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import counts_of, deliver, load_incidents_only, row, write_city_file, write_zones

AT = {"when": "2026-01-02 10:30", "at": (500.0, 500.0)}
ALIKE = [row("", **AT), row("", **AT), row("", offence="ARSON"), row("7", offence="ROBBERY")]
NO_COLUMN = {'id = "id"\n': ""}
SNAPSHOT = {'supply = "increment"': 'supply = "snapshot"\nscope = "all"'}
KNOWN = "select count(*) filter (where known_to is null), count(*) from core.incident_version"


@pytest.mark.parametrize("replace", [{}, NO_COLUMN])
def test_the_same_rows_again_change_nothing(empty: TestDatabase, tmp_path: Path, replace: dict[str, str]) -> None:
    city = write_city_file(tmp_path, replace=replace)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", ALIKE)
    first = load_incidents_only(empty.owner, city, tmp_path)
    assert counts_of(first)["new"] == 4
    assert first.incidents is not None
    assert first.incidents.notes["known_by_content"] == (4 if replace else 3)
    deliver(tmp_path, "2026-03-01", [*ALIKE, row("", when="2026-02-20 10:30")])  # overlaps the one before
    again = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (again["new"], again["unchanged"], again["changed"]) == (1, 8, 0)  # the first file and its rows again
    assert ask(empty.owner, KNOWN) == [(5, 5)]


def test_the_order_of_two_kinds_of_area_does_not_make_other_rows(empty: TestDatabase, tmp_path: Path) -> None:
    """The stored city file keeps no order of its keys: the same file must not look like another one."""
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", ALIKE)
    for areas in ('{ zone = "zone", ward = "status" }', '{ ward = "status", zone = "zone" }'):
        kinds = 'name = "name"\n\n[[area]]\nkind = "ward"\nlabel = "Ward"\nfile = "zones.geojson"\ncode = "code"\nname = "name"\n'
        replace = NO_COLUMN | {'{ zone = "zone" }': areas, 'name = "name"\n': kinds}
        city = write_city_file(tmp_path, withdrawal="", replace=replace)
        for _ in range(2):
            load_incidents_only(empty.owner, city, tmp_path)
            assert ask(empty.owner, KNOWN) == [(4, 4)]


@pytest.mark.parametrize(("supply", "current"), [({}, 5), (SNAPSHOT, 4)])
def test_a_changed_row_is_a_new_one_and_a_snapshot_withdraws_the_old(
    empty: TestDatabase, tmp_path: Path, supply: dict[str, str], current: int
) -> None:
    city = write_city_file(tmp_path, replace=supply)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", ALIKE)
    load_incidents_only(empty.owner, city, tmp_path)
    deliver(tmp_path, "2026-03-01", [*ALIKE[:2], row("", offence="VANDALISM"), ALIKE[3]])
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["new"], counts["unchanged"]) == (1, 4 + 3)
    assert ask(empty.owner, KNOWN) == [(current, 5)]


def test_one_of_two_alike_that_goes_is_one_less(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path, replace=SNAPSHOT)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", ALIKE)
    load_incidents_only(empty.owner, city, tmp_path)
    deliver(tmp_path, "2026-03-01", ALIKE[1:])
    load_incidents_only(empty.owner, city, tmp_path)
    assert ask(empty.owner, KNOWN) == [(3, 4)]


def test_other_columns_under_what_is_loaded_are_refused(empty: TestDatabase, tmp_path: Path) -> None:
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", ALIKE)
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    other = write_city_file(tmp_path, replace={'address = "place"\n': ""})
    with pytest.raises(InputError, match=r"are known by when, .* Run `hotspots city reset`"):
        load_incidents_only(empty.owner, other, tmp_path)
    assert ask(empty.owner, KNOWN) == [(4, 4)]


def test_many_rows_without_the_id_that_the_file_names_are_said(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", ALIKE)
    found = load_incidents_only(empty.owner, city, tmp_path).incidents
    assert found is not None
    assert [text for text in found.suspicions if "have no id in id" in text] != []


def test_a_snapshot_in_which_a_row_lost_its_id_withdraws_nothing(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path, replace=SNAPSHOT)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-01", [row("1"), row("2"), row("3")])
    load_incidents_only(empty.owner, city, tmp_path)
    deliver(tmp_path, "2026-03-01", [row("1"), row("")])
    lost = load_incidents_only(empty.owner, city, tmp_path).incidents
    assert lost is not None
    assert (lost.withdrawn_by_absence, lost.files[-1]["note"]) == (
        0, "1 line tells no id, so nothing is withdrawn by absence",
    )  # fmt: skip
    deliver(tmp_path, "2026-04-01", [row("1"), row("2"), row("")])  # as usual by now
    mended = load_incidents_only(empty.owner, city, tmp_path).incidents
    assert mended is not None
    assert mended.withdrawn_by_absence == 1
    assert ask(empty.owner, KNOWN) == [(3, 4)]


def test_rows_alike_in_two_pieces_of_a_large_file_are_two_incidents(
    empty: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 2000)
    city = write_city_file(tmp_path, replace=NO_COLUMN)
    write_zones(tmp_path)
    others = [row("", when=f"2026-01-02 {n // 60:02}:{n % 60:02}") for n in range(120)]
    deliver(tmp_path, "2026-02-01", [row("", offence="ARSON"), *others, row("", offence="ARSON")])
    assert counts_of(load_incidents_only(empty.owner, city, tmp_path))["new"] == 122
    assert ask(empty.owner, KNOWN) == [(122, 122)]
