"""Change, packets and Data: numbers of the page = packet = independent SQL."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import openpyxl
import pptx
import pytest
from pptx.shapes.graphfrm import GraphicFrame

from hotspots.pipeline.desk import peers
from hotspots_models.statistics.peers import nearest_peers
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        yield made


def counts(site: DeskSite, *, back_days: int) -> dict[str, int]:
    """Incidents of the last 28 days, `back_days` before them, by type: from the ledger itself."""
    with site.owner.connect() as connection:
        newest = connection.execute("select newest_day from open.vintage order by vintage_id desc limit 1").fetchone()
        assert newest is not None
        until = newest[0] + timedelta(days=1 - back_days)
        rows = connection.execute(
            "select label, count(*) from core.incident_version join core.crime_type using (crime_type_id) where known_to is null"
            " and occurred_from >= %s and occurred_from < %s group by 1",
            [until - timedelta(days=28), until],
        ).fetchall()
    return dict(rows)


def figures(text: str) -> dict[str, list[str]]:
    """The lines of the first table of a page, by type."""
    table = text.partition("<tbody>")[2].partition("</tbody>")[0]
    lines = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", line, re.S)]
        for line in table.split("</tr>")
    ]
    return {line[0]: line[1:] for line in lines if line}


def test_the_page_the_packet_its_files_and_the_ledger_say_the_same(site: DeskSite) -> None:
    page = figures(site.as_("prevention").get("/change").text)
    recent, before = counts(site, back_days=0), counts(site, back_days=28)
    assert sum(recent.values()) > 0
    assert {label: (int(line[1]), int(line[2])) for label, line in page.items()} == {
        label: (recent.get(label, 0), before.get(label, 0)) for label in page
    }
    assert set(recent) <= set(page)
    made = site.as_("prevention").post("/change/packet", data={}, headers=site.origin)
    assert made.status_code == 303
    packet = made.headers["location"]
    shown = site.as_("analyst").get(packet).text
    assert figures(shown) == page
    sheet = openpyxl.load_workbook(io.BytesIO(site.as_("analyst").get(f"{packet}/packet.xlsx").content))["Change"]
    assert {row[1].value: row[3].value for row in sheet.iter_rows(min_row=2)} == {
        label: int(line[1]) for label, line in page.items()
    }
    deck = pptx.Presentation(io.BytesIO(site.as_("analyst").get(f"{packet}/packet.pptx").content))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    chart: Any = next(shape for shape in shapes if isinstance(shape, GraphicFrame) and shape.has_chart).chart
    drawn = dict(
        zip(chart.plots[0].categories, chart.plots[0].series[-1].values, strict=True)
    )  # native: with its own figures
    assert drawn and drawn == {label: int(page[label][1]) for label in drawn}
    for paper in ("a4", "letter"):
        assert site.as_("commander").get(f"{packet}/packet.pdf", params={"paper": paper}).content.startswith(b"%PDF")
    with site.owner.connect() as connection:  # a packet is the same to the last digit, whatever comes after it
        connection.execute("update core.incident_version set occurred_from = '2001-01-01' where version_id % 7 = 0")
        connection.execute(
            "insert into raw.delivery (dataset, file, sha256, known_on) values ('incidents', 'late.csv', 'late', '2025-01-01')"
        )  # what is open to every role is kept until a delivery comes
    assert figures(site.as_("analyst").get(packet).text) == page
    assert figures(site.as_("prevention").get("/change").text) != page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("area=moon:1", "is not one of"),
        ("area=beat:999", "there is no"),
        ("until=soon", "is not a day"),
        ("until=2999-01-01", "after the newest day"),
        ("since=2999-01-01", "a period has 1 to 364"),
        ("since=1999-01-01", "a period has 1 to 364"),
        ("since=soon", "is not a day"),
    ],
)
def test_what_cannot_be_compared_is_said(site: DeskSite, query: str, words: str) -> None:
    answer = site.as_("analyst").get(f"/change?{query}")
    assert answer.status_code == 400 and words in answer.text


@pytest.mark.parametrize("n_days", [1, 10, 60])
def test_a_period_of_ones_own_is_counted_from_its_first_day(site: DeskSite, n_days: int) -> None:
    with site.owner.connect() as connection:
        row = connection.execute("select newest_day from open.vintage order by vintage_id desc limit 1").fetchone()
        assert row is not None
        since = row[0] - timedelta(days=n_days - 1)
        rows = connection.execute(
            "select label, count(*) from core.incident_version join core.crime_type using (crime_type_id)"
            " where known_to is null and occurred_from >= %s and occurred_from < %s group by 1",
            [since, row[0] + timedelta(days=1)],
        ).fetchall()
    page = site.as_("analyst").get(f"/change?since={since}").text
    assert f"{n_days} days to" in page and f"?from={since}" in page
    assert {label: int(line[1]) for label, line in figures(page).items() if line[1] != "0"} == dict(rows)


def test_a_past_that_is_not_whole_on_record_is_not_known_and_never_0(site: DeskSite) -> None:
    with site.owner.connect() as connection:
        row = connection.execute(
            "select coalesce(data_from, first_day) from open.vintage order by vintage_id desc limit 1"
        ).fetchone()
        assert row is not None
        last = row[0] + timedelta(days=30)
    page = site.as_("analyst").get(f"/change?until={last}").text
    assert "Not every one of the same days last year is on record" in page
    for line in figures(page).values():
        assert (line[2], line[3], line[7]) == ("not known", "not known", "not known")
        assert line[4] == "counts only" and line[5] == ""
    made = (
        site.as_("analyst").post("/change/packet", data={"until": str(last)}, headers=site.origin).headers["location"]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(site.as_("analyst").get(f"{made}/packet.xlsx").content))["Change"]
    assert {str(row[5].value) for row in sheet.iter_rows(min_row=2)} == {"not known"}
    deck = pptx.Presentation(io.BytesIO(site.as_("analyst").get(f"{made}/packet.pptx").content))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    chart: Any = next(shape for shape in shapes if isinstance(shape, GraphicFrame) and shape.has_chart).chart
    assert [series.name for series in chart.plots[0].series] == ["these 28 days"]
    assert site.as_("analyst").get(f"{made}/packet.pdf").content.startswith(b"%PDF")


def test_only_who_reads_points_gets_a_way_to_the_incidents(site: DeskSite) -> None:
    assert "/map/?from=" in site.as_("analyst").get("/change").text
    assert "/map/?from=" not in site.as_("prevention").get("/change").text


def test_data_shows_deliveries_and_each_role_its_tab(site: DeskSite) -> None:
    text = site.as_("analyst").get("/data").text
    assert "Newest delivery" in text
    assert "No backtest is stored" in site.as_("commander").get("/data/models").text
    assert site.as_("admin").get("/data").headers["location"] == "/data/people"
    assert site.as_("auditor").get("/data").headers["location"] == "/data/audit"
    people = site.as_("admin").get("/data/people").text
    assert all(role in people for role in ("analyst", "commander", "prevention"))
    site.as_("analyst").get("/map/")
    audit = re.sub(r"<[^>]+>", " ", site.as_("auditor").get("/data/audit").text)
    assert "analyst" in audit and "map" in audit
    own = re.sub(r"<[^>]+>", " ", site.as_("prevention").get("/data/audit").text)
    assert "analyst" not in own.partition("Your own lines")[2]


def test_an_admin_ends_the_sessions_of_others(site: DeskSite) -> None:
    from tests.desk_people import enrol, enter, person_of

    token = enter(site.door, enrol(site.owner, site.door, "leaving", "analyst"))
    number = person_of(site.door, token).account_id
    for who, expected in (("analyst", 403), ("admin", 303)):
        answer = site.as_(who).post("/data/people/end", data={"account": str(number)}, headers=site.origin)
        assert answer.status_code == expected
    assert site.as_(None).get("/map/", headers={"Cookie": f"desk={token}"}).status_code == 303
    assert site.as_("admin").post("/data/people/end", data={"account": "x"}, headers=site.origin).status_code == 400


def test_a_packet_is_kept_as_plain_values(site: DeskSite) -> None:
    made = (
        site.as_("analyst").post("/change/packet", data={}, headers=site.origin).headers["location"].rsplit("/", 1)[-1]
    )
    with site.owner.connect() as connection:
        row = connection.execute("select content from desk.packet where code = %s", [made]).fetchone()
    assert row is not None and json.loads(json.dumps(row[0])) == row[0]


def test_peers_are_matched_on_what_is_not_compared_and_say_why(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        peers, "nearest_peers", partial(nearest_peers, furthest=99.0)
    )  # the city has too few areas to be alike
    with site.owner.connect() as connection:
        kind, code = connection.execute("select kind, code from core.area order by area_id limit 1").fetchone() or (
            "",
            "",
        )
        connection.execute("delete from core.population")
        connection.execute(
            "insert into core.population (area_id, year, residents) select area_id, 2020, 1000 * (1 + area_id %% 3) from core.area where kind = %s",
            [kind],
        )
        names = connection.execute(
            "select a.code, a.name, p.residents, round(st_area(a.geom)::numeric / 1e6, 2)"
            " from core.area a join core.population p using (area_id) where a.kind = %s and upper_inf(valid)",
            [kind],
        ).fetchall()
    text = site.as_("analyst").get("/change", params={"area": f"{kind}:{code}"}).text
    panel = text.partition('id="peers"')[2].partition("</section>")[0]
    assert ("beside areas like it" in panel and "They are not a league table" in panel) or "No other area" in panel
    said = " ".join(re.sub(r"<[^>]+>", " ", panel).split())
    for area_code, name, residents, km2 in names:
        if area_code == code or f"area={kind}:{area_code}&amp;" in panel:
            assert name in said and f"{residents:,}" in said and str(km2) in said  # why they are peers
    own = next(name for area_code, name, *_ in names if area_code == code)
    (count,) = re.findall(rf"{re.escape(own)}: ([\d,]+) reported", panel)[:1]
    with site.owner.connect() as connection:
        newest = connection.execute("select newest_day from open.vintage order by vintage_id desc limit 1").fetchone()
        asked = re.search(r'name="of">.*?value="([^"]+)" selected', panel, re.DOTALL)
        last = re.search(r'name="until" value="([^"]+)"', panel)
        assert newest is not None and asked is not None and last is not None
        row = connection.execute(
            "select count(*) from core.incident_version v join core.crime_type t using (crime_type_id) join core.location l using (location_id)"
            " join core.label_set s using (label_set_id) where known_to is null and t.name = %s"
            " and s.area_ids && (select array_agg(area_id) from core.area where kind = %s and code = %s)"
            " and occurred_from >= %s::date - 27 and occurred_from < %s::date + 1",
            [asked[1], kind, code, last[1], last[1]],
        ).fetchone()
    assert row == (int(count.replace(",", "")),)
    monkeypatch.setattr(peers, "nearest_peers", partial(nearest_peers, furthest=0.0))
    alone = site.as_("analyst").get("/change", params={"area": f"{kind}:{code}"}).text
    assert "No other area of this kind is like it" in alone and "league" not in alone
    assert 'id="peers"' not in site.as_("analyst").get("/change").text
    refusal = site.as_("analyst").get("/change", params={"area": f"{kind}:{code}", "of": "witchcraft"})
    assert refusal.status_code == 400 and "witchcraft" in refusal.text
