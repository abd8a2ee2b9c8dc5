"""From a proposal to a published effect: every state, refusal and permission, on a city whose incidents are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from hotspots.domain.act.effect_words import described_figures
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act import actions, plans
from hotspots.pipeline.act.actions import Proposal
from hotspots.pipeline.act.boxes import box_forecast, daily_counts
from hotspots.pipeline.act.design import past_counts
from hotspots.pipeline.act.overlaps import overlaps, overlaps_of_point, overlaps_of_problem
from hotspots.pipeline.act.plans import PlanRequest
from hotspots.pipeline.act.problems import move_problem, open_problem
from hotspots.pipeline.act.remedies import copy_remedies, remedies, what_works_here
from hotspots.store.staff import actions as store
from hotspots.store.staff import effects
from hotspots.store.staff import plans as plan_store
from hotspots_models.statistics.similar_places import rho
from tests.database import TestDatabase
from tests.pipeline.acting_city import BOX_M, END, FIRST, START, TODAY, add, build_acting_city, taken_back


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_acting_city(connection)
    return database


@pytest.fixture
def connection(city: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with taken_back(city) as opened:
        yield opened


def proposal(**changed: Any) -> Proposal:
    fields = {
        "title": "Repair lights", "remedy": "street_lighting", "owner": "coordinator1", "crime_types": ("burglary",),
        "starts_on": START, "ends_on": END, "worst": 6,
    }  # fmt: skip
    return Proposal(**{**fields, **changed})


def proposed(connection: psycopg.Connection[Any], tmp_path: Path, **changed: Any) -> int:
    return actions.propose(connection, proposal(**changed), person="coordinator1", home=tmp_path)


def middling(connection: psycopg.Connection[Any], n: int) -> tuple[str, ...]:
    """Boxes with equals: every third in rank, 250 m apart."""
    return actions.worst_boxes(box_forecast(connection, ["burglary"]), 20)[4 : 4 + n]


def later(
    connection: psycopg.Connection[Any],
    *,
    effect: float = 0.0,
    known_on: date = date(2017, 10, 1),
    seed: int = 1,
    action_id: int | None = None,
) -> None:
    """Deliver the period of an action, the newest unless named: what the forecast expects, `effect` less in the treated boxes."""
    rng = np.random.default_rng(seed)
    there = box_forecast(connection, ["burglary"])
    number = action_id or store.read_actions(connection)[-1].action_id
    design = effects.read_designs(connection, action_id=number)[-1]
    treated = {one["code"] for one in design.body.get("treated", [])} | {
        pair["treated"] for pair in design.body.get("pairs", [])
    }
    rows = []
    for code, row, col, rate in zip(
        there.boxes.codes(), there.boxes.row, there.boxes.col, there.expected_a_day, strict=True
    ):
        n = rng.poisson(max(rate, 0) * 84 * 4 * (1 - effect * (code in treated)))
        rows += [(int(col), int(row), START + timedelta(days=int(day))) for day in rng.integers(0, 84, n)]
    add(connection, rows, 0.0, 0.0, rng)
    connection.execute("update raw.delivery set known_on = %s", [known_on])


def test_a_mistyped_year_is_no_history(connection: psycopg.Connection[Any]) -> None:
    there = box_forecast(connection, ["burglary"])
    days = past_counts(connection, there, ["burglary"]).shape[1]
    assert days == (START - FIRST).days - 1
    connection.execute(
        "insert into open.vintage (known_on, first_day, data_from, newest_day, incidents, labels_version)"
        " values (%s, %s, %s, %s, 1, 1)",
        [START, date(1990, 1, 1), FIRST, START - timedelta(days=2)],
    )
    add(connection, [(0, 0, date(1990, 1, 1))], 0.0, 0.0, np.random.default_rng(0))
    assert past_counts(connection, there, ["burglary"]).shape[1] == days


def test_daily_counts_are_those_of_plain_sql(connection: psycopg.Connection[Any]) -> None:
    there = box_forecast(connection, ["burglary"])
    counts = daily_counts(connection, there.boxes, ["burglary"], start=date(2017, 1, 1), end=date(2017, 3, 1))
    best = int(counts.sum(axis=1).argmax())
    row, col = int(there.boxes.row[best]), int(there.boxes.col[best])
    found = connection.execute(
        "select occurred_from::date - date '2017-01-01', count(*) from core.incident_version join core.location using (location_id) "
        "where occurred_from >= '2017-01-01' and occurred_from < '2017-03-01' and st_x(geom) >= %s and st_x(geom) < %s and st_y(geom) >= %s and st_y(geom) < %s group by 1",
        [col * BOX_M, (col + 1) * BOX_M, row * BOX_M, (row + 1) * BOX_M],
    ).fetchall()
    assert {day: n for day, n in enumerate(counts[best].tolist()) if n} == dict(found)
    assert there.expected_a_day.sum() * 28 == pytest.approx(
        connection.execute(
            "select sum(expected) from core.forecast_cell where forecast_id = %s", [there.source["forecast_ids"][0]]
        ).fetchone()[0]  # type: ignore[index]
    )


def test_an_action_goes_from_proposal_to_a_published_effect(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    problem = open_problem(
        connection,
        title="Burglary by the canal",
        statement="",
        owner="coordinator1",
        partners=["Streets Dept"],
        due=None,
        person="coordinator1",
    )
    number = proposed(connection, tmp_path, problem_id=problem, worst=0, boxes=middling(connection, 6))
    design = actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    assert (design.version, design.method, design.after_the_fact) == (1, "similar places", False)
    assert design.judgement_day == END + timedelta(days=30)
    body = design.body
    assert {one["code"] for one in body["treated"]} == set(middling(connection, 6))
    assert not {one["code"] for one in body["controls"]} & {one["code"] for one in body["treated"]}
    for control in body["controls"]:
        for treated in body["treated"]:
            gap = (
                np.maximum(np.abs(np.array([control["row"] - treated["row"], control["col"] - treated["col"]])) - 1, 0)
                * BOX_M
            )
            assert np.hypot(*gap) >= 250
    assert body["tau"] >= body["tau_floor"] > 0.15
    assert body["tau_measured"] == (body["tau_origins"] >= 12)

    actions.move(connection, number, "under way", person="coordinator1")
    actions.enter_dose(
        connection, number, day=date(2017, 6, 9), amount=4, unit="lights repaired", person="coordinator1"
    )
    actions.move(connection, number, "done", person="coordinator1")
    with pytest.raises(InputError, match=r"day of judgement is 2017-09-23, and the newest delivery is of 2017-05-31"):
        actions.judge(connection, number, person="analyst1")

    later(connection, effect=0.75)
    judged = actions.judge(connection, number, person="analyst1")
    there = box_forecast(connection, ["burglary"])
    counts = daily_counts(connection, there.boxes, ["burglary"], start=START, end=END).sum(axis=1)
    sides = [[one["code"] for one in body[side]] for side in ("treated", "controls")]
    totals = [float(counts[there.number_of(side)].sum()) for side in sides]
    expected = [sum(one["expected"] for one in body[side]) for side in ("treated", "controls")]
    oracle = rho(totals[0], expected[0], totals[1], expected[1], tau=body["tau"])
    assert (judged.result["ratio"], judged.result["low"]) == pytest.approx((oracle.ratio, oracle.low))
    assert judged.result["dose"] == [{"unit": "lights repaired", "amount": 4.0}]
    assert {"observed_over_forecast", "wdd", "difference_in_differences", "displacement"} == set(
        judged.result["described"]
    )
    # by SQL of its own: below 0 where fewer came at the treated than the controls' change says
    chosen_from = START - timedelta(days=365)
    changes = []
    for side in ("treated", "controls"):
        row = connection.execute(
            "select count(*) filter (where v.occurred_from >= %(start)s) - count(*) filter (where v.occurred_from < %(chosen)s)"
            " from core.incident_version v join core.location l using (location_id) join core.crime_type t using (crime_type_id)"
            " where v.known_to is null and t.name = 'burglary'"
            " and (floor(st_y(l.geom) / 250)::int, floor(st_x(l.geom) / 250)::int) in (select * from unnest(%(rows)s::int[], %(cols)s::int[]))"
            " and (v.occurred_from >= %(start)s and v.occurred_from < %(end)s or v.occurred_from >= %(before)s and v.occurred_from < %(chosen)s)",
            {"rows": [one["row"] for one in body[side]], "cols": [one["col"] for one in body[side]], "start": START, "end": END,
             "chosen": chosen_from, "before": chosen_from - (END - START)},
        ).fetchone()  # fmt: skip
        assert row is not None
        changes.append(row[0])
    change = changes[0] - changes[1] * len(body["treated"]) / len(body["controls"])
    assert judged.result["described"]["wdd"]["estimate"] == pytest.approx(change)
    assert change < 0 and f"{-change:.1f} fewer (" in described_figures(judged.result)[1].words
    with pytest.raises(InputError, match="judged only once"):
        actions.judge(connection, number, person="analyst1")

    with pytest.raises(InputError, match="needs two signatures"):
        actions.publish(connection, number, person="analyst1")
    assert actions.sign(connection, number, person="analyst1") == ("analyst1",)
    assert actions.sign(connection, number, person="analyst1") == ("analyst1",)
    with pytest.raises(InputError, match="needs two signatures"):
        actions.publish(connection, number, person="analyst1")
    assert actions.sign(connection, number, person="coordinator1") == ("analyst1", "coordinator1")
    actions.publish(connection, number, person="coordinator1")
    assert store.read_action(connection, number).state == "published"
    move_problem(connection, problem, "closed", person="coordinator1")
    assert store.read_problem(connection, problem).closed_reason == "judged"
    assert [verb for _, _, verb, _ in store.read_changes(connection, "action", number)] == [
        "propose", "agree", "under way", "enter dose", "done", "judge", "sign", "sign", "sign", "publish",
    ]  # fmt: skip
    here = {one.remedy.name: one.here for one in what_works_here(connection, tmp_path)}
    assert here["street_lighting"] is not None and here["street_lighting"].ratio == pytest.approx(oracle.ratio)
    assert here["cctv"] is None


def test_a_draw_of_places_is_judged_by_its_lots(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    number = proposed(connection, tmp_path, worst=20)
    with pytest.raises(InputError, match="even number, at least 20"):
        actions.freeze_design(
            connection, proposed(connection, tmp_path, worst=18), person="coordinator1", today=TODAY, draw=True
        )
    connection.execute(
        "update desk.action set state = 'abandoned', abandoned_reason = 'x' where action_id <> %s", [number]
    )
    design = actions.freeze_design(connection, number, person="coordinator1", today=TODAY, draw=True, seed=7)
    assert (design.method, len(design.body["pairs"])) == ("paired draw", 10)
    connection.execute("delete from desk.action_place where action_id <> %s", [number])
    connection.execute("delete from desk.action where action_id <> %s", [number])
    for to in ("under way", "done"):
        actions.move(connection, number, to, person="coordinator1")
    later(connection, effect=0.8)
    judged = actions.judge(connection, number, person="analyst1")
    assert judged.result["ratio"] < 0.5
    assert judged.result["high"] < 1
    # 10 pairs of these boxes hold fewer than 46 an arm: the lots speak, but not alone
    assert judged.sentence == "Too small to be judged alone: it counts in the pooled figure of its remedy."
    assert not design.body["alone"]


def test_the_very_worst_have_no_equals(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    there = box_forecast(connection, ["burglary"])
    order = np.argsort(-there.expected_a_day)
    worst = tuple(np.array(there.boxes.codes())[order[:60]])
    number = proposed(connection, tmp_path, worst=0, boxes=worst)
    with pytest.raises(InputError, match="No comparable places"):
        actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    assert store.read_action(connection, number).state == "proposed"
    design = actions.freeze_design(
        connection, number, person="coordinator1", today=TODAY, without_comparison="the whole centre is rebuilt"
    )
    assert (design.body["controls"], design.body["alone"]) == ([], False)


def test_a_change_of_the_design_is_a_version_with_its_reason_and_none_can_be_rewritten(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = proposed(connection, tmp_path, worst=0, boxes=middling(connection, 6))
    actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    with pytest.raises(InputError, match="--why is empty"):
        actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    second = actions.freeze_design(connection, number, person="analyst1", today=TODAY, why="a newer forecast")
    assert [one.version for one in effects.read_designs(connection, action_id=number)] == [1, 2]
    assert second.why == "a newer forecast"
    with pytest.raises(psycopg.errors.RaiseException, match="kept as it was written"), connection.transaction():
        connection.execute("update desk.design set judgement_day = '2017-07-01'")
    with pytest.raises(psycopg.errors.RaiseException, match="kept as it was written"), connection.transaction():
        connection.execute("delete from desk.change")


def test_a_design_made_after_the_fact_is_called_so_and_never_published(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = proposed(connection, tmp_path, worst=0, boxes=middling(connection, 6))
    actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    later(connection, known_on=date(2017, 8, 1))
    late = actions.freeze_design(connection, number, person="coordinator1", today=TODAY, why="the start looked bad")
    assert late.after_the_fact
    for to in ("under way", "done"):
        actions.move(connection, number, to, person="coordinator1")
    connection.execute("update raw.delivery set known_on = '2017-10-01'")
    assert actions.judge(connection, number, person="analyst1").after_the_fact
    for person in ("analyst1", "coordinator1"):
        actions.sign(connection, number, person=person)
    with pytest.raises(InputError, match="made after the fact"):
        actions.publish(connection, number, person="analyst1")
    evaluation = effects.read_evaluation(connection, action_id=number)
    assert evaluation is not None
    with pytest.raises(psycopg.errors.ForeignKeyViolation), connection.transaction():
        effects.publish_effect(connection, evaluation.evaluation_id, first="analyst1", second="coordinator1")


def test_a_design_of_today_for_yesterday_is_after_the_fact_even_before_its_records_come(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = proposed(connection, tmp_path, worst=0, boxes=middling(connection, 6))
    assert actions.freeze_design(
        connection, number, person="coordinator1", today=START + timedelta(days=2)
    ).after_the_fact


def test_two_signatures_are_of_two_persons_in_the_database_itself(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = proposed(connection, tmp_path, worst=0, boxes=middling(connection, 6))
    actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    for to in ("under way", "done"):
        actions.move(connection, number, to, person="coordinator1")
    later(connection)
    judged = actions.judge(connection, number, person="analyst1")
    actions.sign(connection, number, person="analyst1")
    with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
        effects.publish_effect(connection, judged.evaluation_id, first="analyst1", second="analyst1")
    with pytest.raises(psycopg.errors.ForeignKeyViolation), connection.transaction():
        effects.publish_effect(connection, judged.evaluation_id, first="analyst1", second="nobody2")


def test_actions_near_by_at_the_same_time_are_warned_of(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    boxes = middling(connection, 6)
    first = proposed(connection, tmp_path, worst=0, boxes=boxes)
    second = proposed(connection, tmp_path, worst=0, boxes=boxes[:1], title="Foot patrol", remedy="foot_patrol")
    after = proposed(connection, tmp_path, worst=0, boxes=boxes[:1], starts_on=END, ends_on=END + timedelta(days=28))
    assert [f"Action {first} (Repair lights" in line for line in overlaps(connection, second)] == [True]
    assert "cannot be told apart" in overlaps(connection, first)[0]
    assert overlaps(connection, after) == []


def test_a_problem_and_the_point_of_a_concern_warn_of_what_is_at_work_there(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    boxes = middling(connection, 6)
    problem = open_problem(
        connection, title="Canal", statement="", owner="coordinator1", partners=[], due=None, person="coordinator1"
    )
    own = proposed(connection, tmp_path, problem_id=problem, worst=0, boxes=boxes[:1])
    other = proposed(connection, tmp_path, worst=0, boxes=boxes[:1], title="Foot patrol", remedy="foot_patrol")
    row, col = (int(part) for part in connection.execute(
        "select row_no, col_no from desk.action_place where action_id = %s", [own]).fetchone())  # pyright: ignore[reportGeneralTypeIssues, reportOptionalIterable]  # fmt: skip
    middle = ((col + 0.5) * BOX_M, (row + 0.5) * BOX_M)

    def lay(number: int, east_m: float) -> None:
        connection.execute(
            "with p as (insert into desk.place (name, owner, made_by, source, geom) values ('x', 'coordinator1', 'coordinator1', 'drawn',"
            " st_multi(st_makeenvelope(%s, %s, %s, %s, (select srid from core.city)))) returning place_id)"
            " insert into desk.problem_place (problem_id, place_id, added_by) select %s, place_id, 'coordinator1' from p",
            [middle[0] + east_m, middle[1], middle[0] + east_m + 10, middle[1] + 10, number],
        )

    assert overlaps_of_problem(connection, problem, today=START) == []  # no place yet
    lay(problem, 0.0)
    (said,) = overlaps_of_problem(connection, problem, today=START)
    assert (
        said.startswith(f"Action {other} (Foot patrol, {START} to {END}) lies within 500 m")
        and "could not be told apart" in said
    )
    assert overlaps_of_problem(connection, problem, today=END) == []  # it is over
    near, far = (
        open_problem(
            connection, title=title, statement="", owner="coordinator1", partners=[], due=None, person="coordinator1"
        )
        for title in ("Bridge", "Harbour")
    )
    lay(near, 480.0)
    lay(far, 700.0)
    assert overlaps_of_problem(connection, problem, today=END) == [
        f"Problem {near} (Bridge) is open within 500 m: one file may hold both."
    ]
    lon, lat = connection.execute(
        "select st_x(p), st_y(p) from st_transform(st_setsrid(st_point(%s, %s), (select srid from core.city)), 4326) as p", list(middle)
    ).fetchone()  # pyright: ignore[reportGeneralTypeIssues]  # fmt: skip
    of_point = overlaps_of_point(connection, lon, lat, today=START, problem_id=None)
    assert [one.split(" (")[0] for one in of_point] == [
        f"Action {own}",
        f"Action {other}",
        f"Problem {problem}",
        f"Problem {near}",
    ]
    its_own = overlaps_of_point(connection, lon, lat, today=START, problem_id=problem)
    assert [one.split(" (")[0] for one in its_own] == [f"Action {other}", f"Problem {near}"]
    move_problem(connection, near, "closed", person="coordinator1", reason="moved")
    assert overlaps_of_problem(connection, problem, today=END) == []
    assert overlaps_of_point(connection, lon + 1, lat, today=START, problem_id=None) == []


def test_plans_and_actions_warn_of_each_other(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    request = PlanRequest(
        title="Evening visits", tactic="short_random_visits", crime_types=("burglary",), hours="18-02", units=2, minutes=90, starts_on=START,
        n_boxes=4, n_blocks=2,
    )  # fmt: skip
    plan, other = (plans.draft(connection, request, person="analyst1", home=tmp_path)[0] for _ in range(2))
    box = plan_store.read_plan_boxes(connection, plan)[0].code
    action = proposed(connection, tmp_path, worst=0, boxes=[box])
    assert overlaps(connection, action) == []  # a draft sends nobody anywhere
    assert [words[: len(f"Action {action} ")] for words in overlaps(connection, plan, kind="plan")] == [
        f"Action {action} "
    ]
    plans.approve(connection, plan, person="commander1", today=TODAY)
    assert [words.split(" (")[0] for words in overlaps(connection, action)] == [f"Plan {plan}"]
    assert [words.split(" (")[0] for words in overlaps(connection, other, kind="plan")] == [
        f"Action {action}",
        f"Plan {plan}",
    ]
    later = proposed(
        connection,
        tmp_path,
        worst=0,
        boxes=[box],
        starts_on=START + timedelta(days=14),
        ends_on=END + timedelta(days=28),
    )
    assert not [
        words for words in overlaps(connection, later) if words.startswith("Plan")
    ]  # the day after the plan's last


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": "Talk to John Miller"}, "name of a person"),
        ({"remedy": "magic"}, "There is no remedy 'magic'"),
        ({"ends_on": START}, "is not after"),
        ({"boxes": ("b1-1",)}, "not both"),
        ({"worst": 0}, "not both"),
        ({"worst": 0, "boxes": ("b1-1",)}, "There is no box 'b1-1'"),
        ({"worst": 900}, "boxes with anything expected"),
        ({"crime_types": ("robbery",)}, "No forecast is stored for robbery"),
        ({"owner": "Jo Smith"}, "not the name of an account"),
        ({"problem_id": 99}, "no problem 99"),
    ],
)
def test_what_cannot_be_proposed_leaves_nothing(
    connection: psycopg.Connection[Any], tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises((InputError, NotFoundError), match=words):
        proposed(connection, tmp_path, **changed)
    assert store.read_actions(connection) == []


def test_no_state_is_skipped(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    number = proposed(connection, tmp_path)
    for to in ("under way", "done", "assessed", "published"):
        with pytest.raises(InputError, match="is proposed"):
            actions.move(connection, number, to, person="coordinator1")
    with pytest.raises(InputError, match="--reason is empty"):
        actions.move(connection, number, "abandoned", person="coordinator1")
    actions.move(connection, number, "abandoned", person="coordinator1", reason="no money")
    with pytest.raises(InputError, match="goes to nothing"):
        actions.freeze_design(connection, number, person="coordinator1", today=TODAY)
    problem = open_problem(
        connection, title="A lot", statement="", owner="owner1", partners=[], due=None, person="owner1"
    )
    with pytest.raises(InputError, match="is open"):
        move_problem(connection, problem, "assessed", person="owner1")
    with pytest.raises(InputError, match="--reason is empty"):
        move_problem(connection, problem, "closed", person="owner1")


def test_the_city_edits_its_own_table_of_remedies(tmp_path: Path) -> None:
    shipped = remedies(tmp_path)
    assert len(shipped) >= 30
    assert all(one.reference and one.effect for one in shipped.values())
    own = copy_remedies(tmp_path)
    own.write_text(own.read_text().split("[[remedy]]")[0] + "[[remedy]]" + own.read_text().split("[[remedy]]")[1])
    assert list(remedies(tmp_path)) == ["hot_spots_patrol"]
    assert copy_remedies(tmp_path) == own and list(remedies(tmp_path)) == ["hot_spots_patrol"]
    own.write_text(own.read_text().replace('strength = "strong"', 'strength = "surely"'))
    with pytest.raises(InputError, match=r"remedies.toml: remedy.0.strength"):
        remedies(tmp_path)
