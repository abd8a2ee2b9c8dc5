"""The address search: what residents type, and what it means in the small city."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.errors import NotFoundError
from hotspots.store.public.city import read_choices
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.search import suggest
from hotspots.store.sql.compose import Connection
from tests.database import TestDatabase
from tests.open_city_builder import build_small_city


@pytest.fixture(scope="module")
def reader(database: TestDatabase) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        build_small_city(connection, n_incidents=10)
    with database.public.open_pool() as pool:
        yield OpenReader(pool)


def test_choices_say_what_can_be_found_on_streets(reader: OpenReader, database: TestDatabase) -> None:
    assert reader.choices().street_kinds == ("address", "block", "intersection")
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("delete from open.gazetteer where kind in ('address', 'intersection')")
        assert read_choices(connection).street_kinds == ("block",)
        connection.execute("delete from open.gazetteer where kind = 'block'")
        assert read_choices(connection).street_kinds == ()


@pytest.mark.parametrize(
    ("typed", "name", "detail"),
    [
        ("1204 n state", "1200 block of N State St", "block that holds 1204"),
        ("1204 N. State Street, Chicago, IL 60610", "1200 block of N State St", "block that holds 1204"),
        ("012XX N STATE ST", "1200 block of N State St", "block"),
        ("12xx n state", "1200 block of N State St", "block"),
        ("1200 block of N State St", "1200 block of N State St", "block"),
        ("1100 block north clark street", "1100 block of N Clark St", "block"),
        ("2004 n milwaukee ave", "2004 N MILWAUKEE AVE", "address"),
        ("state & division", "N STATE ST & W DIVISION ST", "intersection"),
        ("State St and Division St", "N STATE ST & W DIVISION ST", "intersection"),
        ("division/state", "N STATE ST & W DIVISION ST", "intersection"),
        ("lincoln park", "Lincoln Park", "Park"),
        ("ogden elementary", "Ogden Elementary", "Public school"),
        ("police beat 22", "Police beat 22", "Police beat"),
        ("beat 22", "Police beat 22", "Police beat"),
        ("22nd beat", "Police beat 22", "Police beat"),
        ("beat 022", "Police beat 22", "Police beat"),
        ("lincolnpark", "Lincoln Park", "Park"),
        ("public school ogden", "Ogden Elementary", "Public school"),
        ("clark and north", "N CLARK ST & W NORTH AVE", "intersection"),
        ("clark y north", "N CLARK ST & W NORTH AVE", "intersection"),
    ],
)
def test_what_is_typed_in_full_is_found_and_sure(reader: OpenReader, typed: str, name: str, detail: str) -> None:
    best = reader.suggest(typed)[0]
    assert (best.name, best.detail, best.sure) == (name, detail, True)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("1204 n stat st", "1200 block of N State St"),
        ("1204 state st", "1200 block of N State St"),  # or South State Street
        ("2004 milwakee ave", "2004 N MILWAUKEE AVE"),
        ("stat & divison", "N STATE ST & W DIVISION ST"),
        ("lincon park", "Lincoln Park"),
    ],
)
def test_misspelt_or_half_typed_is_found_and_not_sure(reader: OpenReader, typed: str, name: str) -> None:
    matches = reader.suggest(typed)
    assert name in [match.name for match in matches[:2]]
    assert not matches[0].sure


def test_a_street_without_direction_offers_both(reader: OpenReader) -> None:
    assert {"1200 block of N State St", "1200 block of S State St"} <= {
        match.name for match in reader.suggest("1250 state st")
    }


def test_the_nearest_number_is_said_to_be_the_nearest(reader: OpenReader) -> None:
    best = reader.suggest("2020 n milwaukee ave")[0]
    assert (best.name, best.detail, best.sure) == (
        "2010 N MILWAUKEE AVE",
        "nearest on record to 2020 on this street",
        False,
    )


def test_of_two_houses_equally_far_the_same_side_comes_first(reader: OpenReader) -> None:
    assert reader.suggest("2007 n milwaukee ave")[0].name in ("2004 N MILWAUKEE AVE", "2010 N MILWAUKEE AVE")
    assert reader.suggest("2003 n milwaukee ave")[0].name == "2004 N MILWAUKEE AVE"


def test_a_number_far_beyond_the_street_is_not_found_on_it(reader: OpenReader) -> None:
    assert reader.suggest("98765 n milwaukee ave") == ()


def test_a_street_alone_offers_its_crossings(reader: OpenReader) -> None:
    matches = reader.suggest("n clark st")
    assert {"N CLARK ST & W NORTH AVE", "N CLARK ST & W DIVISION ST"} <= {match.name for match in matches}
    assert not any(match.sure for match in matches)


@pytest.mark.parametrize("typed", ["", "   ", "xyzzy", "?!", "\x00", "qqqq & zzzz", "1 zzzzzzz"])
def test_what_is_like_nothing_finds_nothing(reader: OpenReader, typed: str) -> None:
    assert reader.suggest(typed) == ()


def test_an_entry_is_found_again_by_the_id_in_a_url(reader: OpenReader) -> None:
    match = reader.suggest("state & division")[0]
    found = reader.find(match.gazetteer_id)
    assert (found.name, found.lon, found.lat) == (match.name, match.lon, match.lat)
    with pytest.raises(NotFoundError, match="4711 is not in the gazetteer"):
        reader.find(4711)


def test_the_circle_round_an_entry_is_measured_in_metres_of_the_city(reader: OpenReader) -> None:
    match = reader.suggest("state & division")[0]
    (ring,) = reader.find_shape(match.gazetteer_id, 800)["coordinates"]
    lats = [lat for _, lat in ring]
    # 1 degree of latitude is 111.07 km at 42 degrees north.
    assert (max(lats) - min(lats)) / 2 * 111_070 == pytest.approx(800, rel=0.003)
    with pytest.raises(NotFoundError):
        reader.find_shape(4711, 800)


@settings(max_examples=100, deadline=None)
@given(typed=st.text(max_size=60))
def test_any_text_is_an_answer_and_never_an_error(reader: OpenReader, typed: str) -> None:
    assert len(reader.suggest(typed, limit=5)) <= 5


def test_an_area_is_named_with_its_number_and_a_code_is_met_whole(reader: OpenReader, database: TestDatabase) -> None:
    """ "beat 2" is no beat here, and not surely beat 22."""
    (best,) = (match for match in reader.suggest("beat 22") if match.sure)
    assert reader.choices().areas[best.area_id or 0].code == "22"
    assert not any(match.sure for match in reader.suggest("beat 2"))
    assert reader.entry_of_area(best.area_id or 0) == best.gazetteer_id
    assert reader.find(best.gazetteer_id).area_id == best.area_id


@pytest.mark.parametrize("typed", ["sector 22", "escuela ogden"])
def test_kinds_are_understood_in_every_language(reader: OpenReader, database: TestDatabase, typed: str) -> None:
    words = '{"es": {"labels": {"Police beat": "Sector policial", "Public school": "Escuela pública"}}}'
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("update open.city set words = %s", [words])
        found = suggest(connection, typed)
    assert found[0].name == {"sector 22": "Police beat 22", "escuela ogden": "Ogden Elementary"}[typed]


MORE_PLACES = """
    with city as (select st_setsrid(st_makepoint(447500 + n * 50, 4637500), 26916) as geom, * from (values
        (901, 1, 'hospital', 'Large hospital', 'Mercy Hospital', '{Old Mercy}'::text[], '60614'),
        (902, 2, 'hospital', 'Large hospital', 'County General', '{Cook County Hospital}', '60612'),
        (903, 3, 'landmark', 'Landmark', 'Ogden', '{}', null),
        (904, 4, 'landmark', 'Landmark', 'Ogden Tower', '{}', '60614'),
        (905, 5, 'landmark', 'Landmark', 'Ogdenville Hall', '{}', null),
        (906, 6, 'landmark', 'Landmark', 'Twin Pier', '{}', null),
        (907, 7, 'station', 'Bus station', 'Twin Pier', '{}', null)
    ) as v (place_id, n, kind, label, name, aliases, postcode)), place as (
        insert into open.place (place_id, kind, kind_label, name, geom) select place_id, kind, label, name, geom from city
    )
    insert into open.gazetteer (gazetteer_id, kind, name, key, place_id, geom, aliases, alias_keys, postcode)
    select place_id * 10 + 2, 'place', name, lower(name), place_id, geom, aliases, array(select lower(a) from unnest(aliases) a), postcode from city"""


@pytest.fixture(scope="module")
def landmarks(reader: OpenReader, database: TestDatabase) -> Iterator[Connection]:
    """The small city with hospitals and landmarks, for as long as nobody commits."""
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(MORE_PLACES)
        yield connection


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mercy hospital", "Mercy Hospital"),
        ("cook county hospital", "County General (Cook County Hospital)"),
        ("Ogden", "Ogden"),
        ("the ogden tower", "Ogden Tower"),
    ],
)
def test_a_place_is_surely_met_by_any_of_its_names(landmarks: Connection, typed: str, name: str) -> None:
    best = suggest(landmarks, typed)[0]
    assert (best.name, best.sure) == (name, True)


def test_what_is_called_so_stands_before_what_begins_so_before_what_is_only_alike(landmarks: Connection) -> None:
    found = [match.name for match in suggest(landmarks, "ogden") if match.kind == "place"]
    assert (
        found[0] == "Ogden" and set(found[1:3]) == {"Ogden Tower", "Ogden Elementary"} and found[3] == "Ogdenville Hall"
    )


@pytest.mark.parametrize("typed", ["hospital", "Hospitals", "large hospitals"])
def test_a_kind_alone_lists_its_places_and_is_sure_of_none(landmarks: Connection, typed: str) -> None:
    found = suggest(landmarks, typed)
    assert {match.name for match in found[:2]} == {"Mercy Hospital", "County General"}
    assert {match.detail for match in found[:2]} == {"Large hospital"} and not any(match.sure for match in found)


def test_a_postcode_lists_the_places_in_it_and_is_sure_of_none(landmarks: Connection) -> None:
    found = suggest(landmarks, "60614")
    assert {match.name for match in found} == {"Mercy Hospital (60614)", "Ogden Tower (60614)"}
    assert not any(match.sure for match in found)
    (only,) = suggest(landmarks, "60612")
    assert (only.name, only.sure) == ("County General (60612)", False)  # a hospital is not its postcode


@pytest.mark.parametrize("typed", ["twin pier", "ogde"])
def test_of_several_that_may_be_meant_none_is_sure(landmarks: Connection, typed: str) -> None:
    assert suggest(landmarks, typed) and not suggest(landmarks, typed)[0].sure
