"""Layers of hot spots, what is new on the Briefing, and the desk's place card: over real requests, figures by independent SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from hotspots.pipeline.desk.layers import LAYERS
from hotspots_dashboard.server.desk import create_desk_server
from tests.database import TestDatabase
from tests.desk_city import DeskSite, forecast_desk_site
from tests.desk_people import KEY
from tests.live_server import served


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with forecast_desk_site(database) as made:
        yield made


def words(site: DeskSite, who: str, path: str, **query: str) -> str:
    answer = site.as_(who).get(path, params=query)
    assert answer.status_code == 200, (path, query, answer.text[-300:])
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def lines(site: DeskSite, who: str) -> int:
    with site.owner.connect() as connection:
        row = connection.execute("select count(*) from audit.event where actor = %s", [who]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_says_what_it_shows_or_why_not(site: DeskSite, layer: str) -> None:
    text = words(site, "analyst", "/map/layers", layer=layer, types="theft", days="91")
    title, legend = LAYERS[layer]
    if "This layer shows nothing" not in text:
        assert f"{title}," in text and "What it was asked" in text
        assert any(one in text for one in legend) or "Nothing beyond chance" in text
        assert not re.search(r"\b(cell|cells|FDR|vintage)\b", text)  # words of the desk


def test_a_layer_counts_what_the_ledger_holds_and_leaves_one_line(site: DeskSite) -> None:
    before = lines(site, "analyst")
    query = {"layer": "blocks", "types": "theft", "days": "364", "district": "all"}
    page = site.as_("analyst").get("/map/layers", params=query).text
    shown = sorted((int(n) for n in re.findall(r"<p>(\d+) incidents", page)), reverse=True)
    with site.owner.connect() as connection:
        rows = connection.execute(
            "select count(*) from core.incident_version v join core.location l using (location_id) join core.crime_type t using (crime_type_id)"
            " where v.known_to is null and t.name = 'theft' and l.geom is not null and l.in_study_area is not false and v.occurred_from::date >"
            " (select newest_day - 364 from open.vintage order by vintage_id desc limit 1) and v.occurred_from::date <="
            " (select newest_day from open.vintage order by vintage_id desc limit 1) group by l.location_id having count(*) >= 3 order by 1 desc limit 20"
        ).fetchall()
    assert shown == [row[0] for row in rows] and shown
    site.as_("analyst").get("/map/layers", params=query)
    assert lines(site, "analyst") == before + 1


def test_a_commanders_layer_is_of_the_ground_that_is_read(site: DeskSite) -> None:
    """Elsewhere is unknown, not empty: else the whole district would look hot."""
    with (
        site.owner.connect() as connection
    ):  # the small city is all within 500 m of each area: shrink the commander's to a corner
        connection.execute(
            "update core.area set geom = st_multi(st_makeenvelope(st_xmin(geom), st_ymin(geom), st_xmin(geom) + 10, st_ymin(geom) + 10, st_srid(geom)))"
            " where area_id = (select min(area_id) from core.area)"
        )
    asked = {"types": "theft", "days": "182", "layer": "kde", "district": "all"}
    found = [
        re.search(r"Squares ([\d,]+) of 250 m", words(site, who, "/map/layers", **asked))
        for who in ("analyst", "commander")
    ]
    squares = [int(one[1].replace(",", "")) for one in found if one]
    assert 0 < squares[1] < squares[0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"layer": "witchcraft"}, "is not one of"),
        ({"types": "witchcraft"}, "is not a crime type"),
        ({"days": "365000"}, "is not one of"),
        ({"district": "moon"}, "there is no district"),
    ],
)
def test_a_layer_that_cannot_be_is_said(site: DeskSite, query: dict[str, str], said: str) -> None:
    assert said in site.as_("analyst").get("/map/layers", params=query).text


def test_only_who_reads_points_sees_layers(site: DeskSite) -> None:
    for who in ("prevention", "auditor", "admin"):
        assert site.as_(who).get("/map/layers").status_code == 403


def test_the_briefing_says_what_is_new_and_expires_it(site: DeskSite, database: TestDatabase) -> None:
    made = site.as_("analyst").post("/lists/new", data={"types": "theft", "boxes": "4"}, headers=site.origin)
    path = made.headers["location"]
    site.as_("analyst").post(f"{path}/issue", headers=site.origin)
    query = {"list": path.rsplit("/", 1)[-1], "district": "all"}
    fresh = words(site, "analyst", "/briefing", **query)
    assert "boxes and types searched" in fresh or "such days would be usual" in fresh
    assert "Pocket cards" not in fresh and "Not done: 1 calls 2 no car" in fresh
    assert "Shown to who reads incidents." in words(site, "prevention", "/briefing", **query)
    with site.owner.connect() as connection:
        connection.execute("update desk.issued_list set review_date = '2999-01-01'")
        row = connection.execute("select newest_day + 6 from open.vintage order by vintage_id desc limit 1").fetchone()
    assert row is not None
    late_desk = create_desk_server(database.desk.open_pool(max_size=3), seed_key=KEY, fixed_day=row[0])
    with served(late_desk) as url, httpx.Client(base_url=url, timeout=60) as client:
        cookies = {"Cookie": f"desk={site.tokens['analyst']}", "Accept": "text/html"}
        late = client.get("/briefing", params=query, headers=cookies).text
    late = " ".join(re.sub(r"<[^>]+>", " ", late).split())
    assert "Bursts Not known since" in late and "Near repeats Not known since" in late and "4 boxes" in late
    assert f"This desk stands on {row[0]:%a %d %b %Y}" in late


def test_the_card_says_share_standing_and_factors_by_contrast(site: DeskSite, database: TestDatabase) -> None:
    with site.owner.connect() as connection:
        area = connection.execute("select max(area_id) from open.area").fetchone()
        assert area is not None
        connection.execute(
            "insert into core.risk_factor (name, valid, geom) select 'lamps out', '(,)', st_centroid(geom) from core.area where area_id = %s",
            [area[0]],
        )
        connection.execute(  # a factor that stands at every block and crossing explains nothing
            "insert into core.risk_factor (name, valid, geom) select 'kerbs', '(,)'::daterange, geom from core.gazetteer"
            " union all select 'kerbs', '(,)'::daterange, st_centroid(geom) from core.area"
        )
    made = site.as_("analyst").post(
        "/places/new", data={"query": f"areas={area[0]}", "name": "Corner"}, headers=site.origin
    )
    path = made.headers["location"]
    text = words(site, "analyst", path)
    with site.owner.connect() as connection:
        row = connection.execute(
            "select count(*) filter (where st_intersects(l.geom, a.geom)), count(*) filter (where l.geom is not null) from core.incident_version v"
            " join core.location l using (location_id), open.area a where v.known_to is null and a.area_id = %s and v.occurred_from::date >"
            " (select newest_day - 364 from open.vintage order by vintage_id desc limit 1)"
            " and v.occurred_from::date <= (select newest_day from open.vintage order by vintage_id desc limit 1)",
            area,
        ).fetchone()
        others = connection.execute(
            "select count(*) from core.gazetteer where kind in ('block', 'intersection', 'address')"
        ).fetchone()
    assert row is not None and others is not None
    assert f"{100 * row[0] / row[1]:.2f} % of the city's located incidents" in text
    with site.owner.connect() as connection:
        whole = connection.execute(
            "select least(26, (newest_day - coalesce(data_from, first_day) + 1) / 28) from open.vintage order by vintage_id desc limit 1"
        ).fetchone()
    assert whole is not None and re.search(rf"In \d+ of {whole[0]} periods of four weeks", text)
    assert "lamps out" in text
    if others[0]:
        assert "Also here, and no reason: kerbs" in text or "no reason: kerbs" in text
    assert "No action has a box on this ground." in text


def test_a_place_is_watched_by_who_wants_to(site: DeskSite) -> None:
    made = site.as_("analyst").post("/places/new", data={"query": "areas=1", "name": "Watched"}, headers=site.origin)
    path = made.headers["location"]
    for wanted, said in (("yes", True), ("yes", True), ("no", False)):
        site.as_("prevention").post(f"{path}/follow", data={"wanted": wanted}, headers=site.origin)
        assert ("Watched by prevention." in words(site, "analyst", path)) is said
    assert site.as_("auditor").post(f"{path}/follow", data={"wanted": "yes"}, headers=site.origin).status_code == 403


def test_things_are_found_by_code_name_or_a_part_of_it(site: DeskSite) -> None:
    made = site.as_("analyst").post(
        "/places/new", data={"query": "areas=1", "name": "Odd 100% lot_"}, headers=site.origin
    )
    code = made.headers["location"].rsplit("/", 1)[-1]

    def found(who: str, text: str) -> str:
        answer = site.as_(who).post("/find", data={"words": text}, headers=site.origin)
        assert answer.status_code == 200
        return answer.text

    for text in (code, code.lower(), "odd 100%", "lot_"):
        assert f'href="/places/{code}"' in found("prevention", text), text
    assert f'href="/places/{code}"' not in found("analyst", "odd 1%0")  # a sign of patterns is a letter here
    assert 'href="/lists"' in found("commander", "list") and "j, k" in site.as_("commander").get("/find").text
    assert site.as_("auditor").get("/find").status_code == 403
    assert site.as_("analyst").post("/find", data={"words": code}).status_code == 403  # from no page of the desk


def test_watched_tells_what_others_did(site: DeskSite) -> None:
    made = site.as_("analyst").post("/places/new", data={"query": "areas=1", "name": "Quiet lot"}, headers=site.origin)
    path = made.headers["location"]
    site.as_("commander").post(f"{path}/follow", data={"wanted": "yes"}, headers=site.origin)
    for who, text in (("analyst", "Lamp is mended"), ("commander", "My own words")):
        site.as_(who).post(f"{path}/comment", data={"words": text}, headers=site.origin)
    shown = words(site, "commander", "/watched")
    assert "Lamp is mended" in shown and "My own words" not in shown and "You watch" in shown
    assert "Lamp is mended" not in words(site, "prevention", "/watched")
