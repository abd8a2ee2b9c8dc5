"""Patrol plans: the draft with its draw, another person's approval, sheets, visits, delivery, the one judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from pyproj import Transformer

from hotspots.domain.act.plan import Visit
from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act import plans, visits
from hotspots.pipeline.act.boxes import box_forecast, daily_counts
from hotspots.pipeline.act.plan_outlook import schedule_of
from hotspots.pipeline.act.plan_sheet import TEMPLATE, day_visits, plan_sheet, sheet_page
from hotspots.pipeline.act.plans import PlanRequest
from hotspots.store.publication.done_actions import write_done_actions
from hotspots.store.staff import effects
from hotspots.store.staff import plans as store
from hotspots_models.quick_forecast import quick_forecast
from hotspots_models.statistics.effects.crossover import CrossoverTrial, crossover_effect
from tests.core_city_builder import SRID
from tests.database import TestDatabase
from tests.pdf import pdf_strings, pdf_text
from tests.pipeline.acting_city import BOX_M, FIRST, START, TODAY, add, build_acting_city, taken_back


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_acting_city(connection)
    return database


@pytest.fixture
def connection(city: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with taken_back(city) as opened:
        yield opened


def request(**changed: Any) -> PlanRequest:
    fields = {
        "title": "Evening visits", "tactic": "short_random_visits", "crime_types": ("burglary",), "hours": "18-02", "units": 2,
        "minutes": 90, "starts_on": START, "n_boxes": 8, "n_blocks": 4,
    }  # fmt: skip
    return PlanRequest(**{**fields, **changed})


def drafted(connection: psycopg.Connection[Any], tmp_path: Path, **changed: Any) -> int:
    return plans.draft(connection, request(**changed), person="analyst1", home=tmp_path)[0]


def approved(connection: psycopg.Connection[Any], tmp_path: Path, **changed: Any) -> int:
    number = drafted(connection, tmp_path, **changed)
    plans.approve(connection, number, person="commander1", today=TODAY)
    return number


def came_of_expected(connection: psycopg.Connection[Any], boxes: list[Any]) -> float:
    """What is to come at boxes of these ranks over what the stored forecast says: twelve earlier months, from plain sums."""
    there = box_forecast(connection, ["burglary"])
    counts = daily_counts(connection, there.boxes, ["burglary"], start=FIRST, end=date(2017, 5, 31))
    rank = [int((there.expected_a_day > box.expected_a_day).sum()) for box in boxes]
    place = {"row": there.boxes.row, "col": there.boxes.col, "side_m": BOX_M}
    came = expected = 0.0
    for step in range(12):
        day = counts.shape[1] - 28 * (step + 1)
        before = quick_forecast(counts[:, :day], horizon_days=28, **place)
        chosen = np.argsort(-before, kind="stable")[rank]
        came, expected = came + counts[chosen, day : day + 28].sum(), expected + before[chosen].sum()
    now = np.sort(quick_forecast(counts, horizon_days=28, **place))[::-1][rank].sum()
    return float(came / expected * now / (28 * sum(box.expected_a_day for box in boxes)))


def test_a_draft_has_boxes_apart_a_draw_by_weeks_and_says_what_it_can_detect(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number, outlook = plans.draft(connection, request(), person="analyst1", home=tmp_path)
    boxes = store.read_plan_boxes(connection, number)
    assert [box.letter for box in boxes] == list("ABCDEFGH")
    for one in boxes:
        for other in boxes[: one.box_no - 1]:
            gap = np.maximum(np.abs(np.array([one.row - other.row, one.col - other.col])) - 1, 0) * BOX_M
            assert np.hypot(*gap) >= 250
    assert sorted((box.expected_a_day for box in boxes), reverse=True) == [box.expected_a_day for box in boxes]
    drawn = store.read_box_days(connection, number)
    assert len(drawn) == 8 * 28
    weeks = np.array([is_on for _, _, is_on, _, _ in drawn]).reshape(8, 4, 7)
    assert (weeks == weeks[:, :, :1]).all()
    assert np.array_equal(weeks[:, ::2, 0], ~weeks[:, 1::2, 0])
    assert {visits_ for _, _, is_on, visits_, _ in drawn if is_on} == {
        3
    }  # 2 units, 6 visits each, 4 boxes a day: 3 a box
    assert {visits_ for _, _, is_on, visits_, _ in drawn if not is_on} == {0}
    # 5.5 of 7 days count; half of all box-days are OFF
    level = came_of_expected(connection, boxes)
    assert outlook.level == pytest.approx(level)
    assert outlook.expected == pytest.approx(level * sum(box.expected_a_day for box in boxes) * 28 * 5.5 / 7)
    assert store.read_outlook(connection, number) == outlook.to_json()
    assert outlook.expected_off == pytest.approx(level * sum(box.expected_a_day for box in boxes) * 14)
    assert not outlook.alone
    assert set(outlook.power) == {"0.2", "0.4", "0.6"}
    assert "cannot be judged alone" in " ".join(outlook.words)


def test_only_reports_of_the_own_shift_count_each_for_the_evening_it_began(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number, before = plans.draft(connection, request(), person="analyst1", home=tmp_path)
    box = store.read_plan_boxes(connection, number)[0]
    rng, day = np.random.default_rng(3), START - timedelta(days=9)
    here = [(box.col, box.row, day)]
    for hour in (12, 17, 2, 18, 1):  # the last two lie in 18-02, and one o'clock is the evening's before
        add(connection, here, 0.0, 0.0, rng, at_hour=hour)
    for hours, precision in (
        ("3 hours", "window"),
        ("59 minutes", "day"),
        ("59 minutes", "window"),
    ):  # the last is known well enough
        add(connection, here, 0.0, 0.0, rng, at_hour=19)
        connection.execute(
            "update core.incident_version set occurred_to = occurred_from + %s::interval, time_precision = %s"
            " where version_id = (select max(version_id) from core.incident_version)", [hours, precision],
        )  # fmt: skip
    there = box_forecast(connection, ["burglary"])
    at = there.number_of([box.code])
    shift, everything = (
        daily_counts(connection, there.boxes, ["burglary"], start=day - timedelta(days=1), end=day + timedelta(days=1), hours=hours)[at[0]]
        for hours in (HourRange(18, 2), None)
    )  # fmt: skip
    already = connection.execute(
        "select count(*) filter (where occurred_from::date = %s - 1), count(*) filter (where occurred_from::date = %s)"
        " from core.incident_version join core.location using (location_id) where extract(hour from occurred_from) = 20"
        " and floor(st_x(geom) / 250) = %s and floor(st_y(geom) / 250) = %s", [day, day, box.col, box.row],
    ).fetchone()  # fmt: skip
    assert already is not None
    assert shift.tolist() == [already[0] + 1, already[1] + 2]
    assert everything.tolist() == [already[0], already[1] + 8]

    # what is promised is of the shift too: its share of the last year's reports, and the share whose hour nobody knows
    year = connection.execute(
        "select count(*) from core.incident_version where occurred_from >= date '2017-05-31' - 364"
    ).fetchone()
    assert year is not None
    again, after = plans.draft(connection, request(), person="analyst1", home=tmp_path)
    first, second = (store.read_plan_boxes(connection, one)[0] for one in (number, again))
    assert second.expected_a_day / first.expected_a_day == pytest.approx((year[0] - 5) / year[0])
    assert after.hours == "18-02" and after.hours_unknown == pytest.approx(2 / year[0])
    assert before.hours_unknown == 0
    design = plans.approve(connection, again, person="commander1", today=TODAY)
    assert design.body["hours"] == "18-02"
    with pytest.raises(InputError, match="no report of burglary of the last year is known to lie in these hours"):
        drafted(connection, tmp_path, hours="04-06")


def test_a_shift_is_named_as_in_the_citys_calendar_and_old_plans_keep_all_hours(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    connection.execute("""update core.city set config = config || '{"calendar": {"shifts": {"late": "19-03"}}}'""")
    number = drafted(connection, tmp_path, hours="late")
    plan = store.read_plan(connection, number)
    assert (plan.hours, plan.counted) == ("19-03", HourRange(19, 3))
    connection.execute("update desk.plan set own_hours = false")
    assert store.read_plan(connection, number).counted is None
    assert plans.approve(connection, number, person="commander1", today=TODAY).body["hours"] is None
    whole_day = drafted(connection, tmp_path, hours="00-24")
    assert store.read_plan(connection, whole_day).counted is None


def test_boxes_of_a_district_lie_in_it(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    number = drafted(connection, tmp_path, area=("district", "A"))
    middle = connection.execute("select st_xmax(geom) from core.area where code = 'A'").fetchone()
    assert middle is not None
    assert all((box.col + 0.5) * BOX_M < middle[0] for box in store.read_plan_boxes(connection, number))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n_blocks": 13}, "a plan runs 2 to 12 weeks"),
        ({"on_share": 1.0}, "give the reason with --no-hold-out"),
        ({"on_share": 0.3}, "--on-share 0.3"),
        ({"n_boxes": 60}, "make 12 visits a shift: choose at most 24 boxes"),
        ({"hours": "25-99"}, "hours"),
        ({"tactic": "magic"}, "There is no remedy"),
        ({"title": "Where Maria Gonzalez lives"}, "name of a person"),
        ({"area": ("district", "Z")}, "no such area"),
        ({"crime_types": ("robbery",)}, "No forecast is stored"),
    ],
)
def test_what_cannot_be_planned_leaves_nothing(
    connection: psycopg.Connection[Any], tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises((InputError, NotFoundError), match=words):
        drafted(connection, tmp_path, **changed)
    assert store.read_plans(connection) == []


def test_another_person_approves_in_the_database_too(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    number = drafted(connection, tmp_path)
    with pytest.raises(InputError, match="another person approves it"):
        plans.approve(connection, number, person="analyst1", today=TODAY)
    with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
        store.approve_plan(connection, number, person="analyst1")
    with pytest.raises(InputError, match="is draft"):
        visits.log_visits(
            connection,
            number,
            [Visit(1, datetime(2017, 6, 1, 20), 15)],
            source="ticks",
            person="a1",
            now=datetime(2017, 6, 2),
        )
    design = plans.approve(connection, number, person="commander1", today=TODAY)
    assert (design.method, design.after_the_fact, design.judgement_day) == ("crossover", False, date(2017, 7, 29))
    assert design.body["on"] == schedule_of(connection, store.read_plan(connection, number), 8).tolist()
    with pytest.raises(InputError, match="only a draft is approved"):
        plans.approve(connection, number, person="commander1", today=TODAY)


def test_a_sheet_holds_on_boxes_only_two_hours_apart_in_an_order_that_changes(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = approved(connection, tmp_path)
    plan = store.read_plan(connection, number)
    on = {box_no for box_no, _, is_on, _, _ in store.read_box_days(connection, number, day=START) if is_on}
    planned = day_visits(connection, plan, START)
    assert {one.box.box_no for one in planned} == on
    for box_no in on:
        times = [one.about for one in planned if one.box.box_no == box_no]
        assert len(times) == 3
        assert all(after - before >= timedelta(hours=2) for before, after in pairwise(times))
        assert all(datetime(2017, 6, 1, 18) <= at < datetime(2017, 6, 2, 2) for at in times)
    orders = {
        tuple(one.box.box_no for one in day_visits(connection, plan, START + timedelta(days=day))[:4])
        for day in range(7)
    }
    assert len(orders) > 2
    assert planned == day_visits(connection, plan, START)

    off = next(box for box in store.read_plan_boxes(connection, number) if box.box_no not in on)
    off_box = store.read_plan_boxes(connection, number)[min(on) - 1]
    visits.change_box(
        connection, number, letters=off.letter, day=START, kind="added", reason="a concert", person="commander1"
    )
    visits.change_box(
        connection,
        number,
        letters=off_box.letter,
        day=START,
        kind="suppressed",
        reason="street closed",
        person="commander1",
    )
    assert {one.box.box_no for one in day_visits(connection, plan, START)} == on - {off_box.box_no} | {off.box_no}
    with pytest.raises(InputError, match="it cannot be suppressed"):
        visits.change_box(
            connection, number, letters=off.letter, day=START, kind="suppressed", reason="x", person="commander1"
        )
    page = sheet_page(connection, number, day=START)
    assert page["title"] == "Evening visits: Thu 1 Jun 2017, 18-02"
    letters = {
        box.letter
        for box in store.read_plan_boxes(connection, number)
        if box.box_no in on - {off_box.box_no} | {off.box_no}
    }
    assert {one["letter"] for one in page["visits"]} == {one["letter"] for one in page["cards"]} == letters
    assert "no ground for stopping anybody" in TEMPLATE.read_text()
    assert pdf_strings(pdf_text(plan_sheet(connection, number, day=START)), "Title")[0] == page["title"]
    with pytest.raises(InputError, match="is not a day of plan"):
        plan_sheet(connection, number, day=START - timedelta(days=1))


def test_delivery_stands_beside_the_plan_by_box_with_reasons(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = approved(connection, tmp_path)
    drawn = store.read_box_days(connection, number, day=START)
    on, off = (next(box_no for box_no, _, is_on, _, _ in drawn if is_on is wanted) for wanted in (True, False))
    letters = {box.box_no: box.letter for box in store.read_plan_boxes(connection, number)}
    made = [
        Visit(on, datetime(2017, 6, 1, 19), 14, "7A"),
        Visit(on, datetime(2017, 6, 2, 1, 30), 16, "7A"),
        Visit(off, datetime(2017, 6, 1, 22), 10),
    ]
    now = datetime(2017, 6, 2, 9)
    assert visits.log_visits(connection, number, made, source="ticks", person="sergeant1", now=now) == 3
    assert visits.log_visits(connection, number, made, source="ticks", person="sergeant1", now=now) == 0
    assert store.read_plan(connection, number).state == "running"
    visits.enter_missed(
        connection, number, letters=letters[on], day=START, visits=1, reason="calls", person="sergeant1"
    )
    given = {box.letter: box for box in store.read_delivery(connection, number, until=START + timedelta(days=1))}
    assert (given[letters[on]].planned, given[letters[on]].visits, given[letters[on]].minutes) == (3, 2, 30)
    assert given[letters[on]].missed == {"calls": 1}
    assert (given[letters[off]].planned, given[letters[off]].visits, given[letters[off]].off_visits) == (0, 0, 1)
    (by_day,) = store.read_delivery_by_day(connection, number, until=START + timedelta(days=1))
    # every ON box has 3 planned; the one with 2 made and 1 explained leaves none open, and the visit of an OFF box explains none
    assert by_day.not_entered == by_day.planned - 3 and by_day.visits == 3
    name = f"{letters[on]} 2017-06-02T01:30:00 ticks"
    for names, why, said in (
        ([name], "because", "is not one of"),
        (["Z calls"], "another box", "was not entered for 2017-06-01"),
        ([name.replace("ticks", "form")], "another box", "was not entered"),
    ):
        with pytest.raises(InputError, match=said):
            visits.take_back(connection, number, START, names, why=why, person="sergeant1")
    both = [name, f"{letters[on]} calls"]
    for n in (2, 0):  # twice is once
        assert len(visits.take_back(connection, number, START, both, why="entered twice", person="sergeant1")) == n
    given = {box.letter: box for box in store.read_delivery(connection, number, until=START + timedelta(days=1))}
    assert (given[letters[on]].visits, given[letters[on]].minutes, given[letters[on]].missed) == (1, 14, {})
    entries = visits.shift_entries(connection, store.read_plan(connection, number), START)
    assert {one.name: (one.why, one.by) for one in entries if one.box_no == on} == {
        f"{letters[on]} 2017-06-01T19:00:00 ticks": (None, None),
        name: ("entered twice", "sergeant1"),
        f"{letters[on]} calls": ("entered twice", "sergeant1"),
    }
    visits.enter_missed(
        connection, number, letters=letters[on], day=START, visits=1, reason="calls", person="sergeant1"
    )
    assert store.read_missed(connection, number, day=START) == {on: {"calls": 1}}
    assert visits.log_visits(connection, number, made[1:2], source="ticks", person="sergeant1", now=now) == 1
    assert visits.log_visits(connection, number, made[1:2], source="ticks", person="sergeant1", now=now) == 0
    for wrong, words in (
        ({"reason": "lunch"}, "is not one of"),
        ({"visits": 4}, "had 3 planned"),
        ({"letters": "Z"}, "has the boxes"),
    ):
        with pytest.raises((InputError, NotFoundError), match=words):
            visits.enter_missed(
                connection,
                number,
                **{"letters": letters[on], "day": START, "visits": 1, "reason": "calls", "person": "s1", **wrong},
            )
    with pytest.raises(InputError, match="outside of plan"):
        visits.log_visits(
            connection, number, [Visit(on, datetime(2017, 6, 1, 1), 15)], source="ticks", person="sergeant1", now=now
        )

    visits.log_visits(
        connection,
        number,
        [Visit(on, datetime(2017, 6, 20, 20), 15, "7A")],
        source="ticks",
        person="s1",
        now=datetime(2017, 6, 21),
    )
    signs = Counter(sign for (sign,) in connection.execute("select call_sign from desk.visit").fetchall())
    assert signs == {None: 4, "7A": 1}


def test_stays_in_boxes_are_read_from_positions(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    number = approved(connection, tmp_path)
    box = store.read_plan_boxes(connection, number)[0]
    to_degrees = Transformer.from_crs(SRID, 4326, always_xy=True)
    inside = to_degrees.transform((box.col + 0.5) * BOX_M, (box.row + 0.5) * BOX_M)
    outside = to_degrees.transform((box.col - 30) * BOX_M, (box.row + 0.5) * BOX_M)
    lines = ["unit,time,longitude,latitude"]
    for minute in (0, 4, 8, 12):  # twelve minutes inside, then away
        lines.append(f"7A,2017-06-02T20:{minute:02},{inside[0]},{inside[1]}")
    lines += [
        f"7A,2017-06-02T20:14,{outside[0]},{outside[1]}",
        f"7A,2017-06-02T20:30,{inside[0]},{inside[1]}",
        f"7A,2017-06-02T20:33,{inside[0]},{inside[1]}",
    ]
    lines += [f"7A,2017-05-02T20:{minute:02},{inside[0]},{inside[1]}" for minute in (0, 6)]  # before the plan
    lines += [
        f"8B,2017-06-02T21:{minute:02},{inside[0]},{inside[1]}" for minute in (0, 9, 40, 46)
    ]  # a silence of half an hour between
    file = tmp_path / "positions.csv"
    file.write_text("\n".join(lines))
    found = visits.visits_of_positions(connection, number, file)
    assert [(one.box_no, one.started_at, one.minutes) for one in found] == [
        (1, datetime(2017, 6, 2, 20), 12), (1, datetime(2017, 6, 2, 21), 9), (1, datetime(2017, 6, 2, 21, 40), 6),
    ]  # fmt: skip
    for content, words in (
        ("unit,time\n", "longitude is missing"),
        (lines[0] + "\n7A,yesterday,1,2\n", "line 2: time"),
        (lines[0] + "\n7A,2017-06-02,400,2\n", "line 2: 400, 2"),
    ):
        file.write_text(content)
        with pytest.raises(InputError, match=words):
            visits.visits_of_positions(connection, number, file)
    with pytest.raises(InputError, match="cannot be read"):
        visits.visits_of_positions(connection, number, tmp_path / "nowhere.csv")


def test_a_plan_is_judged_once_by_its_draw_and_pooled_with_others_of_its_tactic(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)
    numbers = [approved(connection, tmp_path, n_boxes=20, n_blocks=12, minutes=150, seed=seed) for seed in (1, 2)]
    boxes = store.read_plan_boxes(connection, numbers[0])
    on = np.array(effects.read_designs(connection, plan_id=numbers[0])[-1].body["on"])
    rows = []
    for n, box in enumerate(boxes):
        for day in range(84):
            rate = box.expected_a_day * 8 * (0.4 if on[n, day // 7] else 1)
            rows += [(box.col, box.row, START + timedelta(days=day))] * int(rng.poisson(rate))
    add(connection, rows, 0.0, 0.0, rng)
    with pytest.raises(InputError, match="it is judged after it was closed"):
        plans.judge(connection, numbers[0], person="analyst1")
    for number in numbers:
        visits.close(connection, number, reason="ran its weeks", person="commander1")
    with pytest.raises(InputError, match="day of judgement is 2017-09-23"):
        plans.judge(connection, numbers[0], person="analyst1")
    connection.execute("update raw.delivery set known_on = '2017-10-01'")
    sentence, result = plans.judge(connection, numbers[0], person="analyst1")
    there = box_forecast(connection, ["burglary"])
    counts = daily_counts(connection, there.boxes, ["burglary"], start=START, end=START + timedelta(days=84))
    oracle = crossover_effect(
        [
            CrossoverTrial(
                counts[there.number_of([box.code for box in boxes])], on, [box.expected_a_day for box in boxes]
            )
        ]
    )
    assert oracle is not None
    assert (result["ratio"], result["low"], result["high"]) == pytest.approx((oracle.ratio, oracle.low, oracle.high))
    assert result["high"] < 1 and result["pooled"] is None
    assert sentence == ("Fewer than expected, more than chance explains." if effects.read_designs(connection, plan_id=numbers[0])[-1].body["alone"]
                        else "Too small to be judged alone: it counts in the pooled figure of its remedy.")  # fmt: skip
    with pytest.raises(InputError, match="judged only once"):
        plans.judge(connection, numbers[0], person="analyst1")
    assert plans.judge(connection, numbers[1], person="analyst1")[1]["pooled"]["plans"] == 2
    with pytest.raises(InputError, match="Publishing needs two signatures; plan"):
        plans.publish(connection, numbers[0], person="analyst1")
    for person in ("analyst1", "commander1"):
        plans.sign(connection, numbers[0], person=person)
    plans.publish(connection, numbers[0], person="analyst1")
    with pytest.raises(InputError, match="is published already"):
        plans.publish(connection, numbers[0], person="analyst1")
    last = START + timedelta(days=83)
    for today, shown in ((last + timedelta(days=28), 0), (last + timedelta(days=29), 1)):
        write_done_actions(connection, today=today)
        assert connection.execute(
            "select count(*) from open.done_action where remedy = 'short random visits'"
        ).fetchone() == (shown,)
