"""A large file is loaded in parts, and the ledger does not tell: ids that repeat, withdrawals, quoted line breaks, bad records and all."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from hotspots.pipeline.load.incident_load import SeenKeys
from hotspots.sources.files import pieces
from hotspots.sources.files.archives import FoundFile
from tests.database import TestDatabase
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import BY_MATCH, BY_STATUS, counts_of, load_incidents_only, row, text_of, write_city_file

REPEATED = 'repeated_id = { keep = "most serious", order = ["stalking", "burglary"] }'
LEDGER = """
    select incident_key, line, occurred_from::text, known_from::text, known_to::text, withdrawn, sensitive, arrest, address, crime_type_id
    from core.incident_version join core.location using (location_id) order by line, incident_key, version_id
"""


@pytest.mark.parametrize("snapshot", [False, True], ids=["increment", "snapshot"])
@pytest.mark.parametrize(
    ("withdrawal", "more"),
    [(BY_STATUS, ""), (BY_MATCH, ""), (BY_STATUS, REPEATED)],
    ids=["status", "match", "repeated id"],
)
def test_parts_of_a_file_make_the_ledger_of_the_whole(
    withdrawal: str, more: str, snapshot: bool, empty: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = {'supply = "increment"': 'supply = "snapshot"\nscope = "all"'} if snapshot else None
    city = write_city_file(tmp_path, withdrawal=withdrawal, more=more, replace=replace)
    for seed, day in ((1, "2026-01-31"), (2, "2026-02-28")):
        (tmp_path / f"incidents_{day}.csv").write_text(drawn_file(random.Random(seed)))
    whole = counts_of(summary := load_incidents_only(empty.owner, city, tmp_path))
    told, ledger = json.dumps(summary.as_dict(), default=str), ask(empty.owner, LEDGER)
    lines = ask(
        empty.owner, "select delivery_id - min(delivery_id) over (), line, record from raw.incident_row order by 1, 2"
    )
    with empty.owner.connect() as connection:
        connection.execute("truncate raw.delivery, core.location, core.source_type, core.city, core.gazetteer cascade")
    monkeypatch.setattr(pieces, "PIECE_BYTES", 2000)
    monkeypatch.setattr(pieces, "LONGEST_RECORD_LINES", 3)
    n_parts = sum(
        1 for file in tmp_path.glob("*.csv") for _ in pieces.read_pieces(FoundFile(file), city.incidents.layout)
    )
    assert n_parts > 10
    in_parts = load_incidents_only(empty.owner, city, tmp_path)
    assert whole["new"] > 20 and whole["rejected"] > 5
    assert json.loads(json.dumps(in_parts.as_dict(), default=str)) == json.loads(told)
    assert ask(empty.owner, LEDGER) == ledger
    assert (
        ask(
            empty.owner,
            "select delivery_id - min(delivery_id) over (), line, record from raw.incident_row order by 1, 2",
        )
        == lines
    )
    # Looked through and found loaded before, it changes nothing.
    again = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert again["new"] == again["changed"] == again["withdrawn"] == 0


def drawn_file(draw: random.Random) -> str:
    """Two hundred rows of sixty ids, some of them bad."""
    rows = []
    for _ in range(200):
        key, kind = str(draw.randrange(60)), draw.random()
        offence = draw.choice(["BURGLARY", "STALKING", "THEFT"])
        status = draw.choice(["", "", "", "", "unfounded", "-1"])
        place = draw.choice(["001XX N MAIN ST", '2XX "OLD" RD', "over\ntwo lines", "003XX S, EAST"])
        if kind < 0.04:
            rows.append((key, "too", "short"))
        elif kind < 0.08:
            rows.append(row("" if kind < 0.06 else key, when="unreadable"))
        else:
            rows.append(
                row(
                    key,
                    when=f"2026-01-{draw.randrange(1, 28):02} 10:{draw.randrange(60):02}",
                    offence=offence,
                    place=place,
                    status=status,
                )
            )
    return text_of(rows)


def test_a_column_that_tells_the_day_tells_it_of_the_whole_file(
    empty: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = write_city_file(
        tmp_path,
        replace={"known_on = { file_name = '(\\d{4}-\\d{2}-\\d{2})', format": 'known_on = { column = "status", format'},
    )
    days = ["2026-03-01", *["2026-01-05"] * 200, "2026-03-09", *["2026-02-01"] * 200]
    (tmp_path / "incidents.csv").write_text(text_of(row(str(n), status=day) for n, day in enumerate(days)))
    monkeypatch.setattr(pieces, "PIECE_BYTES", 2000)
    monkeypatch.setattr(pieces, "LONGEST_RECORD_LINES", 3)
    load_incidents_only(empty.owner, city, tmp_path)
    assert ask(empty.owner, "select distinct known_from from core.incident_version") == [(date(2026, 3, 9),)]


def test_ids_that_were_seen_are_known_again_however_they_were_gathered() -> None:
    import numpy as np

    draw, seen, keys = np.random.default_rng(3), set[int](), SeenKeys()
    for size in (5, 1, 40, 3, 3, 200, 0, 7):
        few = draw.integers(0, 5000, size).astype(np.uint64)
        assert keys.meets(few) == bool(seen & set(few.tolist()))
        seen |= set(few.tolist())
