"""Sign-in, second factor, invitations and links, against the real database with the desk's own key."""

from collections.abc import Iterator

import pyotp
import pytest

from hotspots.errors import InputError, SettingsError
from hotspots.pipeline.door import accounts, sign_in
from hotspots.pipeline.door.second_factor import (
    STEP_S,
    SeedKey,
    decrypt_seed,
    encrypt_seed,
    keep_seed_key,
    matching_step,
    new_seed,
)
from hotspots.pipeline.door.secrets import hash_password, hash_token, is_password, plain_code
from hotspots.store.staff.door import Door
from tests.database import TestDatabase
from tests.desk_people import KEY, NOW_S, PASSWORD, Enrolled, enrol, enter, person_of


@pytest.fixture(scope="module")
def door(database: TestDatabase) -> Iterator[Door]:
    with database.desk.open_pool(max_size=2) as pool:
        yield Door(pool)


@pytest.fixture(scope="module")
def jo(database: TestDatabase, door: Door) -> Enrolled:
    return enrol(database.owner, door, "jo")


def try_in(door: Door, person: Enrolled, **changes: str) -> sign_in.NewSession:
    given = {"name": person.name, "password": PASSWORD, "code": "000000", "network": "198.51.100.0/24", "browser": None}
    return sign_in.sign_in(door, **{**given, **changes}, seed_key=KEY, now_s=person.now_s)  # pyright: ignore[reportArgumentType]


def test_a_code_counts_once_and_one_step_early_or_late_is_taken(door: Door, jo: Enrolled) -> None:
    code = jo.code()
    assert person_of(door, try_in(door, jo, code=code).token).name == "jo"
    with pytest.raises(InputError, match="do not belong together"):
        try_in(door, jo, code=code)
    seed = new_seed()
    for steps, found in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        assert (matching_step(seed, pyotp.TOTP(seed).at(int(NOW_S) + steps * STEP_S), now_s=NOW_S) is not None) is found


def test_a_step_before_the_last_one_spent_is_refused(door: Door, jo: Enrolled) -> None:
    before, after = jo.code(), jo.code()
    try_in(door, jo, code=after)
    with pytest.raises(InputError):
        try_in(door, jo, code=before)


def test_a_recovery_code_counts_once_however_it_is_typed(door: Door, jo: Enrolled) -> None:
    typed = jo.recovery_codes[0].lower().replace("-", " ")
    try_in(door, jo, code=typed)
    with pytest.raises(InputError):
        try_in(door, jo, code=typed)
    assert plain_code("abcd efgh") == "ABCD-EFGH"


def test_the_words_are_the_same_for_a_wrong_name_password_and_code(door: Door, jo: Enrolled) -> None:
    words = set()
    for wrong in ({"name": "nobody"}, {"password": "another password"}, {"code": "123456"}):
        with pytest.raises(InputError) as refused:
            try_in(door, jo, **{"network": "203.0.113.0/24", "code": jo.code(), **wrong})
        words.add(str(refused.value))
    assert words == {sign_in.NOT_SIGNED_IN}


def test_failures_slow_down_by_account_and_network_and_not_a_known_browser(database: TestDatabase, door: Door) -> None:
    kim = enrol(database.owner, door, "kim")
    enter(door, kim, browser="kim's own", network="10.1.0.0/24")
    for _ in range(5):
        with pytest.raises(InputError, match="do not belong"):
            try_in(door, kim, network="10.2.0.0/24")
    with pytest.raises(sign_in.SlowDownError, match="The next one counts in"):
        try_in(door, kim, code=kim.code(), network="10.2.0.0/24")
    assert door.wait_s("kim", "10.3.0.0/24", None) == 0  # another network has its own allowance
    assert door.wait_s("kim", "10.2.0.0/24", hash_token("kim's own")) == 0
    enter(door, kim, browser="kim's own", network="10.2.0.0/24")  # nobody locks kim out from next door


def test_failures_from_many_networks_slow_the_account_too(door: Door) -> None:
    for n in range(20):
        door.note_failure("spread", f"10.9.{n}.0/24", None)
    assert 0 < door.wait_s("spread", "10.10.0.0/24", None) <= 2
    assert door.wait_s("somebody else", "10.10.0.0/24", None) == 0


def test_the_database_keeps_no_name_and_no_network_of_a_failure(database: TestDatabase, door: Door) -> None:
    door.note_failure("a password typed as a name", "10.77.0.0/24", None)
    with database.owner.connect() as connection:
        rows = connection.execute("select * from door.failure").fetchall()
    assert "password" not in str(rows) and "10.77" not in str(rows)


def test_a_disabled_account_is_out_at_once(database: TestDatabase, door: Door) -> None:
    lee = enrol(database.owner, door, "lee")
    token = enter(door, lee)
    accounts.disable(database.owner, "lee")
    assert door.person_of(hash_token(token)) is None
    with pytest.raises(InputError):
        enter(door, lee)
    with pytest.raises(InputError, match="is disabled"):
        accounts.reset(database.owner, "lee")


def test_a_reset_ends_sessions_and_leaves_nothing_but_the_invitation(database: TestDatabase, door: Door) -> None:
    max_ = enrol(database.owner, door, "max")
    token = enter(door, max_)
    invitation = accounts.reset(database.owner, "max")
    assert door.person_of(hash_token(token)) is None and door.credential_of("max") is None
    seed = new_seed()
    with pytest.raises(InputError, match="passwords differ"):
        sign_in.accept_invitation(door, invitation, password=PASSWORD, again="x", seed=seed, code="1", seed_key=KEY)
    with pytest.raises(InputError, match="it needs 12 to 200"):
        sign_in.accept_invitation(door, invitation, password="short", again="short", seed=seed, code="1", seed_key=KEY)
    with pytest.raises(InputError, match="The code does not match"):
        sign_in.accept_invitation(
            door, invitation, password=PASSWORD, again=PASSWORD, seed=seed, code="1", seed_key=KEY
        )
    code = pyotp.TOTP(seed).now()
    sign_in.accept_invitation(door, invitation, password=PASSWORD, again=PASSWORD, seed=seed, code=code, seed_key=KEY)
    with pytest.raises(InputError, match="used already"):
        sign_in.accept_invitation(
            door, invitation, password=PASSWORD, again=PASSWORD, seed=seed, code=code, seed_key=KEY
        )


def test_a_one_time_link_signs_in_once_and_is_no_invitation(database: TestDatabase, door: Door) -> None:
    tokens = accounts.demo_links(database.owner)
    assert set(tokens) == set(accounts.DEMO_ROLES)
    with pytest.raises(InputError):
        sign_in.accept_invitation(
            door, tokens["analyst"], password=PASSWORD, again=PASSWORD, seed=new_seed(), code="1", seed_key=KEY
        )
    session = sign_in.follow_link(door, tokens["analyst"], browser=None)
    assert person_of(door, session.token).role == "analyst"
    with pytest.raises(InputError, match="used already"):
        sign_in.follow_link(door, tokens["analyst"], browser=None)
    accounts.drop_demo_accounts(database.owner)
    assert door.person_of(hash_token(session.token)) is None


def test_a_link_dies_with_its_time(database: TestDatabase, door: Door) -> None:
    token = accounts.add(database.owner, name="late", role="admin", areas=(), all_areas=False)
    with database.owner.connect() as connection:
        connection.execute("update door.link set expires_at = now() - interval '1 second'")
    assert door.link_of(hash_token(token)) is None


def test_a_session_ends_by_itself(database: TestDatabase, door: Door, jo: Enrolled) -> None:
    for ending in ("seen_at = now() - interval '121 minutes'", "expires_at = now()", "ended_at = now()"):
        token = enter(door, jo)
        with database.owner.connect() as connection:
            connection.execute(f"update door.session set {ending} where token_hash = %s", [hash_token(token)])
        assert door.person_of(hash_token(token)) is None
    token = enter(door, jo)
    door.end_session(hash_token(token))
    assert door.person_of(hash_token(token)) is None


def test_the_functions_answer_no_other_login(database: TestDatabase, door: Door, jo: Enrolled) -> None:
    with database.owner.connect() as connection:  # even the owner's login is no process of the desk
        assert connection.execute("select * from door.credential_of('jo')").fetchall() == []
        connection.execute("update door.account set process = 'partners', role = 'partner' where name = 'jo'")
    assert door.credential_of("jo") is None
    with database.owner.connect() as connection:
        connection.execute("update door.account set process = 'staff', role = 'analyst' where name = 'jo'")
    assert door.credential_of("jo") is not None


def test_only_an_admin_sees_the_people_and_ends_their_sessions(
    database: TestDatabase, door: Door, jo: Enrolled
) -> None:
    from hotspots.store.staff.door import RefusedError

    boss = person_of(door, enter(door, enrol(database.owner, door, "boss", "admin", all_areas=False)))
    token = enter(door, jo)
    analyst = person_of(door, token)
    assert "jo" in {one.name for one in door.people(boss)} and door.people(analyst) == ()
    with pytest.raises(RefusedError, match="only an admin"):
        door.end_sessions_of(analyst, boss.account_id)
    assert door.end_sessions_of(boss, analyst.account_id) >= 1
    assert door.person_of(hash_token(token)) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "Jo Smith"}, "is no account name"),
        ({"name": "new", "role": "king"}, "--role king is not one of"),
        ({"name": "new", "areas": ("district:99",)}, "--area district:99 is not an area"),
        ({"name": "jo"}, "There is an account jo already"),
    ],
)
def test_what_an_account_cannot_be(database: TestDatabase, jo: Enrolled, given: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        accounts.add(database.owner, **{"role": "analyst", "areas": (), "all_areas": False, **given})  # pyright: ignore[reportArgumentType]


def test_a_seed_is_bound_to_its_account_and_its_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    seed = new_seed()
    stored = encrypt_seed(seed, account_id=7, key=KEY)
    assert seed.encode() not in stored and decrypt_seed(stored, account_id=7, key=KEY) == seed
    for account_id, key in ((8, KEY), (7, SeedKey("other", bytes(32)))):
        with pytest.raises(SettingsError, match="does not fit"):
            decrypt_seed(stored, account_id=account_id, key=key)
    home = tmp_path_factory.mktemp("home")
    made = keep_seed_key(home)
    assert keep_seed_key(home) == made and len(made.key) == 32
    assert (home / "keys" / "seeds").stat().st_mode & 0o077 == 0


def test_passwords_are_argon2id_and_a_missing_account_takes_the_same_check() -> None:
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$") and is_password(PASSWORD, kept) and not is_password("another one", kept)
    assert not is_password(PASSWORD, None) and not is_password(PASSWORD, "no hash")
