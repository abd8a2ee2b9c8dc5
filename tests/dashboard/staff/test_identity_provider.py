"""Sign-in by the agency's identity provider: what it vouches for gets in, once, in the browser that asked; nothing else does."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from pyotp.totp import TOTP

from hotspots.errors import SettingsError
from hotspots.pipeline.door import accounts
from hotspots.pipeline.door.provider import AGAIN, DISABLED, NO_FACTOR, NO_ROLE, ProviderDoor
from hotspots.sources.identity_provider.answers import AWAY, NOT_BELIEVED
from hotspots.sources.identity_provider.file import read_identity_provider
from hotspots.store.staff.door import Door
from hotspots_dashboard.server.desk import create_desk_server
from tests.database import TestDatabase
from tests.desk_people import KEY, enrol
from tests.live_server import served
from tests.provider_process import CLIENT, SECRET, Provider

ANALYST = {
    "sub": "007",
    "preferred_username": "Ana.Lyst@city.example",
    "groups": ["crime-analysts"],
    "amr": ["pwd", "mfa"],
}
FILE = """
issuer = "{issuer}"
client_id = "{client}"
client_secret = "{secret}"
label = "Sign in with the city's account"

[[role]]
claim = "groups"
value = "crime-analysts"
role = "analyst"
all_areas = true

[[role]]
claim = "groups"
value = "district-18"
role = "commander"
areas = ["district:18"]
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    with served(made.app()) as url:
        made.issuer = url
        yield made


@pytest.fixture(autouse=True)
def as_it_was(provider: Provider) -> None:
    provider.claims, provider.twist, provider.algorithm, provider.signs_with = (
        dict(ANALYST),
        lambda _: None,
        "RS256",
        None,
    )
    provider.status = 200


def provider_file(folder: Path, **values: str) -> Path:
    path = folder / "provider.toml"
    path.write_text(FILE.format(**values))
    return path


@pytest.fixture(scope="module")
def site(database: TestDatabase, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = provider_file(tmp_path_factory.mktemp("provider"), issuer=provider.issuer, client=CLIENT, secret=SECRET)
    with desk_of(database, path) as url:
        yield url


@contextmanager
def desk_of(database: TestDatabase, path: Path) -> Iterator[str]:
    door = ProviderDoor(read_identity_provider(path), back_url="")
    with served(create_desk_server(database.desk.open_pool(max_size=4), seed_key=KEY, provider=door)) as url:
        door.back_url = f"{url}/sign-in/provider/back"
        yield url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def browser(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Accept": "text/html"}, timeout=30)


def walk(client: httpx.Client, path: str = "/sign-in/provider") -> httpx.Response:
    """Go to the provider and come back: the last answer, which redirects no further to the provider."""
    gone = client.get(path)
    assert gone.status_code == 303, gone.text
    back = httpx.get(gone.headers["location"]).headers["location"]
    return client.get(back)


def problem(answer: httpx.Response) -> str:
    assert answer.status_code == 403
    return answer.text.partition('role="alert">')[2].partition("</p>")[0].replace("&#39;", "'")


def test_who_is_vouched_for_gets_in_with_the_role_of_the_claims(site: str, database: TestDatabase) -> None:
    with browser(site) as client:
        assert "Sign in with the city&#39;s account" in client.get("/sign-in").text
        answer = walk(client, "/sign-in/provider?next=/keys")
        assert answer.status_code == 303, problem(answer)
        assert answer.headers["location"] == "/keys"
        page = client.get("/keys").text
        assert "ana.lyst · analyst" in page
    with database.owner.connect() as connection:
        row = connection.execute("select count(*), min(subject) from door.identity").fetchone()
    assert row == (1, "007")


def test_a_name_that_is_taken_opens_no_other_account(site: str, provider: Provider, database: TestDatabase) -> None:
    with database.desk.open_pool(max_size=1) as pool:
        enrol(database.owner, Door(pool), "boss", "admin")
    provider.claims |= {"sub": "another", "preferred_username": "boss"}
    with browser(site) as client:
        walk(client)
        assert "boss-2 · analyst" in client.get("/keys").text


def test_a_new_role_ends_the_sessions_of_the_old_one(site: str, provider: Provider) -> None:
    provider.claims |= {"sub": "moved"}
    with browser(site) as old, browser(site) as new:
        walk(old)
        assert old.get("/keys").status_code == 200
        provider.claims |= {"groups": ["district-18"]}
        walk(new)
        assert "· commander" in new.get("/keys").text
        assert old.get("/keys").status_code == 303, "the analyst's session is over"


def test_an_answer_counts_once(site: str) -> None:
    with browser(site) as client:
        back = httpx.get(client.get("/sign-in/provider").headers["location"]).headers["location"]
        cookies = dict(client.cookies)
        assert client.get(back).status_code == 303
        replayed = httpx.get(back, cookies=cookies, headers={"Accept": "text/html"})
        assert problem(replayed) == AGAIN


def test_an_answer_counts_in_the_browser_that_asked(site: str) -> None:
    with browser(site) as client, browser(site) as other:
        back = httpx.get(client.get("/sign-in/provider").headers["location"]).headers["location"]
        other.get("/sign-in/provider")
        assert problem(other.get(back)) == AGAIN, "somebody else's sign-in, planted in this browser"
        assert problem(client.get(back)) == AGAIN, "and it is spent"


def test_a_code_of_another_sign_in_does_not_fit(site: str) -> None:
    with browser(site) as client, browser(site) as thief:
        stolen = httpx.get(client.get("/sign-in/provider").headers["location"]).headers["location"]
        own = httpx.get(thief.get("/sign-in/provider").headers["location"]).headers["location"]
        code, state = (httpx.URL(address).params[name] for address, name in ((stolen, "code"), (own, "state")))
        assert problem(thief.get("/sign-in/provider/back", params={"code": code, "state": state})) == NOT_BELIEVED


def test_a_sign_in_dies_after_ten_minutes(site: str, database: TestDatabase) -> None:
    with browser(site) as client:
        back = httpx.get(client.get("/sign-in/provider").headers["location"]).headers["location"]
        with database.owner.connect() as connection:
            connection.execute("update door.flow set expires_at = now()")
        assert problem(client.get(back)) == AGAIN


def later(claims: dict[str, Any]) -> None:
    claims["exp"] = int(time.time()) - 120


WRONG: dict[str, Any] = {
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "another desk": lambda claims: claims.update(aud="other"),
    "several, and for another": lambda claims: claims.update(aud=[CLIENT, "other"], azp="other"),
    "another sign-in": lambda claims: claims.update(nonce="replayed"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "over": later,
    "no end": lambda claims: claims.pop("exp"),
    "from the future": lambda claims: claims.update(iat=int(time.time()) + 3600),
    "no subject": lambda claims: claims.pop("sub"),
    "a subject that is a number": lambda claims: claims.update(sub=7),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_says_something_else_is_not_believed(site: str, provider: Provider, name: str) -> None:
    provider.twist = WRONG[name]
    with browser(site) as client:
        assert problem(walk(client)) == NOT_BELIEVED
        assert client.get("/keys").status_code == 303


@pytest.mark.parametrize("how", ["none", "HS256", "another key"])
def test_a_token_that_the_provider_did_not_sign_is_not_believed(site: str, provider: Provider, how: str) -> None:
    if how == "another key":
        provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        provider.algorithm = how
    with browser(site) as client:
        assert problem(walk(client)) == NOT_BELIEVED


def test_a_new_key_of_the_provider_is_asked_for(site: str, provider: Provider) -> None:
    with browser(site) as client:
        walk(client)
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    with browser(site) as client:
        assert walk(client).status_code == 303


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"sub": "x", "groups": ["gardeners"]}, NO_ROLE),
        ({"sub": "x", "groups": "crime-analysts-emeritus"}, NO_ROLE),
        ({"sub": "x", "groups": None}, NO_ROLE),
        ({"sub": "x", "amr": ["pwd"]}, NO_FACTOR),
        ({"sub": "x", "amr": None, "acr": "0"}, NO_FACTOR),
    ],
)
def test_without_role_or_second_factor_nobody_gets_in(
    site: str, provider: Provider, database: TestDatabase, claims: dict[str, Any], words: str
) -> None:
    provider.claims |= claims
    with browser(site) as client:
        assert problem(walk(client)) == words
    with database.owner.connect() as connection:
        assert connection.execute("select count(*) from door.identity where subject = 'x'").fetchone() == (0,)


def test_who_is_disabled_stays_disabled(site: str, provider: Provider, database: TestDatabase) -> None:
    provider.claims |= {"sub": "leaver", "preferred_username": "leaver"}
    with browser(site) as client:
        walk(client)
    accounts.disable(database.owner, "leaver")
    provider.claims |= {"groups": ["district-18"]}
    with browser(site) as client:
        assert problem(walk(client)) == DISABLED


def test_a_provider_that_is_away_leaves_the_other_way_in(database: TestDatabase, tmp_path: Path) -> None:
    path = provider_file(tmp_path, issuer=f"http://127.0.0.1:{free_port()}", client=CLIENT, secret=SECRET)
    with desk_of(database, path) as url, browser(url) as client:
        answer = client.get("/sign-in/provider")
        assert answer.status_code == 503 and AWAY in answer.text and 'name="password"' in answer.text


def test_a_provider_of_other_makers_lets_people_in(database: TestDatabase, tmp_path: Path) -> None:
    port = free_port()
    user = json.dumps({**ANALYST, "sub": "of-another-maker"})
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
        "--user-claims",
        user,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        path = provider_file(tmp_path, issuer=f"http://localhost:{port}", client=CLIENT, secret="any")
        with desk_of(database, path) as url, browser(url) as client:
            asked = client.get("/sign-in/provider").headers["location"]
            let_in = httpx.post(asked, data={"sub": "of-another-maker"})
            assert let_in.status_code in (302, 303), let_in.text
            assert client.get(let_in.headers["location"]).status_code == 303
            assert "· analyst" in client.get("/keys").text
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the provider did not start")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('issuer = "', 'issuer = "ftp://', "issuer .* must be an https address"),
        ('client_id = "desk"', "", "client_id is missing"),
        ('role = "analyst"', 'role = "king"', r"\[\[role\]\] 1 role 'king' does not exist"),
        ('areas = ["district:18"]', 'areas = "18"', r"\[\[role\]\] 2 areas must be a list"),
        ("label =", "lable =", "lable is not a key"),
        ("[[role]]", "[role]", "cannot be read"),
    ],
)
def test_a_file_that_does_not_do_is_said_in_one_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = provider_file(tmp_path, issuer="https://id.city.example", client=CLIENT, secret=SECRET)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SettingsError, match=words):
        read_identity_provider(path)


# A second factor of the desk's own, where the provider says of none ---------------------------------------------------


@pytest.fixture(scope="module")
def own_site(database: TestDatabase, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = provider_file(tmp_path_factory.mktemp("own"), issuer=provider.issuer, client=CLIENT, secret=SECRET)
    path.write_text("own_second_factor = true\n" + path.read_text())
    with desk_of(database, path) as url:
        yield url


def begun(client: httpx.Client, provider: Provider, subject: str) -> str:
    """Sign in at a provider that asks for a password alone; the page that asks for the desk's own code."""
    provider.claims |= {"sub": subject, "preferred_username": subject, "amr": ["pwd"]}
    answer = walk(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    return client.get("/sign-in/code").text


def shown(client: httpx.Client, url: str, seed: str, *, at_s: float, enrols: bool) -> httpx.Response:
    form = {"code": TOTP(seed).at(int(at_s)), **({"seed": seed} if enrols else {})}
    return client.post("/sign-in/code", data=form, headers={"Origin": url})


def enrolled(url: str, provider: Provider, subject: str) -> str:
    """Enrol at the first sign-in; the seed."""
    with browser(url) as client:
        found = re.search(r'name="seed" value="([A-Z2-7]{32})"', begun(client, provider, subject))
        assert found is not None
        assert client.get("/keys").status_code == 303  # nothing opens before the code
        assert shown(client, url, found[1], at_s=time.time() - 30, enrols=True).status_code == 303
        assert "· analyst" in client.get("/keys").text
        return found[1]


def test_the_first_sign_in_enrols_a_second_factor_and_each_later_one_asks_for_it(
    own_site: str, provider: Provider
) -> None:
    seed = enrolled(own_site, provider, "enroller")
    with browser(own_site) as client:
        page = begun(client, provider, "enroller")
        assert 'name="seed"' not in page and seed not in page
        assert shown(client, own_site, seed, at_s=time.time(), enrols=False).status_code == 303
        assert "· analyst" in client.get("/keys").text
    with browser(own_site) as client:  # the provider vouches for two factors: nothing more is asked
        provider.claims |= {"sub": "enroller", "amr": ["pwd", "mfa"]}
        assert walk(client).headers["location"] == "/"


@pytest.mark.attack(
    "desk",
    tried="with the provider's password alone: no code, wrong codes, a code twice, another seed, another browser, six tries",
    now="no session; five tries, then the sign-in at the provider again",
)
def test_the_providers_password_alone_opens_nothing(own_site: str, provider: Provider) -> None:
    seed = enrolled(own_site, provider, "victim")
    thief = "A" * 32
    with browser(own_site) as client:
        begun(client, provider, "victim")
        now = time.time()
        assert shown(client, own_site, thief, at_s=now, enrols=True).status_code == 403  # enrols over nobody
        assert shown(client, own_site, seed, at_s=now - 30, enrols=False).status_code == 403  # spent at enrolment
        for code in ("", "000000", "abcdef"):
            answer = client.post("/sign-in/code", data={"code": code}, headers={"Origin": own_site})
            assert answer.status_code in (403, 429)
        assert shown(client, own_site, seed, at_s=now, enrols=False).status_code in (403, 429)  # five tries are over
        assert client.get("/keys").status_code == 303
    with browser(own_site) as client, browser(own_site) as other:
        begun(client, provider, "second-victim")
        assert shown(other, own_site, thief, at_s=time.time(), enrols=True).status_code == 403  # has no cookie of it
        for bad in ("", "short", "a" * 32, "1" * 32):
            form = {"code": "000000", "seed": bad}
            assert client.post("/sign-in/code", data=form, headers={"Origin": own_site}).status_code == 403
        assert client.post("/sign-in/code", data={"code": "1", "seed": thief}).status_code == 403  # no page of the desk


def test_a_reset_forgets_the_second_factor(own_site: str, provider: Provider, database: TestDatabase) -> None:
    enrolled(own_site, provider, "forgetful")
    accounts.reset(database.owner, "forgetful")
    with browser(own_site) as client:
        assert 'name="seed"' in begun(client, provider, "forgetful")


def test_whether_the_desk_asks_for_its_own_is_true_or_false(tmp_path: Path) -> None:
    path = provider_file(tmp_path, issuer="https://id.city.example", client=CLIENT, secret=SECRET)
    path.write_text('own_second_factor = "yes"\n' + path.read_text())
    with pytest.raises(SettingsError, match="own_second_factor must be true or false"):
        read_identity_provider(path)
