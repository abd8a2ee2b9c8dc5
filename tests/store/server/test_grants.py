"""The table of docs/roles.md: all that the desk's key and the public's key may touch, compared with the database itself."""

import pytest

from tests.database import TestDatabase

SCHEMAS = ("raw", "core", "open", "audit", "alerts", "door", "desk", "intake", "queue", "share")
DESK_READS = {
    "core.crime_type", "core.location_type", "core.area_kind", "core.area", "core.study_area", "core.place", "core.population", "core.population_group",
    "core.risk_factor", "core.gazetteer", "core.label_set", "core.grid", "core.cell", "core.forecast", "core.forecast_cell",
    "queue.job", "core.backtest", "desk.location", "desk.incident", "desk.concern", "desk.location_area", "desk.counted", "desk.delivery", "desk.reject",
    "desk.visit_that_counts", "desk.missed_that_counts", "desk.dose_that_counts",
}  # fmt: skip
DESK_KEEPS = {
    "desk.place", "desk.place_version", "desk.comment", "desk.follower", "desk.issued_list", "desk.listed_place",
    "desk.sheet", "desk.tick", "desk.packet",
    "desk.problem", "desk.problem_place", "desk.hypothesis", "desk.action", "desk.action_place", "desk.dose", "desk.plan", "desk.plan_box",
    "desk.box_day", "desk.box_change", "desk.visit", "desk.missed_visits", "desk.design", "desk.evaluation", "desk.signature",
    "desk.published_effect", "desk.change", "desk.log_link", "desk.taken_back", "desk.tick_before",
    "desk.saved_view", "desk.view_version", "desk.subscription",  # as far as row policies let it
}  # fmt: skip
DESK_SHARES = {"share.item", "share.reply"}  # as far as row policies let it
DESK_DELETES = {"share.item", "desk.tick", "desk.follower", "desk.comment", "desk.problem_place", "desk.subscription"}
DESK_UPDATES = {
    "desk.place": {"name", "aliases", "owner", "geom", "version", "merged_into", "ended_at"},
    "desk.issued_list": {
        "owner",
        "issued_by",
        "issued_at",
        "review_date",
        "withdrawn_by",
        "withdrawn_at",
        "withdrawn_reason",
    },
    "desk.tick": {"done", "reason", "by", "at"},
    "desk.problem": {"title", "statement", "tests", "owner", "partners", "due", "state", "closed_reason", "version"},
    "desk.hypothesis": {"found"},
    "desk.action": {"state", "abandoned_reason", "done_by", "due", "cost"},
    "desk.plan": {"state", "approved_by", "approved_at", "closed_reason", "outlook"},
    "desk.missed_visits": {"visits"},
    "desk.saved_view": {"name", "roles", "districts", "version", "withdrawn_at"},
    "desk.subscription": {"every_days"},
    "desk.visit": {"call_sign"},
}  # a design, an evaluation, a signature and a history are in no line: the desk only adds them
DESK_CALLS = {
    "share.me", "share.sharer", "share.partners", "door.stop_mails",
    "intake.desk_rules", "intake.give_answer", "intake.history_of", "intake.let_in", "intake.link_problem", "intake.may_read", "intake.redact",
    "intake.take", "intake.text_of",
    "audit.note", "audit.open_view", "audit.opened_view", "audit.read_lines", "door.accept_invitation", "door.begin_session",
    "door.credential_of", "door.end_session", "door.end_sessions_of", "door.link_of", "door.note_failure", "door.people",
    "door.person_of", "door.see_session", "door.spend_link", "door.spend_recovery_code", "door.spend_step", "door.wait_s",
    "desk.data_version", "desk.has_session", "desk.readable_ground", "queue.ask", "queue.withdraw", "desk.readable_label_sets", "desk.may_count", "desk.box_days", "desk.nearest_names", "core.record_times",
    "core.ledger_span", "audit.tell",
    "door.add_read_key", "door.read_keys", "door.end_read_key", "door.use_read_key", "desk.tidy_counts",
    "door.begin_flow", "door.spend_flow", "door.admit",
    "desk.begin_change", "desk.own_changes", "desk.take_back", "desk.me", "desk.sees_view",
    "door.begin_half", "door.half_of", "door.miss_half", "door.pass_half",
    "door.propose", "door.proposals", "door.decide", "door.disable_account", "door.account_acts",
}  # fmt: skip


def granted(database: TestDatabase, role: str, privilege: str) -> set[str]:
    """The relations that a role has a privilege on, as a whole."""
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = any(%s) and has_table_privilege(%s, c.oid, %s)",
            [list(SCHEMAS), role, privilege],
        ).fetchall()
    return {name for (name,) in rows}


def columns(database: TestDatabase, role: str, privilege: str) -> set[str]:
    """The relations of which a role has a privilege on some columns only."""
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p', 'v') and n.nspname = any(%s) and has_any_column_privilege(%s, c.oid, %s)"
            " and not has_table_privilege(%s, c.oid, %s)",
            [list(SCHEMAS), role, privilege, role, privilege],
        ).fetchall()
    return {name for (name,) in rows}


def callable_by(database: TestDatabase, role: str) -> set[str]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select distinct n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname = any(%s) and has_function_privilege(%s, p.oid, 'execute') and has_schema_privilege(%s, n.oid, 'usage')",
            [list(SCHEMAS), role, role],
        ).fetchall()
    return {name for (name,) in rows}


def of_schema(names: set[str], schema: str) -> set[str]:
    return {name for name in names if name.startswith(f"{schema}.")}


@pytest.mark.attack(
    "keys",
    tried="true points, records' words and credentials with the desk's key",
    now="no right to a table that holds one",
)
def test_the_desk_reads_no_table_with_a_true_point_a_records_words_or_a_credential(database: TestDatabase) -> None:
    reads = granted(database, "hotspots_desk", "select")
    assert reads - of_schema(reads, "open") == DESK_READS | DESK_KEEPS | DESK_SHARES
    assert columns(database, "hotspots_desk", "select") == {"core.city"}


def test_the_desk_writes_only_what_it_keeps(database: TestDatabase) -> None:
    assert granted(database, "hotspots_desk", "insert") == DESK_KEEPS
    assert granted(database, "hotspots_desk", "delete") == DESK_DELETES
    assert granted(database, "hotspots_desk", "update") == set()
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name, array_agg(column_name::text) from information_schema.column_privileges"
            " where grantee = 'hotspots_desk' and privilege_type = 'UPDATE' group by 1"
        ).fetchall()
    assert {table: set(names) for table, names in rows} == DESK_UPDATES
    for privilege in ("truncate", "references", "trigger"):
        assert granted(database, "hotspots_desk", privilege) == set()


def test_the_desk_calls_these_functions_and_no_other(database: TestDatabase) -> None:
    assert callable_by(database, "hotspots_desk") == DESK_CALLS


@pytest.mark.attack(
    "keys",
    tried="the desk's tables and functions with every other server's key",
    now="no right to any",
)
def test_nothing_of_the_desk_is_reachable_from_any_other_servers_key(database: TestDatabase) -> None:
    for role in ("hotspots_public", "hotspots_alerts", "hotspots_mailer", "hotspots_staff", "hotspots_concerns"):
        touched = granted(database, role, "delete")
        for privilege in ("select", "insert", "update"):
            touched |= granted(database, role, privilege) | columns(database, role, privilege)
        assert of_schema(touched, "door") | of_schema(touched, "desk") == set(), role
        called = callable_by(database, role)
        assert of_schema(called, "door") | of_schema(called, "desk") == set(), role
        assert role == "hotspots_concerns" or of_schema(touched | called, "intake") == set(), role


@pytest.mark.attack(
    "keys",
    tried="SQL with the public key",
    now="schema `open` alone, no function",
)
def test_the_public_key_reads_schema_open_alone_and_calls_nothing(database: TestDatabase) -> None:
    reads = granted(database, "hotspots_public", "select") | columns(database, "hotspots_public", "select")
    assert reads == of_schema(reads, "open")
    assert callable_by(database, "hotspots_public") == set()


def test_the_key_of_concerns_selects_nothing_and_calls_what_gives_no_text(database: TestDatabase) -> None:
    for privilege in ("select", "insert", "update", "delete"):
        assert granted(database, "hotspots_concerns", privilege) == set()
    for privilege in ("select", "insert", "update"):
        assert columns(database, "hotspots_concerns", privilege) == set()
    assert callable_by(database, "hotspots_concerns") == {
        "intake.public_counts", "intake.reopen", "intake.requests_of", "intake.rules", "intake.spend_form", "intake.status_of",
        "intake.submit", "intake.system_of",
    }  # fmt: skip


def test_the_partners_key_reads_what_is_public_and_rows_that_policies_guard(database: TestDatabase) -> None:
    reads = granted(database, "hotspots_partners", "select")
    assert reads - of_schema(reads, "open") == {"share.item", "share.reply"}
    for privilege in ("insert", "update", "delete"):
        assert granted(database, "hotspots_partners", privilege) == set()
    assert columns(database, "hotspots_partners", "insert") == {"share.reply"}
    with database.owner.connect() as connection:
        guarded = connection.execute(
            "select relname from pg_class where relnamespace = 'share'::regnamespace and relrowsecurity"
        ).fetchall()
    assert {name for (name,) in guarded} == {"item", "reply"}
    called = callable_by(database, "hotspots_partners")
    assert called - of_schema(called, "door") == {"audit.note", "share.me", "share.sharer", "share.partners"}
    assert of_schema(called, "door") == of_schema(callable_by(database, "hotspots_desk"), "door") - {
        "door.people",
        "door.end_sessions_of",
        "door.add_read_key",
        "door.read_keys",
        "door.end_read_key",
        "door.use_read_key",
        "door.begin_half",
        "door.half_of",
        "door.miss_half",
        "door.pass_half",
        "door.propose",
        "door.proposals",
        "door.decide",
        "door.disable_account",
        "door.account_acts",
        "door.begin_flow",
        "door.spend_flow",
        "door.admit",
    }


WORKER_KEEPS = {"core.grid", "core.cell", "core.forecast", "core.forecast_cell", "core.backtest"}
WORKER_READS = WORKER_KEEPS | {
    "core.crime_type", "core.area_kind", "core.area", "core.study_area", "core.place", "core.risk_factor", "core.label_set", "core.population",
    "core.population_group", "queue.job",
}  # fmt: skip
WORKER_COLUMNS = {
    "core.city": {"name", "srid", "timezone", "config", "labels_version"},
    "core.incident_version": {
        "version_id", "incident_key", "location_id", "crime_type_id", "occurred_from", "occurred_to", "time_precision", "known_from", "known_to",
    },
    "core.location": {"location_id", "geom", "in_study_area", "label_set_id"},
}  # fmt: skip


@pytest.mark.attack(
    "keys",
    tried="addresses, records' words, accounts, the audit and the desk's things with the worker's key",
    now="no right to any; it writes forecasts, backtests and the state of its jobs",
)
def test_the_worker_learns_from_points_and_keeps_forecasts(database: TestDatabase) -> None:
    reads = granted(database, "hotspots_worker", "select")
    assert reads - of_schema(reads, "open") == WORKER_READS
    assert columns(database, "hotspots_worker", "select") == set(WORKER_COLUMNS)
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select privilege_type, table_schema || '.' || table_name, array_agg(column_name::text) from information_schema.column_privileges"
            " where grantee = 'hotspots_worker' and privilege_type in ('SELECT', 'UPDATE') and table_schema <> 'open' group by 1, 2"
        ).fetchall()
    assert {
        table: set(names) for kind, table, names in rows if kind == "SELECT" and table in WORKER_COLUMNS
    } == WORKER_COLUMNS
    assert {table: set(names) for kind, table, names in rows if kind == "UPDATE"} == {
        "core.forecast": {"public_number"},
        "queue.job": {"lease_until", "worker", "tries", "progress", "doing", "ended_at", "failed"},
    }
    assert granted(database, "hotspots_worker", "insert") == WORKER_KEEPS | {"open.forecast", "open.forecast_cell"}
    assert granted(database, "hotspots_worker", "delete") == {"core.forecast", "open.forecast"}
    for privilege in ("update", "truncate", "references", "trigger"):
        assert granted(database, "hotspots_worker", privilege) == set()
    assert callable_by(database, "hotspots_worker") == {"core.ledger_span", "core.record_times"}


@pytest.mark.attack(
    "keys",
    tried="one role made another",
    now="none is a member of another",
)
def test_no_role_is_a_member_of_another(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select member::regrole::text from pg_auth_members where member::regrole::text like 'hotspots%%'"
            " and member::regrole::text <> 'hotspots_owner'"
        ).fetchall()
    assert rows == []
