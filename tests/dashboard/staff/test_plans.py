"""Patrol plans on the desk: draft, another person's approval, what each role sees, delivery by sheet, ticks, phone and positions."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, LiteralString

import psycopg
import pytest
from pyproj import Transformer

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.pipeline.act.log_form import make_key
from hotspots.pipeline.act.plan_sheet import sheet_page
from hotspots.pipeline.forecast.forecast import forecast
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site, post, refused, words
from tests.pdf import pdf_strings, pdf_text

BOX_M = 250.0


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        with database.owner.connect() as connection:
            connection.execute("update open.city set invented = true")  # its day is the one after its newest
            request = ForecastRequest(
                crime_types=("theft",), as_of=today(made), horizon_days=28, model="long_run_count", cell_size_m=150.0
            )
            forecast(connection, request)
        yield made


def today(site: DeskSite) -> date:
    return sql(site, "select newest_day + 1 from open.vintage order by vintage_id desc limit 1")[0]


def sql(site: DeskSite, query: LiteralString, *values: object) -> Any:
    with site.owner.connect() as connection:
        row = connection.execute(query, values).fetchone()
    assert row is not None
    return row


def draft_form(site: DeskSite, **changed: object) -> dict[str, object]:
    return {
        "title": "Evening visits", "tactic": "short_random_visits", "types": "theft", "within": "", "hours": "18-02", "units": 1,
        "minutes": 90, "boxes": 4, "weeks": 4, "from": today(site).isoformat(), "share": "0.5", "why": "", **changed,
    }  # fmt: skip


@pytest.fixture(scope="module")
def plan(site: DeskSite) -> str:
    """A draft, looked at before its approval, then approved by another person."""
    assert "No plan yet" in site.as_("commander").get("/plans").text
    path = post(site, "analyst", "/plans/new", **draft_form(site))
    said = words(site.as_("analyst").get(path).text)
    assert "What this trial can detect" in said and "Holding out:" in said and "waits for approval" in said
    assert "in 52 weeks, the middle box" in said
    assert "does not do this" in refused(site, "analyst", f"{path}/approve")
    assert "does not do this" in refused(site, "prevention", f"{path}/approve")
    post(site, "commander", f"{path}/approve")
    return path


def boxes_of(site: DeskSite, plan: str, day: date) -> dict[str, bool]:
    """Letter and whether ON, by independent SQL."""
    with site.owner.connect() as connection:
        rows = connection.execute(
            "select letter, is_on from desk.plan_box join desk.box_day using (plan_id, box_no) where plan_id = %s and day = %s",
            [int(plan.rsplit("/", 1)[-1]), day],
        ).fetchall()
    return dict(rows)


def shown(html: str) -> set[str]:
    """Letters on the map of a page."""
    return set(re.findall(r'<text class="letter"[^>]*>(\w+)<', html))


def test_who_sends_cars_sees_no_box_that_is_off(site: DeskSite, plan: str) -> None:
    drawn = boxes_of(site, plan, today(site))
    on = {letter for letter, is_on in drawn.items() if is_on}
    assert len(drawn) == 4 and len(on) == 2
    for role, seen in (("analyst", set(drawn)), ("prevention", set(drawn)), ("commander", on)):
        page = site.as_(role).get(plan).text
        assert shown(page) == seen, role
        assert set(re.findall(r"<td><strong>(\w+)</strong></td>", page)) <= seen
    assert site.as_("auditor").get(plan).status_code == 403
    briefing = site.as_("commander").get("/briefing").text
    assert set(re.findall(r'class="letter">(\w+)<', briefing)) == on


def test_a_box_is_added_or_suppressed_with_a_reason_and_the_sheet_follows(site: DeskSite, plan: str) -> None:
    day = today(site) + timedelta(days=1)
    drawn = boxes_of(site, plan, day)
    on, off = ([letter for letter, is_on in drawn.items() if is_on is wanted] for wanted in (True, False))
    form = {"kind": "added", "letter": off[0], "day": day.isoformat(), "reason": "concert"}
    assert "does not do this" in refused(site, "commander", f"{plan}/box", **form)
    hidden = refused(site, "commander", f"{plan}/box", **{**form, "kind": "suppressed"})
    assert hidden == refused(
        site, "commander", f"{plan}/box", **{**form, "kind": "suppressed", "letter": "ZZ"}
    ).replace("ZZ", off[0])  # a box that is OFF is as unknown as one that is not there
    assert "reason is empty" in refused(site, "analyst", f"{plan}/box", **{**form, "reason": ""})
    assert "name of a person" in refused(site, "analyst", f"{plan}/box", **{**form, "reason": "ask Mr Miller"})
    post(site, "analyst", f"{plan}/box", **form)
    post(site, "commander", f"{plan}/box", kind="suppressed", letter=on[0], day=day.isoformat(), reason="street closed")
    answer = site.as_("commander").post(f"{plan}/sheet", data={"day": day.isoformat()}, headers=site.origin)
    assert answer.headers["content-type"] == "application/pdf"
    with site.owner.connect() as connection:
        page = sheet_page(connection, int(plan.rsplit("/", 1)[-1]), day=day)
    assert {card["letter"] for card in page["cards"]} == {off[0], on[1]}
    assert any("QR code" in words for words in pdf_strings(pdf_text(answer.content), "Alt"))
    assert boxes_of(site, plan, day) == drawn  # the draw stays


def key_of(site: DeskSite, plan: str, day: date) -> str:
    from datetime import UTC, datetime

    with site.owner.connect() as connection:
        return make_key(
            connection, int(plan.rsplit("/", 1)[-1]), day=day, desk_now=datetime.combine(day, datetime.min.time()).replace(hour=19),
            now=datetime.now(UTC), person="commander",
        )  # fmt: skip


def ask(site: DeskSite, path: str, **body: object) -> Any:
    return site.as_(None).post(path, json=body, headers=site.origin)


def test_a_phone_logs_three_taps_for_this_shift_only_and_nothing_else_is_reachable(site: DeskSite, plan: str) -> None:
    day = today(site) + timedelta(days=2)
    number = int(plan.rsplit("/", 1)[-1])
    drawn = boxes_of(site, plan, day)
    on, off = ([letter for letter, is_on in drawn.items() if is_on is wanted] for wanted in (True, False))
    key = key_of(site, plan, day)
    opened = ask(site, "/log/shift", key=key)
    assert {one["box"] for one in opened.json()["boxes"]} == set(on)
    assert not {"code", "geom", "plan_id", "title_of_plan"} & set(opened.json())
    visit = {"box": on[0], "at": f"{day}T19:00:00", "minutes": 15}
    sent = [visit, {"box": on[1], "reason": "calls"}]
    assert ask(site, "/log/visits", key=key, entries=sent).status_code == 200
    found = ask(site, "/log/visits", key=key, entries=sent).json()  # a phone that tries again writes nothing twice
    assert {one["box"]: one["made"] for one in found["boxes"]} == {on[0]: 1, on[1]: 0}
    assert sql(site, "select count(*), min(source), count(call_sign) from desk.visit where plan_id = %s", number) == (
        1,
        "form",
        0,
    )
    for entry, said in (
        ({**visit, "box": off[0]}, "not on this sheet"),
        ({**visit, "at": f"{day}T12:00:00"}, "not in this shift"),
        ({**visit, "at": f"{day + timedelta(days=7)}T19:00:00"}, "not in this shift"),
        ({**visit, "at": "yesterday"}, "no time"),
        ({**visit, "minutes": 1000}, "1 to 240 minutes"),
        ({"box": on[0], "reason": "lazy"}, "not one of"),
        ({"box": {"$ne": 1}}, "not on this sheet"),
    ):
        answer = ask(site, "/log/visits", key=key, entries=[entry])
        assert answer.status_code == 400 and said in answer.json()["words"]
    many = [{**visit, "at": f"{day}T20:{n:02}:00"} for n in range(7)]
    assert "at most 6" in ask(site, "/log/visits", key=key, entries=many).json()["words"]
    assert sql(site, "select count(*) from desk.visit where plan_id = %s", number)[0] == 1
    five = [{**visit, "at": f"{day}T20:{n:02}:00"} for n in range(5)]
    assert ask(site, "/log/visits", key=key, entries=five).status_code == 200
    again = ask(site, "/log/visits", key=key, entries=[visit, *five])  # an answer was lost: all six come once more
    assert again.status_code == 200 and {one["box"]: one["made"] for one in again.json()["boxes"]}[on[0]] == 6
    mixed = ask(site, "/log/visits", key=key, entries=[*five, {**visit, "at": f"{day}T21:00:00"}])
    assert mixed.status_code == 400 and "has 6 visits already" in mixed.json()["words"]
    assert sql(site, "select count(*) from desk.visit where plan_id = %s", number)[0] == 6
    # the key opens nothing else: not as a cookie, nor as a one-time link, nor in an address
    for path in ("/", "/plans", plan, "/briefing", "/map/", f"{plan}/ticks/{day}", "/places"):
        for asked in (path, f"{path}?t={key}", f"{path}?key={key}"):
            answer = site.as_(None).get(asked, headers={"Cookie": f"desk={key}", "Authorization": f"Bearer {key}"})
            assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?"), path
    assert site.as_(None).post("/sign-in/link", data={"t": key}, headers=site.origin).status_code == 400
    assert site.as_(None).post("/log/shift", json={"key": key}).status_code == 403  # from another site
    assert key.encode() not in site.as_(None).get("/log").content


def counted(site: DeskSite, plan: str, day: date) -> tuple[int, int, int, int]:
    """Visits and visits not made of a day that count, by SQL of its own, beside all that were ever written."""
    number = int(plan.rsplit("/", 1)[-1])
    return sql(
        site, "select (select count(*) from desk.visit v where plan_id = %(n)s and started_at::date = %(d)s"
        "   and visit_id not in (select visit_id from desk.taken_back where visit_id is not null)),"
        " (select coalesce(sum(visits), 0) from desk.missed_visits where plan_id = %(n)s and day = %(d)s)"
        "   - (select coalesce(sum(visits), 0) from desk.taken_back where plan_id = %(n)s and day = %(d)s),"
        " (select count(*) from desk.visit where plan_id = %(n)s and started_at::date = %(d)s),"
        " (select coalesce(sum(visits), 0) from desk.missed_visits where plan_id = %(n)s and day = %(d)s)".replace("%(n)s", str(number)).replace("%(d)s", f"date '{day}'"),  # pyright: ignore[reportArgumentType]
    )  # fmt: skip


def test_a_phone_takes_back_what_it_entered_with_a_reason_and_the_record_keeps_both(site: DeskSite, plan: str) -> None:
    day = today(site) + timedelta(days=4)
    on, off = (
        [letter for letter, is_on in boxes_of(site, plan, day).items() if is_on is wanted] for wanted in (True, False)
    )
    key = key_of(site, plan, day)
    visit = {"box": on[0], "at": f"{day}T19:00:00", "minutes": 15}
    name = f"{on[0]} {day}T19:00:00 form"
    shown = ask(site, "/log/visits", key=key, entries=[visit, {"box": on[1], "reason": "calls"}]).json()
    planned = shown["boxes"][0]["planned"]
    assert [one["entries"] for one in shown["boxes"]] == [
        [{"name": name, "words": "19:00, 15 minutes, by phone"}],
        [{"name": f"{on[1]} calls", "words": f"{planned} not made: calls"}],
    ]
    assert counted(site, plan, day) == (1, planned, 1, planned)
    for entry, said in (
        ({"take_back": name, "why": "because"}, "is not one of"),
        ({"take_back": name}, "is not one of"),
        ({"take_back": f"{off[0]} {day}T19:00:00 form", "why": "another box"}, "was not made with this form"),
        ({"take_back": {"$ne": 1}, "why": "another box"}, "was not made with this form"),
    ):
        answer = ask(site, "/log/visits", key=key, entries=[entry])
        assert answer.status_code == 400 and said in answer.json()["words"] and "--" not in answer.json()["words"]
    wrong = {"take_back": name, "why": "another box"}
    calls = {"take_back": f"{on[1]} calls", "why": "pressed by mistake"}
    for _ in range(2):  # the answer was lost: all comes once more, the visit too
        shown = ask(site, "/log/visits", key=key, entries=[visit, wrong, calls]).json()
        assert [(one["made"], one["left"], one["entries"]) for one in shown["boxes"]] == [(0, planned, [])] * 2
    assert counted(site, plan, day) == (0, 0, 1, planned)
    weather = {"box": on[1], "reason": "weather"}
    shown = ask(site, "/log/visits", key=key, entries=[{**visit, "box": on[1]}, weather]).json()
    assert shown["boxes"][1]["made"] == 1 and shown["boxes"][1]["missed"] == {"weather": planned - 1}
    again = ask(
        site,
        "/log/visits",
        key=key,
        entries=[{"take_back": f"{on[1]} weather", "why": "wrong figure or time"}, {"box": on[1], "reason": "calls"}],
    ).json()
    assert again["boxes"][1]["missed"] == {"calls": planned - 1}
    assert counted(site, plan, day) == (1, planned - 1, 2, planned + 2 * (planned - 1))
    said = words(site.as_("commander").get(f"{plan}/ticks/{day}").text)
    assert "19:00, 15 minutes, by phone taken back by log form: another box" in said
    assert "log form: take back" in words(site.as_("analyst").get(plan).text)


@pytest.mark.parametrize("end", ["time", "closed", "never"])
def test_a_key_dies_with_its_shift(site: DeskSite, plan: str, end: str) -> None:
    key = key_of(site, plan, today(site) + timedelta(days=2))
    with site.owner.connect() as connection:
        expires = connection.execute(
            "select expires_at - now() from desk.log_link order by link_id desc limit 1"
        ).fetchone()
        # from 19:00 the shift lasts until 02:00, and the key for 12 hours more
        assert expires is not None and timedelta(hours=18, minutes=55) < expires[0] <= timedelta(hours=19)
        if end == "time":
            connection.execute("update desk.log_link set expires_at = now() - interval '1 second'")
        if end == "closed":
            connection.execute("update desk.plan set state = 'closed', closed_reason = 'x'")
    answer = ask(site, "/log/shift", key="x" * 43 if end == "never" else key)
    assert answer.status_code == 404 and "This code has expired" in answer.json()["words"]
    with site.owner.connect() as connection:
        connection.execute("update desk.plan set state = 'running', closed_reason = null where state = 'closed'")


def test_the_sergeant_ticks_what_is_not_entered_yet(site: DeskSite, plan: str) -> None:
    day = today(site) + timedelta(days=3)
    number = int(plan.rsplit("/", 1)[-1])
    path = f"{plan}/ticks/{day}"
    first = re.findall(r'name="v(\d+)-0"', site.as_("commander").get(path).text)
    assert len(first) == 2
    post(site, "commander", path, **{f"v{first[0]}-0": "done", f"v{first[0]}-1": "done", f"v{first[1]}-0": "no car"})
    page = words(site.as_("commander").get(path).text)
    assert "Entered: 2 made" in page and "Entered: 0 made, no car 1" in page
    assert "not done, nor" not in page
    assert "is not one of" in refused(site, "commander", path, **{f"v{first[0]}-0": "lazy"})
    assert "does not do this" in refused(site, "prevention", path, **{f"v{first[0]}-0": "done"})
    found = sql(site, "select count(*), min(minutes) from desk.visit where plan_id = %s and source = 'ticks'", number)
    assert found == (2, 15)


def test_the_sergeant_takes_a_tick_back_and_ticks_anew(site: DeskSite, plan: str) -> None:
    day = today(site) + timedelta(days=3)
    path = f"{plan}/ticks/{day}"
    letters = {letter for letter, is_on in boxes_of(site, plan, day).items() if is_on}
    before = counted(site, plan, day)
    html = site.as_("commander").get(path).text
    entry = re.findall(r'name="entry" value="(\w+ [^"]+ ticks)"', html)[0]
    hidden = next(letter for letter in boxes_of(site, plan, day) if letter not in letters)
    back = {"entry": entry, "why": "entered twice"}
    assert "does not do this" in refused(site, "prevention", f"{path}/back", **back)
    assert "is not one of" in refused(site, "commander", f"{path}/back", **{**back, "why": "x"})
    unknown = refused(site, "commander", f"{path}/back", **{**back, "entry": f"{hidden} calls"})
    assert unknown == refused(site, "commander", f"{path}/back", **{**back, "entry": "ZZ calls"})
    post(site, "commander", f"{path}/back", **back)
    post(site, "commander", f"{path}/back", **back)  # twice is once
    assert counted(site, plan, day) == (before[0] - 1, before[1], before[2], before[3])
    box = sql(
        site,
        "select box_no from desk.plan_box where plan_id = %s and letter = %s",
        int(plan.rsplit("/", 1)[-1]),
        entry[0],
    )[0]
    page = words(site.as_("commander").get(path).text)
    assert "taken back by commander: entered twice" in page and "Entered: 1 made" in page
    post(site, "commander", path, **{f"v{box}-0": "done"})  # the same planned time once more
    assert counted(site, plan, day) == (before[0], before[1], before[2] + 1, before[3])
    with (
        site.owner.connect() as connection,
        pytest.raises(psycopg.errors.RaiseException, match="kept as it was written"),
    ):
        connection.execute("delete from desk.taken_back")


def test_positions_of_vehicles_become_visits_and_leave_no_unit(site: DeskSite, plan: str) -> None:
    number = int(plan.rsplit("/", 1)[-1])
    day = today(site) + timedelta(days=4)
    on = [letter for letter, is_on in boxes_of(site, plan, day).items() if is_on]
    row, col, srid = sql(
        site, "select row_no, col_no, (select srid from core.city) from desk.plan_box where plan_id = %s and letter = %s", number, on[0]
    )  # fmt: skip
    lon, lat = Transformer.from_crs(srid, 4326, always_xy=True).transform((col + 0.5) * BOX_M, (row + 0.5) * BOX_M)
    lines = "\n".join(f"car 7,{day}T21:{minute:02}:00,{lon},{lat}" for minute in (0, 5, 10))

    def send(content: bytes, who: str = "analyst") -> Any:
        return site.as_(who).post(
            f"{plan}/positions", content=content, headers={**site.origin, "Content-Type": "application/gzip"}
        )

    good = gzip.compress(f"unit,time,longitude,latitude\n{lines}\n".encode())
    assert send(good).json()["words"] == "1 new visits, 0 known already."
    assert send(good).json()["words"] == "0 new visits, 1 known already."
    assert sql(site, "select minutes from desk.visit where plan_id = %s and source = 'positions'", number) == (10,)
    assert "column longitude is missing" in send(gzip.compress(b"unit,time\n")).json()["words"]
    assert send(b"not packed").status_code == 400
    assert send(gzip.compress(b"0" * 5_000_000)).status_code == 400
    assert send(good, "prevention").status_code == 403
    assert "car 7" not in site.as_("analyst").get(plan).text


def test_planned_stands_beside_delivered_by_day_and_box(site: DeskSite, plan: str) -> None:
    number = int(plan.rsplit("/", 1)[-1])
    with site.owner.connect() as connection:  # five days later
        connection.execute("update open.vintage set newest_day = newest_day + 5")
    try:
        page = words(site.as_("analyst").get(plan).text)
        made, planned = sql(
            site, "select (select sum(minutes) from desk.visit where plan_id = %s and visit_id not in"
            " (select visit_id from desk.taken_back where visit_id is not null)),"
            " (select 15 * sum(visits) from desk.box_day where plan_id = %s and day < %s)", number, number, today(site),
        )  # fmt: skip
        assert f"{made} of {planned} minutes planned so far" in page and "week 1 of 4" in page
        assert "calls 3" in page and "no car 1" in page
        assert f"{made} of {planned}" in words(site.as_("commander").get("/plans").text)
    finally:
        with site.owner.connect() as connection:
            connection.execute("update open.vintage set newest_day = newest_day - 5")


def test_a_plan_is_closed_and_judged_by_who_may(site: DeskSite, plan: str) -> None:
    assert "does not do this" in refused(site, "analyst", f"{plan}/close", reason="done")
    post(site, "commander", f"{plan}/close", reason="ran its weeks")
    assert "does not do this" in refused(site, "commander", f"{plan}/effect", do="judge")
    said = refused(site, "analyst", f"{plan}/effect", do="judge")
    assert "the period is not complete yet" in said
    assert "was not judged yet" in refused(site, "analyst", f"{plan}/effect", do="sign")
    assert "hotspots plan" not in refused(site, "analyst", f"{plan}/effect", do="publish")
    assert "closed: ran its weeks" in words(site.as_("prevention").get("/plans").text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weeks": 13}, "a plan runs 2 to 12 weeks"),
        ({"share": "1"}, "Nothing would be held out: give the reason"),
        ({"boxes": 60}, "choose at most"),
        ({"hours": "25-99"}, "hours"),
        ({"types": ""}, "Choose at least one crime type"),
        ({"title": "Look for John Miller"}, "name of a person"),
        ({"tactic": "magic"}, "There is no remedy"),
        ({"from": "soon"}, "is not a day"),
        ({"units": "two"}, "not a whole number"),
        ({"within": "moon:1"}, "moon"),
    ],
)
def test_what_cannot_be_drafted_is_said_in_the_words_of_the_page(
    site: DeskSite, changed: dict[str, object], said: str
) -> None:
    answer = refused(site, "analyst", "/plans/new", **draft_form(site, **changed))
    assert said in answer and "--" not in answer and "hotspots remedies" not in answer


def test_every_act_left_a_line_of_who_did_it(site: DeskSite, plan: str) -> None:
    with site.owner.connect() as connection:
        rows = connection.execute(
            "select actor || ' ' || verb from audit.event where verb like 'plan %%' and not detail ? 'claimed'"
        ).fetchall()
    assert {
        "analyst plan draft", "commander plan approve", "commander plan sheet", "commander plan log visits", "commander plan close",
        "analyst plan box added", "commander plan box suppressed", "commander plan take back",
    } <= {line for (line,) in rows}  # fmt: skip


def test_one_network_asks_the_log_form_sixty_times_a_minute(site: DeskSite) -> None:
    statuses = [ask(site, "/log/shift", key="x" * 43).status_code for _ in range(61)]
    assert set(statuses) == {404, 429} and statuses[-1] == 429
    assert "is kept here" in ask(site, "/log/visits", key="x" * 43, entries=[]).json()["words"]


def test_a_commander_opens_plans_of_the_own_district_and_of_the_city_alone(site: DeskSite) -> None:
    """Every page of a plan of another district answers like one that there is not."""
    own = sql(site, "select kind || ':' || code from core.area order by area_id limit 1")[0]
    others = sql(
        site, "select array_agg(a.kind || ':' || a.code) from core.area a join core.area o on o.kind = a.kind where o.kind || ':' || o.code = %s and a.code <> o.code", own
    )[0]  # fmt: skip
    made: dict[str, str] = {}
    for within in (own, *others, ""):
        answer = site.as_("analyst").post(
            "/plans/new", data=draft_form(site, within=within, boxes=2), headers=site.origin
        )
        if answer.status_code == 303:
            made[within] = answer.headers["location"]
    foreign = [path for within, path in made.items() if within in others]
    assert own in made and "" in made and foreign
    listed = set(re.findall(r'href="(/plans/\d+)"', site.as_("commander").get("/plans").text))
    assert {made[own], made[""]} <= listed and not listed & set(foreign)
    assert set(foreign) <= set(re.findall(r'href="(/plans/\d+)"', site.as_("analyst").get("/plans").text))
    day = today(site).isoformat()
    for method, page, form in (
        ("GET", "", {}), ("GET", f"/ticks/{day}", {}), ("POST", f"/ticks/{day}", {}), ("POST", "/approve", {}), ("POST", "/close", {"reason": "x"}),
        ("POST", "/sheet", {"day": day}), ("POST", "/box", {"kind": "suppressed", "letter": "A", "day": day, "reason": "x"}),
    ):  # fmt: skip
        there, nowhere = (
            site.as_("commander").request(method, path + page, data=form or None, headers=site.origin)
            for path in (foreign[0], "/plans/99999")
        )
        assert (there.status_code, nowhere.status_code) == (404, 404), page
        assert words(there.text).replace(foreign[0].rsplit("/", 1)[-1], "99999") == words(nowhere.text)
    sent = site.as_("commander").post(
        f"{foreign[0]}/positions", content=gzip.compress(b"unit,time,longitude,latitude\n"), headers=site.origin
    )
    assert sent.status_code == 404
    post(site, "commander", f"{made[own]}/approve")


def test_beats_are_cut_from_a_question_in_the_address(site: DeskSite) -> None:
    analyst = site.as_("analyst")
    assert "Nothing is cut yet" in words(analyst.get("/plans/beats").text)
    asked = {"type": "theft", "beats": 2, "seconds": 5, "within": ""}
    page = analyst.get("/plans/beats", params=asked)
    said = words(page.text)
    assert "2 beats hold" in said and "an equal share is 50.0%" in said and "Given up for detail" in said
    assert len(re.findall(r'<path class="outline', page.text)) == 2
    link = re.search(r'href="(/plans/beats.geojson[^"]+)"', page.text)
    assert link is not None
    features = analyst.get(link[1].replace("&amp;", "&")).json()["features"]
    assert [one["properties"]["beat"] for one in features] == [1, 2]
    for changed, wrong in (
        ({"beats": 99}, "give 2 to 24"), ({"beats": "x"}, "not a whole number"), ({"seconds": 900}, "not one of 5, 10, 20"),
        ({"type": "<b>"}, "No forecast is stored"), ({"within": "moon:1"}, "there is no"),
    ):  # fmt: skip
        answer = analyst.get("/plans/beats", params={**asked, **changed})
        assert answer.status_code in (400, 404) and wrong in words(answer.text) and "--" not in words(answer.text)
    assert site.as_("commander").get("/plans/beats", params=asked).status_code == 403
