"""The feed of a filter: what RFC 4287 asks for, ids that stay over publications, and nothing that breaks its markup."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from hotspots.api.app import create_api
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.pipeline.comparison import usual_weeks
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.incident_oracle import matching
from tests.live_server import served
from tests.open_city_builder import NEWEST_DAY, SmallIncident, build_small_city

ATOM = "{http://www.w3.org/2005/Atom}"
RUDE = 'Théft & <script>"x"</script>\x07'


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        incidents = build_small_city(connection, seed=5, n_incidents=300)
        connection.execute("update open.crime_type set label = %s where name = 'theft'", [RUDE])
    return incidents


@pytest.fixture(scope="module")
def client(database: TestDatabase, city: list[SmallIncident]) -> Iterator[httpx.Client]:
    with (
        open_public(database.settings).open_pool() as pool,
        served(create_api(OpenReader(pool))) as url,
        httpx.Client(base_url=url, timeout=60) as asking,
    ):
        yield asking


def feed(client: httpx.Client, **query: str) -> ElementTree.Element:
    answer = client.get("/feed", params=query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml"
    return ElementTree.fromstring(answer.content)


def texts(feed: ElementTree.Element, path: str) -> list[str]:
    """Texts of the feed, or of its entries of incidents."""
    if not path.startswith("a:entry/"):
        return [found.text or "" for found in feed.iterfind(path.replace("a:", ATOM))]
    below = path.removeprefix("a:entry/").replace("a:", ATOM)
    return [found.text or "" for entry in incidents(feed) for found in entry.iterfind(below)]


def unusual(feed: ElementTree.Element) -> list[ElementTree.Element]:
    """The entries of unusual weeks."""
    return [
        one for one in feed.iterfind(f"{ATOM}entry") if one.find(f"{ATOM}category[@term='unusual-week']") is not None
    ]


def incidents(feed: ElementTree.Element) -> list[ElementTree.Element]:
    """The entries of incidents."""
    weeks = unusual(feed)
    return [one for one in feed.iterfind(f"{ATOM}entry") if one not in weeks]


def test_it_has_what_the_standard_asks_for(client: httpx.Client) -> None:
    atom = feed(client, types="theft")
    assert atom.tag == f"{ATOM}feed"
    for once in ("id", "title", "updated", "author", "rights", "subtitle"):
        assert len(atom.findall(ATOM + once)) == 1
    assert atom.findtext(f"{ATOM}author/{ATOM}name") == "Smallville incident map"
    assert atom.findtext(f"{ATOM}rights") == "Nobody (Open for tests 1.0) Invented."
    links = {link.get("rel"): link for link in atom.findall(f"{ATOM}link")}
    assert set(links) == {"self", "alternate", "license"}
    assert links["license"].get("href") == "https://city.example/licence"
    assert links["self"].get("type") == "application/atom+xml"
    assert all(urlsplit(links[rel].get("href")).scheme == "http" for rel in ("self", "alternate"))
    for entry in atom.findall(f"{ATOM}entry"):
        for once in ("id", "title", "updated", "published", "content"):
            assert len(entry.findall(ATOM + once)) == 1
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "")).utcoffset() is not None
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
    ids = texts(atom, "a:entry/a:id")
    assert len(set(ids)) == len(ids) > 0
    assert all(one.startswith("urn:uuid:") for one in [atom.findtext(f"{ATOM}id"), *ids])


def test_it_holds_the_incidents_of_the_filter_newest_first(client: httpx.Client, city: list[SmallIncident]) -> None:
    atom = feed(client, areas="5", types="burglary")
    question = IncidentFilter(Period.last_days(NEWEST_DAY, 90), crime_types=("burglary",), areas=(5,))
    expected = matching(city, question)
    assert set(texts(atom, "a:entry/a:id")) == {f"urn:uuid:{one.public_id}" for one in expected}
    days = texts(atom, "a:entry/a:published")
    assert days == sorted(days, reverse=True)
    unlocated = sum(one.anchor.status != "located" for one in expected)
    assert (
        f"{len(expected)} newest of {len(expected)} reported incidents, {unlocated} of them"
        in texts(atom, "a:subtitle")[0]
    )


def test_what_became_public_last_stands_first_and_has_the_day_on_which_it_came(
    client: httpx.Client, city: list[SmallIncident], database: TestDatabase
) -> None:
    question = IncidentFilter(Period.last_days(NEWEST_DAY, 90), crime_types=("burglary",))
    by_day = sorted(
        matching(city, question), key=lambda one: (one.day, one.hour is not None, one.hour or 0), reverse=True
    )
    late, first = by_day[-1], by_day[-2]  # the oldest came last, and one that came before this was noted
    with database.owner.connect() as owner:
        owner.execute("update open.incident set public_since = '2018-01-02'")
        owner.execute("update open.incident set public_since = '2018-01-05' where public_id = %s", [late.public_id])
        owner.execute("update open.incident set public_since = null where public_id = %s", [first.public_id])
        owner.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on, first_day, newest_day, incidents, labels_version from open.vintage order by vintage_id desc limit 1"
        )
    try:
        entries = incidents(feed(client, types="burglary"))
    finally:
        with database.owner.connect() as owner:
            owner.execute("update open.incident set public_since = null")
            owner.execute(
                "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
                " select known_on, first_day, newest_day, incidents, labels_version from open.vintage order by vintage_id desc limit 1"
            )
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids[0] == f"urn:uuid:{late.public_id}"
    assert ids[-1] == f"urn:uuid:{first.public_id}"
    known = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert known[0] == "2018-01-05T00:00:00-06:00"
    assert set(known[1:-1]) == {"2018-01-02T00:00:00-06:00"}
    assert known[-1].startswith(f"{first.day}T")
    assert known == [entry.findtext(f"{ATOM}published") for entry in entries]
    assert len(ids) == len(by_day)


def test_a_long_answer_is_the_newest_hundred_and_says_so(client: httpx.Client, city: list[SmallIncident]) -> None:
    atom = feed(client)
    total = len(matching(city, IncidentFilter(Period.last_days(NEWEST_DAY, 90))))
    assert len(incidents(atom)) == 100
    assert f"100 newest of {total} reported" in texts(atom, "a:subtitle")[0]


def test_words_of_the_agency_cannot_break_the_markup(client: httpx.Client) -> None:
    (label,) = {
        category.get("label")
        for entry in incidents(feed(client, types="theft"))
        for category in entry.iterfind(f"{ATOM}category")
    }
    assert label == RUDE.removesuffix("\x07")


def test_ids_stay_and_the_feed_is_newer_after_a_publication(client: httpx.Client, database: TestDatabase) -> None:
    before, tag = feed(client, types="theft"), client.get("/feed?types=theft").headers["etag"]
    assert client.get("/feed?types=theft", headers={"If-None-Match": tag}).status_code == 304
    with database.owner.connect() as owner:
        owner.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on, first_day, newest_day, incidents, labels_version from open.vintage order by vintage_id desc limit 1"
        )
    assert client.get("/feed?types=theft", headers={"If-None-Match": tag}).status_code == 200
    after = feed(client, types="theft")
    assert texts(after, "a:updated") > texts(before, "a:updated")
    for same in ("a:id", "a:entry/a:id", "a:entry/a:updated"):
        assert texts(after, same) == texts(before, same)
    assert texts(feed(client, types="burglary"), "a:id") != texts(before, "a:id")


def test_a_feed_that_follows_the_data_names_no_days_and_one_of_a_period_does(client: httpx.Client) -> None:
    def asked(**query: str) -> dict[str, list[str]]:
        links = {link.get("rel"): link.get("href", "") for link in feed(client, **query).findall(f"{ATOM}link")}
        return parse_qs(urlsplit(links["alternate"]).query)

    assert asked(types="theft") == {"types": ["theft"]}
    assert asked(**{"types": "theft", "from": "2017-12-01", "to": "2017-12-24"}) == {
        "types": ["theft"],
        "from": ["2017-12-01"],
        "to": ["2017-12-24"],
    }


def test_an_incident_without_a_point_has_no_coordinates(client: httpx.Client, city: list[SmallIncident]) -> None:
    located = {f"urn:uuid:{one.public_id}" for one in city if one.anchor.status == "located"}
    for entry in incidents(feed(client)):
        has_point = entry.find("{http://www.georss.org/georss}point") is not None
        assert has_point == (entry.findtext(f"{ATOM}id") in located)


def test_it_speaks_spanish(client: httpx.Client) -> None:
    atom = feed(client, areas="7", types="burglary", locations="STREET", lang="es")
    assert atom.get("{http://www.w3.org/XML/1998/namespace}lang") == "es-419"
    assert texts(atom, "a:title") == [
        "Incidentes reportados en Distrito municipal 1; tipos: Robo en inmuebles; tipo de ubicación: Vía pública"
    ]
    assert texts(atom, "a:author/a:name") == ["Mapa de incidentes de Smallville"]
    assert {one.split(",")[0] for one in texts(atom, "a:entry/a:title")} == {"Robo en inmuebles"}
    assert all("Vía pública." in one for one in texts(atom, "a:entry/a:content"))
    places = [one.split(", ", 1)[1] for one in texts(atom, "a:entry/a:title")]
    assert set(places) == {"Ubicación desconocida"}
    assert all(f"{place}." in one for place, one in zip(places, texts(atom, "a:entry/a:content"), strict=True))
    (rights,) = atom.findall(f"{ATOM}rights")  # the city has no disclaimer in Spanish
    assert rights.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    english = feed(client, areas="7", types="burglary", locations="STREET")
    assert texts(atom, "a:entry/a:id") == texts(english, "a:entry/a:id") != []


def test_places_are_in_the_readers_language(client: httpx.Client) -> None:
    atom = feed(client, at="9", radius="800", lang="es")
    titles = texts(atom, "a:entry/a:title")
    assert not any("block of" in one for one in titles)
    assert any(one.endswith(", Cuadra 1200 de N State St") for one in titles)
    spoken = {lang: texts(feed(client, at="9", radius="800", lang=lang), "a:title") for lang in ("en", "es")}
    assert spoken == {
        "en": ["Reported incidents within 800 m of the 1200 block of N State St"],
        "es": ["Incidentes reportados a menos de 800 m de la cuadra 1200 de N State St"],
    }


@pytest.mark.parametrize("query", ["lang=xx", "types=nothing", "colour=red", "from=2017-12-02&to=2017-12-01"])
def test_what_cannot_be_asked_is_a_problem(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/feed?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_entry_whose_hour_is_not_known_says_so(client: httpx.Client, city: list[SmallIncident]) -> None:
    """Atom asks for a time, and midnight stands in for it there alone; in words the hour is not known."""
    no_hour = {one.public_id.urn for one in city if one.hour is None}
    entries = incidents(feed(client))
    told = {entry.findtext(f"{ATOM}id"): entry.findtext(f"{ATOM}content", "") for entry in entries}
    assert {id_ for id_, words in told.items() if "hour not known" in words} == no_hour & told.keys() != set()
    assert not any("00:00–01:00" in told[id_] for id_ in no_hour & told.keys())


def test_unusual_weeks_stand_in_the_feed_as_the_page_judges_them(client: httpx.Client, database: TestDatabase) -> None:
    """A burst in the newest week: by the one function that page, sheet and mails ask, in the same words as a mail."""
    with database.owner.connect() as owner:
        added = owner.execute(
            """insert into open.incident (public_id, anchor_id, day, hour, crime_type_id)
               select gen_random_uuid(), anchor_id, %s, 12, crime_type_id
               from (select * from open.incident order by public_id limit 1) as one cross join generate_series(1, 60)
               returning public_id""",
            [NEWEST_DAY],
        ).fetchall()
    try:
        with open_public(database.settings).open_pool() as pool:
            weeks = usual_weeks(OpenReader(pool), IncidentFilter(Period.last_days(NEWEST_DAY, 90)))
            outside = [one for one in weeks if one.category != "within"]
            with served(create_api(OpenReader(pool))) as url, httpx.Client(base_url=url, timeout=60) as asking:
                atom = feed(asking)
    finally:
        with database.owner.connect() as owner:
            owner.execute("delete from open.incident where public_id = any(%s)", [[one for (one,) in added]])
    entries = unusual(atom)
    assert outside and outside[-1].category == "higher" and len(entries) == len(outside)
    newest, said = outside[-1], entries[0].findtext(f"{ATOM}content") or ""
    assert f": {newest.incidents} reported incidents; usual here are {newest.lowest} to {newest.highest}." in said
    assert entries[0].findtext(f"{ATOM}title") == "An unusual week in the whole city"
    assert len({one.findtext(f"{ATOM}id") for one in atom.iterfind(f"{ATOM}entry")}) == len(
        list(atom.iterfind(f"{ATOM}entry"))
    )
