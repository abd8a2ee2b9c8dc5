"""`hotspots concern`, as an administrator would type it: lists without texts, keys of systems, erasure, tidying with its numbers."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.pipeline.concerns.submit import Wish, submit
from hotspots.pipeline.publish.publish import publish
from hotspots.store.concerns import ConcernIntake
from hotspots.store.server.connection import open_concerns
from tests.concerned_city import TEXT, take_concerns
from tests.database import TestDatabase
from tests.desk_people import claim_accounts
from tests.pipeline.publish_city import TODAY, build


def test_list_erase_tidy_and_systems(database: TestDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build(database)
    publish(database.owner, today=TODAY)
    take_concerns(database)
    assert database.settings.database_url is not None
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", database.settings.database_url.get_secret_value())
    monkeypatch.setenv("HOTSPOTS_METRICS_FOLDER", str(tmp_path))

    claim_accounts(database.owner, carer="prevention", boss="admin")

    def concern(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["concern", *words])
        return result.exit_code, result.output

    assert concern("list") == (0, "No concern waits.\n")
    with open_concerns(database.settings).open_pool(max_size=1) as pool:
        intake = ConcernIntake(pool)
        form = intake.open_form()
        assert form is not None
        taken = submit(intake, form, Wish(category="venue", text=TEXT, gazetteer_id=11), network="192.0.2.1")
    code, listed = concern("list")
    assert code == 0 and taken.reference in listed and "venue" in listed and "no owner" in listed and TEXT not in listed
    assert concern("list", "--overdue") == (0, "No concern is overdue.\n")
    assert concern("erase", "K-0000-0000", "--reason", "asked for", "--as", "carer")[0] == 2
    refused = concern("erase", taken.reference, "--reason", "asked for", "--as", "boss")
    assert refused[0] == 2 and "the role admin does not do this; prevention does" in " ".join(refused[1].split())
    assert concern("erase", taken.reference, "--reason", "asked for")[0] == 2  # for nobody
    assert concern("erase", "12", "--reason", "asked for", "--as", "carer")[0] == 2
    assert concern("erase", taken.reference, "--reason", "asked for by John Miller", "--as", "carer")[0] == 2
    assert concern("erase", taken.reference, "--reason", "asked for by the resident", "--as", "carer")[0] == 0
    with database.owner.connect() as connection:
        assert connection.execute("select sealed, text_deleted_at is not null from intake.concern").fetchone() == (
            None,
            True,
        )
        line = connection.execute(
            "select detail ->> 'claimed' from audit.event where verb = 'concern erase'"
        ).fetchall()
        assert line == [("carer",)]
        connection.execute("update intake.concern set state = 'owned', owner = 'jo', due = '2020-01-01'")
    assert "by 2020-01-01, overdue" in concern("list", "--overdue")[1]
    doctor = CliRunner().invoke(app, ["doctor"])
    assert "!! concerns: 1 open, 0 not read, 1 overdue, 0 held back" in doctor.output
    assert concern("tidy") == (0, "Texts deleted: 0.\n")
    assert 'hotspots_concerns{kind="overdue"} 1.0' in (tmp_path / "hotspots_concerns.prom").read_text()
    assert "Key of city311, shown this once: " in concern("system", "add", "city311", "--as", "boss")[1]
    assert concern("system", "add", "City 311!", "--as", "boss")[0] == 2
    assert "city311  since" in concern("system", "list")[1]
    assert concern("system", "disable", "city311", "--as", "boss")[0] == 0 and "ended" in concern("system", "list")[1]
    assert concern("system", "disable", "city311", "--as", "boss")[0] == 2
    assert "keys/concerns apart from dumps" in concern("key")[1].replace("\n", "")
