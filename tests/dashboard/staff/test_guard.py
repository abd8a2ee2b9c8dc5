"""The guard: every route, rule and callback × role × session, made from the desk's own tables; and attempts to get past it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.routing import Mount, Route

from hotspots.domain.account import PERMISSIONS, ROLES
from hotspots.errors import SettingsError
from hotspots.pipeline.door import accounts
from hotspots.pipeline.door.secrets import hash_token
from hotspots_dashboard.public import create_app
from hotspots_dashboard.server.app import create_server
from hotspots_dashboard.server.desk import check_rules
from hotspots_dashboard.staff.desk import OPEN, Desk, Rule
from hotspots_dashboard.staff.guard import Guard
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site
from tests.desk_people import PASSWORD, enrol, enter
from tests.live_server import served

CALLBACK = "/map/_dash-update-component"


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        yield made


@pytest.fixture(scope="module")
def desk(site: DeskSite) -> Desk:
    (guard,) = [one for one in site.app.user_middleware if one.cls is Guard]  # pyright: ignore[reportAttributeAccessIssue]
    return guard.kwargs["desk"]


def example(rule: Rule) -> str:
    """A path of a rule: numbers are 1, words are x."""
    return re.sub(r"\{\w+\}", "x", re.sub(r"\{\w+:int\}", "1", rule.path))


def ask(site: DeskSite, who: str | None, method: str, path: str) -> int:
    return site.as_(who).request(method, path, headers=site.origin if method != "GET" else {}).status_code


@pytest.mark.attack(
    "desk",
    tried="every route with every method by every role",
    now="403 exactly where the role has no permission",
)
def test_every_rule_by_every_role(site: DeskSite, desk: Desk) -> None:
    """403 exactly where the role has no permission. Sign-out is left out: it would end the session that walks."""
    wrong = []
    for role in ("analyst", "commander"):
        site.as_(role).get("/map/")  # else a tile finds no opened view
    for rule in desk.rules:
        for method in sorted(rule.methods - {"HEAD"}):
            if rule.path == "/sign-out" or (rule.is_prefix and method == "POST"):
                continue
            for role in ROLES:
                refused = ask(site, role, method, example(rule)) == 403
                expected = rule.needs != OPEN and rule.needs not in PERMISSIONS[role]
                opens_door = rule.needs == OPEN and method == "POST"  # refuses by itself: nothing was typed
                if refused is not expected and not opens_door:
                    wrong.append((method, rule.path, role, refused))
    assert wrong == []


@pytest.mark.attack(
    "desk",
    tried="every route with every method without a session",
    now="the sign-in, or 401",
)
def test_every_rule_without_a_session_leads_to_the_sign_in(site: DeskSite, desk: Desk) -> None:
    for rule in desk.rules:
        for method in sorted(rule.methods - {"HEAD"}):
            if rule.needs == OPEN:
                continue
            answer = site.as_(None).request(method, example(rule), headers=site.origin if method != "GET" else {})
            if method == "GET":
                assert (answer.status_code, answer.headers["location"][:9]) == (303, "/sign-in?"), rule
            else:
                assert answer.status_code == 401, rule


@pytest.mark.attack(
    "desk",
    tried="a session that has expired, was ended, or whose account was closed",
    now="the sign-in",
)
@pytest.mark.parametrize("ending", ["expired", "ended", "disabled"])
def test_a_session_that_is_over_is_none(site: DeskSite, database: TestDatabase, ending: str) -> None:
    person = enrol(database.owner, site.door, f"gone-{ending}", "analyst")
    token = enter(site.door, person)
    client = site.as_(None)
    assert client.get("/map/", headers={"Cookie": f"desk={token}"}).status_code == 200
    if ending == "disabled":
        accounts.disable(database.owner, person.name)
    else:
        column = "expires_at" if ending == "expired" else "ended_at"
        with database.owner.connect() as connection:
            connection.execute(f"update door.session set {column} = now() where token_hash = %s", [hash_token(token)])
    for path in ("/map/", "/map/api/tiles/incidents/1/1/1.mvt", "/map/_dash-layout", "/"):
        assert client.get(path, headers={"Cookie": f"desk={token}"}).status_code == 303


@pytest.mark.attack(
    "desk",
    tried="paths with doubled strokes, dots, percent signs, capitals; paths of the map without its prefix",
    now="the sign-in, 401, 404 or 405, and no part of a page",
)
@pytest.mark.parametrize(
    "path",
    [
        "//map/", "/map//_dash-layout", "/./map/", "/map/../map/_dash-layout", "/%6dap/", "/map/%5fdash-layout", "/MAP/", "/map",
        "/sign-in/../map/", "/static/../map/_dash-layout", "/static/shared/../../map/_dash-layout", "/static/desk/%2e%2e/templates/frame.html",
        "/_dash-layout", "/_dash-update-component", "/_reload-hash", "/api/tiles/incidents/1/1/1.mvt", "/docs", "/openapi.json", "/download/incidents.csv",
    ],
)  # fmt: skip
def test_no_spelling_of_a_path_gets_past_the_guard(site: DeskSite, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        connection = HTTPConnection(urlsplit(site.url).netloc)  # sends the path as it stands
        connection.request(method, path, headers={**site.origin, "Accept": "text/html"})
        answer = connection.getresponse()
        assert answer.status in (303, 401, 404, 405), (method, path, answer.status)
        assert (answer.status != 303) or answer.getheader("location", "").startswith("/sign-in?next=")
        assert b"components" not in answer.read()
        connection.close()


def test_a_role_without_points_reaches_no_part_of_the_map(site: DeskSite) -> None:
    body = {"output": "page.children", "inputs": [], "changedPropIds": []}
    for role in ("prevention", "auditor", "admin"):
        client = site.as_(role)
        for path in ("/map/", "/map/_dash-layout", "/map/_dash-dependencies", "/map/api/tiles/incidents/1/1/1.mvt"):
            assert client.get(path).status_code == 403
        for path in (CALLBACK, "/map/api/search"):
            assert client.post(path, json=body, headers=site.origin).status_code == 403


@pytest.mark.attack(
    "desk",
    tried="changes asked for by pages of other sites, of the same site, of the public map, of nobody",
    now="refused",
)
def test_a_request_that_changes_something_comes_from_a_page_of_the_desk(site: DeskSite) -> None:
    here = site.url
    port = here.rpartition(":")[2]
    for headers, passes in (
        ({"Origin": here}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://127.0.0.1:8050"}, False),  # the public map on the same machine
        ({"Origin": f"http://localhost:{port}"}, False),
        ({"Origin": here.replace("http:", "https:")}, False),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
    ):
        answer = site.as_("analyst").post("/map/api/search", json={"text": "x"}, headers=headers)
        assert (answer.status_code == 200) is passes, headers
        refused = site.as_(None).post("/sign-in", data={"name": "x"}, headers=headers)  # a wrong name, or another page
        assert ("do not belong together" in refused.text) is passes and refused.status_code in (403, 429)


@pytest.mark.attack(
    "desk",
    tried="another host name that leads to the same machine",
    now="421",
)
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8051", "192.0.2.1:8051", ""])
def test_another_host_name_leads_nowhere(site: DeskSite, host: str) -> None:
    assert site.as_("analyst").get("/map/", headers={"Host": host}).status_code == 421


@pytest.mark.attack(
    "desk",
    tried="a session planted in the browser before the sign-in",
    now="opens nothing; the sign-in makes another",
)
def test_signing_in_gives_a_new_session_whatever_the_browser_brought(site: DeskSite) -> None:
    planted = "planted-by-somebody-else"
    jo = enrol(site.owner, site.door, "fixed", "analyst")
    form = {"name": "fixed", "password": PASSWORD, "next": "/map/?types=burglary"}
    jo.now_s = time.time() - 30
    headers = {**site.origin, "Cookie": f"desk={planted}"}
    answer = site.as_(None).post("/sign-in", data={**form, "code": jo.code()}, headers=headers)
    assert answer.status_code == 303 and answer.headers["location"] == "/map/?types=burglary"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("desk="))
    assert planted not in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert site.door.person_of(hash_token(planted)) is None and site.door.person_of(hash_token(token)) is not None
    again = site.as_(None).post("/sign-out", headers={**site.origin, "Cookie": f"desk={token}"})
    assert again.status_code == 303 and site.door.person_of(hash_token(token)) is None


@pytest.mark.attack(
    "desk",
    tried="a way on after the sign-in that leads to another site",
    now="left out",
)
@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in", "/nowhere", "javascript:x"]
)
def test_the_way_on_after_the_sign_in_leads_to_a_page_of_the_desk(site: DeskSite, path: str) -> None:
    text = site.as_(None).get("/sign-in", params={"next": path}).text
    assert 'name="next" value=""' in text


def test_a_link_is_not_spent_by_looking_at_it(site: DeskSite) -> None:
    token = accounts.demo_links(site.owner)["analyst"]
    for _ in range(2):
        assert "Sign in as analyst" in site.as_(None).get("/sign-in/link", params={"t": token}).text
    assert site.as_(None).post("/sign-in/link", data={"t": token}, headers=site.origin).status_code == 303
    assert site.as_(None).post("/sign-in/link", data={"t": token}, headers=site.origin).status_code == 400


@pytest.mark.parametrize("seed", ["", "short", "a" * 32, "1" * 32, "A" * 33])
def test_a_key_for_the_app_that_the_page_did_not_give_is_refused_in_words(site: DeskSite, seed: str) -> None:
    name = f"seed-{len(seed)}-{seed[:1].lower() or 'none'}"
    token = accounts.add(site.owner, name=name, role="analyst", areas=(), all_areas=True)
    form = {"t": token, "password": PASSWORD, "again": PASSWORD, "seed": seed, "code": "000000"}
    answer = site.as_(None).post("/invitation", data=form, headers=site.origin)
    assert answer.status_code == 400 and "did not come back as this page gave it" in answer.text
    assert site.as_(None).get("/invitation", params={"t": token}).status_code == 200  # it stays good


def test_pages_are_kept_by_no_cache_and_shown_in_no_frame(site: DeskSite) -> None:
    for path in ("/map/", "/map/_dash-layout", "/sign-in", "/map/api/tiles/base/1/1/1.mvt"):
        headers = site.as_("analyst").get(path).headers
        assert headers["cache-control"] == "no-store", path
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_a_tile_opens_no_view(site: DeskSite) -> None:
    client = site.as_("analyst")
    question = {"from": "2024-02-01", "to": "2024-02-20"}
    assert client.get("/map/api/tiles/incidents/9/128/190.mvt", params=question).status_code == 403
    lines = len(site.door.audit_lines(_person(site, "analyst")))
    assert client.get("/map/", params=question).status_code == 200
    assert client.get("/map/api/tiles/incidents/9/128/190.mvt", params=question).status_code == 200
    assert client.get("/map/", params=question).status_code == 200
    assert len(site.door.audit_lines(_person(site, "analyst"))) == lines + 1


def test_an_export_needs_a_purpose_and_leaves_its_own_line(site: DeskSite) -> None:
    client = site.as_("analyst")
    query = "from=2024-02-01&to=2024-03-31"
    assert client.get(f"/map/export?{query}").status_code == 200
    assert client.post("/map/export", data={"query": query}, headers=site.origin).status_code == 400
    assert (
        client.post(
            "/map/export", data={"query": query, "purpose": "Mr. X, see below!"}, headers=site.origin
        ).status_code
        == 400
    )
    answer = client.post("/map/export", data={"query": query, "purpose": "CASE 1/24"}, headers=site.origin)
    assert answer.status_code == 200 and answer.text.lstrip("\ufeff").startswith("public_id,day,hour,")
    with site.owner.connect() as connection:
        row = connection.execute(
            "select count(*) from core.incident_version where known_to is null and occurred_from >= '2024-02-01' and occurred_from < '2024-04-01'"
        ).fetchone()
    assert row is not None and len(answer.text.splitlines()) - 1 == row[0]  # by independent SQL, on the ledger itself
    newest = site.door.audit_lines(_person(site, "analyst"))[0]
    assert newest.verb == "export" and newest.detail["purpose"] == "CASE 1/24"
    assert (
        site.as_("commander")
        .post("/map/export", data={"query": query, "purpose": "X"}, headers=site.origin)
        .status_code
        == 403
    )


def test_a_commander_sees_the_incidents_of_the_own_area_and_500_m_around_it(site: DeskSite) -> None:
    with site.owner.connect() as connection:
        rows = connection.execute(
            "select count(*), count(*) filter (where s.area_ids && array[a.area_id] or st_dwithin(l.geom, a.geom, 500)),"
            " count(*) filter (where s.area_ids && array[a.area_id])"
            " from core.incident_version v join core.location l using (location_id) left join core.label_set s using (label_set_id),"
            " (select * from core.area order by area_id limit 1) a"
            " where known_to is null and occurred_from >= '2024-02-01' and occurred_from < '2024-05-01'"
        ).fetchall()
    every, own, inside = rows[0]
    assert 0 < inside < own <= every
    for role, expected in (("analyst", every), ("commander", own)):
        text = site.as_(role).get("/map/", params={"from": "2024-02-01", "to": "2024-04-30"}).text
        assert re.search(rf'class="answer-number"[^>]*>{expected:,}<', text), role


@pytest.mark.parametrize("gap", ["route", "flask", "callback"])
def test_the_server_does_not_start_with_a_gap(site: DeskSite, desk: Desk, gap: str) -> None:
    class Holey:
        routes = site.app.routes  # pyright: ignore[reportAttributeAccessIssue]

    app: Any = create_app(_nobody(), url_base="/map/", desk=None if gap == "none" else _parts())
    extra = Desk(desk.door, "x", rules=list(desk.rules), callbacks=dict.fromkeys(app.callback_map, "points.read"))
    check_rules(extra, Holey, app)  # pyright: ignore[reportArgumentType]
    if gap == "route":
        Holey.routes = [*Holey.routes, Route("/secret", lambda _: None), Mount("/more", app=lambda *_: None)]  # pyright: ignore[reportArgumentType]
    elif gap == "flask":
        app.server.add_url_rule("/secret", view_func=lambda: "x")
    else:
        app.callback(*_wiring())(lambda _: None)
        app._setup_server()
    with pytest.raises(SettingsError, match="no permission is declared for"):
        check_rules(extra, Holey, app)  # pyright: ignore[reportArgumentType]


def _wiring() -> tuple[Any, Any]:
    from dash import Input, Output

    return Output("secret", "children"), Input("page", "children")


def _nobody() -> Any:
    """Stand for a reader that is not asked."""
    return object()


def _parts() -> Any:
    from hotspots_dashboard.public.app import DeskParts

    return DeskParts(lambda *_: ([], []), lambda *_: ([],))


def _person(site: DeskSite, name: str) -> Any:
    return site.door.person_of(hash_token(site.tokens[name]))


def test_the_public_server_has_no_path_of_the_desk(site: DeskSite, desk: Desk, database: TestDatabase) -> None:
    """With a live session in its hand a visitor of the public map finds nothing of the desk there."""
    with served(create_server(database.public.open_pool())) as url:
        asking = httpx.Client(
            base_url=url, headers={"Cookie": f"desk={site.tokens['analyst']}", "Origin": url}, timeout=120
        )
        for rule in desk.rules:
            path = example(rule)
            if path in ("/", "/health"):
                continue
            for method in sorted(rule.methods - {"HEAD"}):
                assert asking.request(method, path).status_code in (404, 405), (method, path)
        asking.close()


def test_the_map_is_found_without_its_last_stroke(site: DeskSite) -> None:
    answer = site.as_("analyst").get("/map?types=theft", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/map/?types=theft")
    assert site.as_("auditor").get("/map", follow_redirects=False).status_code == 403
