"""One rule for every field of words: whatever form of the desk or of partners holds one, a name of a person is refused and not repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hotspots.domain.act.free_text import checked_needed
from hotspots.errors import InputError
from hotspots_dashboard.staff import desk as desk_module
from tests.dashboard.staff.test_plans import boxes_of, draft_form, today
from tests.database import TestDatabase
from tests.desk_city import DeskSite, forecast_desk_site, post, refused

TEMPLATES = Path(desk_module.__file__).parent / "templates"
NAME = "seen with Mr Miller"
# Fields that hold no words: numbers, codes that something is looked up by, names of accounts, search.
NO_WORDS = {
    "door/invitation.html code", "door/sign_in.html name", "door/sign_in.html code", "door/code.html code", "data/people.html name", "data/people.html areas", "find/find.html words", "concerns/concern.html owner", "places/place.html owner",
    "places/place.html into", "plans/new.html hours", "problems/action.html amount", "problems/new.html place", "problems/new.html owner",
    "problems/problem.html owner", "problems/problem.html place", "problems/problem.html boxes", "problems/problem.html cost", "partners/shared.html number",
}  # fmt: skip
# Fields of the partners' server and of the inbox, with the tests that send names there.
ELSEWHERE = {
    "concerns/concern.html words", "concerns/concern.html again", "concerns/concern.html title",  # test_concerns_inbox.py
    "partners/item.html words", "partners/shared.html title", "partners/shared.html words",  # test_partners.py
}  # fmt: skip


def fields() -> set[str]:
    """Template and name of every field of a form that takes typed words."""
    found = set()
    for file in TEMPLATES.rglob("*.html"):
        for form in re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', file.read_text(), re.S):
            for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", form):
                kind, name = re.search(r'type="(\w+)"', tag), re.search(r'name="([^"{]*)"', tag)
                if name and (kind is None or kind[1] == "text"):
                    found.add(f"{file.relative_to(TEMPLATES).as_posix()} {name[1]}")
    return found


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with forecast_desk_site(database) as made:
        yield made


@pytest.fixture(scope="module")
def forms(site: DeskSite) -> dict[str, tuple[str, str, dict[str, object]]]:
    """By template: who sends a form, where, and with what it would be taken."""
    plan = post(site, "analyst", "/plans/new", **draft_form(site))
    post(site, "commander", f"{plan}/approve")
    problem = post(
        site, "prevention", "/problems/new", title="Dark lot", statement="", place="", owner="prevention", partners=""
    )
    saved: dict[str, object] = {"page": "places", "query": "", "name": "All places"}
    view = post(site, "analyst", "/views/new", **saved).removesuffix("/about")
    start = today(site) + timedelta(days=1)
    proposed = {
        "title": "Lights", "remedy": "street_lighting", "types": "theft", "where": "worst", "worst": 4, "boxes": "", "done_by": "Streets",
        "owner": "prevention", "from": start.isoformat(), "to": (start + timedelta(days=28)).isoformat(), "due": "", "cost": "",
    }  # fmt: skip
    action = post(site, "prevention", f"{problem}/action", **proposed)
    with site.owner.connect() as connection:
        row = connection.execute(
            "insert into desk.place (name, owner, made_by, source, geom) select 'The lot', 'analyst', 'analyst', 'drawn',"
            " st_buffer(st_centroid(geom), 100) from core.study_area returning place_id"
        ).fetchone()
        assert row is not None
        code = connection.execute("select code from desk.place where place_id = %s", row).fetchone()
        connection.execute(
            "update desk.action set state = 'under way' where action_id = %s", [int(action.rsplit("/", 1)[1])]
        )
        connection.execute(
            "insert into desk.issued_list (title, question, evidence, made_by) values ('Lots', '{}', '{}', 'analyst')"
        )
        area = connection.execute("select area_id from open.area order by area_id limit 1").fetchone()
        connection.execute(  # a further version needs a reason
            "insert into desk.design (action_id, version, method, judgement_day, after_the_fact, body, frozen_by)"
            " values (%s, 1, 'similar places', '2030-01-01', false, '{}', 'jo')", [int(action.rsplit("/", 1)[1])],
        )  # fmt: skip
    assert code is not None and area is not None
    on = next(letter for letter, is_on in boxes_of(site, plan, today(site)).items() if is_on)
    day = today(site).isoformat()
    return {
        "export.html": ("analyst", "/map/export", {"purpose": "CASE 20170017", "query": ""}),
        "view_new.html": ("analyst", "/views/new", saved),
        "view.html": ("analyst", f"{view}/change", {"name": "All places", "version": 1}),
        "keys.html": ("analyst", "/keys/new", {"label": "workbook", "days": "90"}),
        "lists/list.html": ("analyst", "/lists/L-0001/withdraw", {"reason": "overtaken"}),
        "places/place.html name": ("analyst", f"/places/{code[0]}/change", {"name": "Lot", "aliases": "", "owner": "analyst", "version": 1}),
        "places/place.html aliases": ("analyst", f"/places/{code[0]}/change", {"name": "Lot", "aliases": "", "owner": "analyst", "version": 1}),
        "places/place.html words": ("analyst", f"/places/{code[0]}/comment", {"words": "dark"}),
        "places/new.html": ("analyst", "/places/new", {"name": "Lot", "query": f"areas={area[0]}"}),
        "plans/new.html": ("analyst", "/plans/new", {**draft_form(site), "share": "1", "why": "none"}),
        "plans/plan.html": ("commander", f"{plan}/box", {"kind": "suppressed", "letter": on, "day": day, "reason": "x"}),
        "problems/action.html why": ("prevention", f"{action}/agree", {"why": "x", "without": "x"}),
        "problems/action.html without": ("prevention", f"{action}/agree", {"why": "x", "without": "x"}),
        "problems/action.html unit": ("prevention", f"{action}/dose", {"day": start.isoformat(), "amount": "1", "unit": "lights"}),
        "problems/action.html reason": ("prevention", f"{action}/step", {"to": "abandoned", "reason": "x"}),
        "problems/new.html": ("prevention", "/problems/new", {"title": "x", "statement": "x", "place": "", "owner": "prevention", "partners": "x"}),
        "problems/problem.html reason": ("prevention", f"{problem}/move", {"to": "closed", "reason": "x"}),
        "problems/problem.html done_by": ("prevention", f"{problem}/action", proposed),
        "problems/problem.html words": ("prevention", f"{problem}/comment", {"words": "x"}),
        **{
            f"problems/problem.html {name}": (
                "prevention", f"{problem}/save", {"version": 1, "title": "x", "statement": "x", "owner": "prevention", "partners": "x", "due": ""},
            )
            for name in ("title", "statement", "partners")
        },
        **{
            f"problems/problem.html {name}": (
                "prevention", f"{problem}/hypothesis", {"thought": "x", "said": "x", "wrong_if": "x", "factor": "x", "settle": ""},
            )
            for name in ("thought", "said", "wrong_if", "factor")
        },
    }  # fmt: skip


def test_every_field_of_words_refuses_a_name_and_does_not_repeat_it(
    site: DeskSite, forms: dict[str, tuple[str, str, dict[str, object]]]
) -> None:
    known = fields()
    assert known >= NO_WORDS | ELSEWHERE, "a field is gone: take it out of this test"
    taken = []
    for field in sorted(known - NO_WORDS - ELSEWHERE):
        template, name = field.split(" ")
        assert field in forms or template in forms, (
            f"{field} is new: refuse names in it and send one here, or say why it holds no words"
        )
        who, path, form = forms.get(field) or forms[template]
        said = refused(site, who, path, **{**form, name: NAME})
        if "seems to hold the name of a person" not in said or "Miller" in said:
            taken.append((field, said))
    assert taken == []


@pytest.mark.parametrize("words", ["CASE 17/2025", "CASE 20170017", "JB146365", "RD-1234", "incident 17"])
def test_a_case_number_may_look_like_a_plate_where_one_is_asked_for(words: str) -> None:
    assert checked_needed(words, field="purpose", numbers=True) == words
    for wrong in ("call Mr Miller", "jo@example.org"):
        with pytest.raises(InputError, match="seems to hold"):
            checked_needed(f"{words} {wrong}", field="purpose", numbers=True)
