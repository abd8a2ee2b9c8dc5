"""People of the desk for tests: accounts enrolled through the real invitation, and sessions begun by the real sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from hotspots.domain.account import Person
from hotspots.pipeline.door import accounts, sign_in
from hotspots.pipeline.door.second_factor import STEP_S, SeedKey, new_seed
from hotspots.pipeline.door.secrets import hash_token
from hotspots.store.server.connection import Database
from hotspots.store.staff.door import Door

KEY = SeedKey("test", bytes(range(32)))
PASSWORD = "cedar lantern orbit quilt"
NOW_S = 1_700_000_000.0


@dataclass
class Enrolled:
    """An account with what its person knows. The clock moves on with every code."""

    name: str
    seed: str
    recovery_codes: tuple[str, ...]
    now_s: float = NOW_S

    def code(self) -> str:
        import pyotp

        self.now_s += STEP_S
        return pyotp.TOTP(self.seed).at(int(self.now_s))


def enrol(
    owner: Database,
    door: Door,
    name: str,
    role: str = "analyst",
    *,
    areas: tuple[str, ...] = (),
    all_areas: bool = True,
) -> Enrolled:
    """Add an account and accept its invitation."""
    token = accounts.add(owner, name=name, role=role, areas=areas, all_areas=all_areas and not areas)
    person = Enrolled(name, new_seed(), ())
    enrolled = sign_in.accept_invitation(
        door,
        token,
        password=PASSWORD,
        again=PASSWORD,
        seed=person.seed,
        code=person.code(),
        seed_key=KEY,
        now_s=person.now_s,
    )
    person.recovery_codes = enrolled.recovery_codes
    return person


def enter(door: Door, person: Enrolled, *, browser: str | None = None, network: str = "192.0.2.0/24") -> str:
    """Sign in; the session's token."""
    code = person.code()
    return sign_in.sign_in(
        door,
        name=person.name,
        password=PASSWORD,
        code=code,
        network=network,
        browser=browser,
        seed_key=KEY,
        now_s=person.now_s,
    ).token


def person_of(door: Door, token: str) -> Person:
    """Who holds a session that is alive."""
    person = door.person_of(hash_token(token))
    assert person is not None
    return person


def claim_accounts(owner: Database, **roles: str) -> None:
    """Accounts that commands act for with ``--as``, without a credential: role by name."""
    with owner.connect() as connection:
        for name, role in roles.items():
            connection.execute(
                "insert into door.account (process, name, role) values ('staff', %s, %s) on conflict do nothing",
                [name, role],
            )
