"""Read keys: a spreadsheet reads counts with one, and nothing else; whose key asked what stands in the audit."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest

from hotspots.pipeline.door import accounts
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots_dashboard.staff.keys.routes import key_of
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site
from tests.desk_people import enrol, enter


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        yield made


def make_key(site: DeskSite, who: str = "analyst", *, label: str = "CompStat workbook") -> str:
    answer = site.as_(who).post("/keys/new", data={"label": label, "days": "90"}, headers=site.origin)
    assert answer.status_code == 200, answer.text
    (token,) = re.findall(r"<code>([A-Za-z0-9_-]{43})</code>", answer.text)
    assert token not in site.as_(who).get("/keys").text, "a key is shown once"
    return token


def counts(site: DeskSite, token: str | None, **query: str) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{site.url}/counts.csv", params=query, headers=headers)


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.fixture(scope="module")
def span(site: DeskSite) -> dict[str, str]:
    """Parameters of all days on record."""
    with site.owner.connect() as connection:
        row = connection.execute(
            "select min(occurred_from)::date::text, (max(occurred_from)::date + 1)::text from core.incident_version where known_to is null"
        ).fetchone()
    assert row is not None
    return {"from": row[0], "until": row[1]}


@pytest.fixture(scope="module")
def key(site: DeskSite) -> str:
    return make_key(site, "prevention")


@pytest.mark.parametrize("step", ["month", "week"])
def test_counts_are_those_of_the_ledger(site: DeskSite, key: str, span: dict[str, str], step: str) -> None:
    read = rows(counts(site, key, by=step, kind="beat", **span))
    with site.owner.connect() as connection:
        expected = connection.execute(
            "select date_trunc(%s, v.occurred_from)::date::text, coalesce(a.code, ''), t.name, count(*)"
            " from core.incident_version v join core.crime_type t using (crime_type_id) join core.location l using (location_id)"
            " left join core.label_set s using (label_set_id)"
            " left join core.area a on a.area_id = any(s.area_ids) and a.kind = 'beat'"
            " where v.known_to is null group by 1, 2, 3",
            [step],
        ).fetchall()
    assert {(row["period"], row["area_code"], row["crime_type"], int(row["incidents"])) for row in read} == set(
        expected
    )
    assert len(read) == len(expected) > 10


def test_days_on_record_are_said_for_each_period(site: DeskSite, key: str, span: dict[str, str]) -> None:
    days: dict[str, set[int]] = defaultdict(set)
    for row in rows(counts(site, key, by="week", kind="beat", **span)):
        days[row["period"]].add(int(row["days"]))
    assert all(len(said) == 1 for said in days.values())
    weeks = sorted(days)
    assert all(days[week] == {7} for week in weeks[1:-1])


@pytest.mark.attack(
    "desk",
    tried="counts by key of two spans whose ends lie a day apart, subtracted: the counts of one day, by beat and type",
    now="whole weeks and months are counted, whatever the ends",
    before="the counts of any day, of sexual offences too",
)
@pytest.mark.parametrize("step", ["month", "week"])
def test_no_two_spans_give_the_counts_of_one_day(site: DeskSite, key: str, span: dict[str, str], step: str) -> None:
    whole = rows(counts(site, key, by=step, kind="beat", **span))
    middle = sorted({row["period"] for row in whole})[2]
    of_period = [row for row in whole if row["period"] == middle]
    first = date.fromisoformat(middle)
    n_days = 7 if step == "week" else 28
    for begin, end in ((0, 1), (3, 4), (0, n_days), (5, n_days), (n_days - 1, n_days)):
        asked = {"from": str(first + timedelta(days=begin)), "until": str(first + timedelta(days=end))}
        assert rows(counts(site, key, by=step, kind="beat", **asked)) == of_period


def test_a_mistyped_year_puts_no_days_on_record(site: DeskSite, key: str) -> None:
    with site.owner.connect() as connection:
        connection.execute(
            "update core.incident_version set occurred_from = '1990-05-03 10:00' where version_id ="
            " (select min(version_id) from core.incident_version where known_to is null)"
        )
    (stray,) = rows(counts(site, key, by="month", kind="beat", **{"from": "1990-01-01", "until": "1991-01-01"}))
    assert (stray["period"], stray["days"], stray["incidents"]) == ("1990-05-01", "0", "1")


def test_a_key_opens_nothing_else(site: DeskSite) -> None:
    token = make_key(site)
    for path in ("/", "/change", "/map/", "/data", "/keys", "/map/api/tiles/incidents/1/1/1.mvt"):
        for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"desk={token}"}):
            answer = httpx.get(f"{site.url}{path}", headers={**headers, "Accept": "text/html"})
            assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"), path


def test_no_key_and_a_wrong_key_are_asked_for_one(site: DeskSite) -> None:
    for token in (None, new_token(), "x" * 5000, site.tokens["analyst"]):
        answer = counts(site, token)
        assert answer.status_code == 401, token
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_a_key_ends_when_its_holder_or_an_admin_says_so(site: DeskSite) -> None:
    for ender in ("analyst", "admin"):
        token = make_key(site)
        with site.owner.connect() as connection:
            row = connection.execute(
                "select key_id from door.read_key where token_hash = %s", [hash_token(token)]
            ).fetchone()
        assert row is not None
        site.as_("commander").post("/keys/end", data={"key": str(row[0])}, headers=site.origin)
        assert counts(site, token).status_code == 200, "nobody ends the key of another"
        site.as_(ender).post("/keys/end", data={"key": str(row[0])}, headers=site.origin)
        assert counts(site, token).status_code == 401


@pytest.mark.parametrize("end", ["disable", "reset", "expire"])
def test_a_key_does_not_outlive_its_account(site: DeskSite, database: TestDatabase, end: str) -> None:
    name = f"leaves-{end}"
    site.tokens[name] = enter(site.door, enrol(database.owner, site.door, name, "prevention"))
    token = make_key(site, name)
    assert counts(site, token).status_code == 200
    if end == "expire":
        with database.owner.connect() as connection:
            connection.execute("update door.read_key set expires_at = now() where token_hash = %s", [hash_token(token)])
    else:
        getattr(accounts, end)(database.owner, name)
    assert counts(site, token).status_code == 401


def test_the_audit_says_whose_key_asked_what(site: DeskSite) -> None:
    token = make_key(site, "commander", label="Weekly report")
    counts(site, token, kind="beat", **{"from": "2025-01-01", "until": "2025-03-01"})
    with site.owner.connect() as connection:
        row = connection.execute(
            "select actor, detail ->> 'kind', detail ->> 'from' from audit.event where verb = 'counts by key' order by event_id desc limit 1"
        ).fetchone()
        told = connection.execute(
            "select count(*) from audit.event where detail::text like %s", [f"%{token}%"]
        ).fetchone()
    assert row == ("commander", "beat", "2025-01-01")
    assert told == (0,)


def test_ten_keys_are_enough(site: DeskSite, database: TestDatabase) -> None:
    site.tokens["collector"] = enter(site.door, enrol(database.owner, site.door, "collector"))
    for _ in range(10):
        make_key(site, "collector")
    answer = site.as_("collector").post("/keys/new", data={"label": "x", "days": "90"}, headers=site.origin)
    assert answer.status_code == 400 and "ten keys" in answer.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"kind": "nowhere"}, "kind: 'nowhere'"),
        ({"by": "year"}, "by: 'year' is not month or week"),
        ({"from": "yesterday"}, "from: 'yesterday' is no day"),
        ({"from": "2025-01-02", "until": "2025-01-02"}, "is not before until"),
        ({"from": "1990-01-01", "until": "2025-01-01"}, "more than 20 years"),
        ({"type": "theft"}, "type: is not asked for here"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(site: DeskSite, key: str, query: dict[str, str], words: str) -> None:
    answer = counts(site, key, **query)
    assert answer.status_code == 400 and words in answer.text.replace("&#39;", "'")


def test_a_key_is_read_from_both_kinds_of_header() -> None:
    import base64

    def basic(text: str) -> str:
        return f"Basic {base64.b64encode(text.encode()).decode()}"

    assert key_of("Bearer abc") == key_of(basic("excel:abc")) == key_of(basic(":abc")) == key_of(basic("abc:")) == "abc"
    assert [key_of(header) for header in ("", "Basic", "Basic ///", "Digest abc", "Bearer ")] == [None] * 5
