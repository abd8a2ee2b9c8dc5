"""The form of concerns and the page of a secret link, over the real server: taken, refused, told, reopened, kept from every eye."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from hotspots.pipeline.concerns.seal import unseal
from hotspots.store.server.connection import open_concerns
from tests.concerned_city import KEY, TEXT, ConcernSite, build_concerned_city, concern_site, take_concerns, token_in
from tests.database import TestDatabase


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_concerned_city(database)
    return database


@pytest.fixture(scope="module")
def site(city: TestDatabase) -> Iterator[ConcernSite]:
    with concern_site(city) as site:
        yield site


@pytest.fixture
def owner(city: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with city.owner.connect() as connection:
        connection.execute("truncate intake.concern, intake.event, intake.spent_form, intake.daily_salt cascade")
        connection.commit()
        yield connection


def row(owner: psycopg.Connection[Any]) -> dict[str, Any]:
    cursor = owner.execute(
        "select to_jsonb(k) - 'sealed' as k, sealed from intake.concern k order by concern_id desc limit 1"
    )
    found = cursor.fetchone()
    assert found is not None
    return {**found[0], "sealed": bytes(found[1])}


def test_a_concern_is_kept_sealed_at_a_public_point_and_told_of_by_its_link(
    site: ConcernSite, owner: psycopg.Connection[Any]
) -> None:
    token = token_in(site.send(category="lighting", part_of_day="evening", days="weekend"))
    kept = row(owner)
    assert (kept["category"], kept["part_of_day"], kept["days"], kept["state"]) == (
        "lighting",
        "evening",
        "weekend",
        "received",
    )
    assert TEXT.encode() not in kept["sealed"]
    assert unseal(kept["sealed"], key=KEY, reference=kept["reference"]) == TEXT
    at_public_point = owner.execute(
        "select count(*) from intake.concern k join open.anchor a on a.name = k.place and st_equals(a.geom, k.geom)"
    ).fetchone()
    assert at_public_point is not None and at_public_point[0] >= 1
    told = site.client.post("/concern/status", data={"token": token})
    assert kept["reference"] in told.text and kept["place"] in told.text and TEXT not in told.text


@pytest.mark.attack(
    "concerns",
    tried="guess a reference; cut, turn or lengthen a secret link; SQL in it",
    now='"There is no concern with this link", 404; a reference opens nothing',
)
def test_the_whole_link_may_be_pasted_and_a_wrong_one_tells_nothing(
    site: ConcernSite, owner: psycopg.Connection[Any]
) -> None:
    token = token_in(site.send())
    assert (
        site.client.post(
            "/concern/status", data={"token": f"https://x.example/concern/status?lang=en#{token}"}
        ).status_code
        == 200
    )
    for wrong in (token[:-1], row(owner)["reference"], "", "x" * 5000, "' or 1=1 --", token.swapcase()):
        answer = site.client.post("/concern/status", data={"token": wrong})
        assert answer.status_code == 404 and "There is no concern with this link" in answer.text


REFUSED = [
    ("He lives at no. 3, call 312-555-0199", "seems to hold a name"),
    ("Ask ann@example.org about the lot behind the shop", "seems to hold a name"),
    ("John Miller sells from his car behind the school", "seems to hold a name"),
    ("J\u200bohn Miller sells from his car behind the school", "seems to hold a name"),
    ("\u0408\u043ehn Miller sells from his car behind the school", "seems to hold a name"),
    ("Jo\u0301hn Miller sells from his car behind the school", "seems to hold a name"),
    ("\uff2a\uff4f\uff48\uff4e Miller sells from his car behind the school", "seems to hold a name"),
    ("Ring \uff13\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff19\uff19 for more", "seems to hold a name"),
    ("Ring three one two five five five oh one nine nine", "seems to hold a name"),
    ("Ring 3\u200b12 555 01\u200d99 for more of it", "seems to hold a name"),
    ("The dealer's car has the plate ABC 1234", "seems to hold a name"),
    ("Help me, he has a gun and is at my door", "Call 911"),
    ("A man is being beaten at the corner", "Call 911"),
    ("It is happening now in front of the bar", "Call 911"),
    ("Ahora mismo están golpeando a alguien", "Call 911"),
    ("x" * 501, "501 characters"),
    ("dark", "4 characters"),
    ("", "The text is empty"),
]


@pytest.mark.attack(
    "concerns",
    tried="names and numbers in full-width, Cyrillic, accented, invisible and spoken form",
    now="refused like plain ones",
)
@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_names_numbers_plates_and_emergencies_are_refused_and_nothing_is_saved(
    site: ConcernSite, owner: psycopg.Connection[Any], text: str, said: str
) -> None:
    answer = site.send(text=text)
    assert answer.status_code == 400 and said in answer.text
    assert owner.execute("select count(*) from intake.concern").fetchone() == (0,)


@pytest.mark.parametrize(
    "text",
    [
        "The lamps on Jackson Street by the Washington School are out at night",
        "Since 2017-11-03 the lot at 1200 N State is full of litter, about 40 bags",
        "Cars are broken into most weekends between 18:00 and 22:00",
        "Se rompen los faroles del parque cada fin de semana",
        "Shots were heard here twice last month; call boxes are broken",
    ],
)
def test_what_names_nobody_is_taken(site: ConcernSite, owner: psycopg.Connection[Any], text: str) -> None:
    assert site.send(text=text).status_code == 201


def test_a_typed_place_that_is_not_clear_is_asked_for_and_what_was_typed_stays(
    site: ConcernSite, owner: psycopg.Connection[Any]
) -> None:
    name = owner.execute("select name from open.gazetteer where kind = 'block' or kind = 'address' limit 1").fetchone()
    assert name is not None
    street = name[0].split(" of ")[-1]
    asked = site.send(place=street)
    if asked.status_code == 200:
        assert "Which of these do you mean?" in asked.text and TEXT in asked.text
        chosen = re.findall(r'name="at" value="(\d+)"', asked.text)[0]
        word = re.findall(r'name="form" value="([^"]+)"', asked.text)[0]
        assert site.send(at=chosen, form=word).status_code == 201
    nowhere = site.send(place="Nowhere Lane in Atlantis")
    assert nowhere.status_code == 400 and "Say where it is." in nowhere.text
    assert TEXT in nowhere.text  # nobody types it twice


@pytest.mark.attack(
    "concerns",
    tried="a form too fast, too late, twice, forged, filled by a program",
    now="400, nothing saved",
)
def test_a_form_too_fast_too_late_sent_twice_forged_or_filled_by_a_program_is_refused(
    site: ConcernSite, owner: psycopg.Connection[Any]
) -> None:
    word = site.word()
    assert site.send(form=word).status_code == 201
    refused = {
        "twice": site.send(form=word),
        "fast": site.send(form=site.word(age_s=1)),
        "late": site.send(form=site.word(age_s=13 * 3600)),
        "from the future": site.send(form=site.word(age_s=-3600)),
        "forged": site.send(form=site.word()[:-1] + "x"),
        "none": site.send(form=""),
        "trap": site.send(website="https://spam.example"),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == dict.fromkeys(refused, 400)
    assert owner.execute("select count(*) from intake.concern").fetchone() == (1,)


@pytest.mark.attack(
    "concerns",
    tried="a form of another site",
    now="403",
)
def test_a_form_of_another_site_is_refused(site: ConcernSite, owner: psycopg.Connection[Any]) -> None:
    fields = {"form": site.word(), "category": "lighting", "text": TEXT, "at": "11"}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert site.client.post("/concern", data=fields, headers=headers).status_code == 403
    assert owner.execute("select count(*) from intake.concern").fetchone() == (0,)


@pytest.mark.attack(
    "concerns",
    tried="twenty-two from one network",
    now="five in the inbox, fifteen held back, two refused",
)
def test_of_one_network_five_a_day_go_through_twenty_are_held_and_the_rest_refused(
    site: ConcernSite, owner: psycopg.Connection[Any]
) -> None:
    answers = [site.send(text=f"The lamp of corner number {n} is out").status_code for n in range(22)]
    assert answers == [201] * 20 + [400] * 2
    assert owner.execute("select held, count(*) from intake.concern group by held order by held").fetchall() == [
        (False, 5),
        (True, 15),
    ]


def test_the_hash_of_a_network_goes_with_its_day(site: ConcernSite, owner: psycopg.Connection[Any]) -> None:
    site.send()
    owner.execute("update intake.concern set received_at = received_at - interval '1 day'")
    owner.execute("update intake.daily_salt set day = day - 1")
    owner.commit()
    site.send()
    assert owner.execute("select count(*), count(network_hash) from intake.concern").fetchone() == (2, 1)
    assert owner.execute("select count(*) from intake.daily_salt where day < current_date").fetchone() == (0,)


def test_an_answer_is_told_and_a_concern_is_reopened_once(site: ConcernSite, owner: psycopg.Connection[Any]) -> None:
    token = token_in(site.send())
    answered = (
        "update intake.concern set state = 'answered', answer = 'done', answer_words = 'The lamps burn again since Friday.',"
        " answered_at = now(), answered_by = 'prevention', read_at = now()"
    )
    owner.execute(answered)
    owner.commit()
    told = site.client.post("/concern/status", data={"token": token})
    assert "The lamps burn again since Friday." in told.text and "Reopen" in told.text
    more = {"token": token, "text": "Two of them are out again since Sunday night."}
    assert (
        "seems to hold a name"
        in site.client.post(
            "/concern/reopen", data={**more, "form": site.word(), "text": "Ask John Miller about it"}
        ).text
    )
    assert site.client.post("/concern/reopen", data={**more, "form": site.word()}).status_code == 200
    kept = owner.execute("select state, reference, sealed_again from intake.concern").fetchone()
    assert kept is not None and kept[0] == "received"
    assert unseal(bytes(kept[2]), key=KEY, reference=kept[1]) == more["text"]
    owner.execute(answered)
    owner.commit()
    again = site.client.post("/concern/reopen", data={**more, "form": site.word()})
    assert again.status_code == 400 and "once, within 30 days" in again.text


def test_counts_are_public_from_eight_on_of_whole_months_and_without_a_sum(
    site: ConcernSite, owner: psycopg.Connection[Any]
) -> None:
    copies = (
        "insert into intake.concern (reference, token_hash, source, lang, category, place, geom, part_of_day, days, sealed, received_at)"
        " select 'K-' || lpad(n::text, 4, '0') || '-000' || %s, sha256(convert_to(%s || n, 'UTF8')), 'page', 'en', %s, place, geom, 'any', 'any', sealed,"
        " date_trunc('month', now()) - interval '40 days' from intake.concern, generate_series(1, %s) n where reference = %s"
    )
    site.send(category="drugs")
    first = row(owner)["reference"]
    owner.execute(copies, ["1", "a", "lighting", 8, first])
    owner.execute(copies, ["2", "b", "venue", 7, first])
    owner.commit()
    assert site.intake.public_counts() == (("lighting", 8, 0),)
    page = site.client.get("/concern").text
    assert '<td class="n">8</td>' in page and "neither is their sum" in page


def test_a_text_goes_with_its_time_and_the_state_stays(site: ConcernSite, owner: psycopg.Connection[Any]) -> None:
    token = token_in(site.send())
    owner.execute(
        "update intake.concern set state = 'answered', answer = 'done', answer_words = 'The lamps burn again.', answered_by = 'prevention',"
        " answered_at = now() - interval '366 days', read_at = now()"
    )
    owner.commit()
    site.send()  # every concern that comes sweeps
    assert owner.execute("select count(*) from intake.concern where sealed is null").fetchone() == (1,)
    told = site.client.post("/concern/status", data={"token": token}).text
    assert "The text was deleted" in told and "The lamps burn again." in told


def test_spanish_and_words_of_whoever_asks(site: ConcernSite) -> None:
    page = site.client.get("/concern", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    assert "Llame al 911" in page and "¿Dónde está?" in page
    assert "Call 911" in site.client.get("/concern?lang=en", headers={"Accept-Language": "es"}).text


@pytest.mark.attack(
    "concerns",
    tried="markup in text and place",
    now="shown as text; the page's policy runs one script, by its hash",
)
def test_what_was_typed_is_shown_as_text(site: ConcernSite, owner: psycopg.Connection[Any]) -> None:
    answer = site.send(text='"><script>alert(1)</script>', place="<img src=x onerror=alert(1)>")
    assert "<script>alert" not in answer.text and "<img" not in answer.text and "&lt;script&gt;" in answer.text


@pytest.mark.attack(
    "concerns",
    tried="70 kB, 100 fields, bytes that are no text",
    now="413, 400",
)
def test_an_oversize_body_and_too_many_fields_are_refused_in_one_line(site: ConcernSite) -> None:
    assert site.client.post("/concern", data={"text": "x" * 70_000}).status_code == 413
    assert site.client.post("/concern", data={f"f{n}": "1" for n in range(100)}).status_code == 400
    assert (
        site.client.post(
            "/concern", content=b"\xff\xfe\x00", headers={"Content-Type": "application/x-www-form-urlencoded"}
        ).status_code
        == 400
    )


def test_no_text_place_word_or_token_is_logged(
    site: ConcernSite, owner: psycopg.Connection[Any], capfd: pytest.CaptureFixture[str]
) -> None:
    token = token_in(site.send())
    site.client.post("/concern/status", data={"token": token})
    site.send(text="John Miller sells from his car", place="Hidden Street")
    site.client.get("/concern?at=4711&point=12")
    printed = "".join(capfd.readouterr())
    for secret in (token, "car park", "Miller", "Hidden", "4711", row(owner)["reference"]):
        assert secret not in printed


@pytest.mark.attack(
    "concerns",
    tried="read texts with the form's key",
    now="no table, no function gives one",
)
def test_the_key_of_the_public_process_selects_no_table_and_reads_no_text(city: TestDatabase) -> None:
    with open_concerns(city.settings).connect() as connection:
        tables = (
            "intake.concern",
            "intake.event",
            "intake.seal_key",
            "intake.form_key",
            "intake.daily_salt",
            "open.anchor",
            "core.city",
            "desk.concern",
        )
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select * from {table}")  # pyright: ignore[reportArgumentType]
        for call in (
            "intake.text_of(1)",
            "intake.take(1, 'prevention', current_date)",
            "intake.forget_old()",
            "intake.redact(1, null, null, null)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select {call}")  # pyright: ignore[reportArgumentType]


def test_a_city_that_takes_none_says_so(city: TestDatabase, site: ConcernSite) -> None:
    with city.owner.connect() as connection:
        connection.execute("update core.city set config = config - 'concerns'")
    try:
        for answer in (
            site.client.get("/concern"),
            site.client.post("/concern", data={"text": TEXT}),
            site.client.get("/concern/status"),
        ):
            assert answer.status_code == 404 and "No concerns are taken here" in answer.text
    finally:
        take_concerns(city)
