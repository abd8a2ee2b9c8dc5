"""Read the file that names the agency's identity provider and the roles that its claims give."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hotspots.domain.account import ROLES
from hotspots.domain.identity_provider import SECOND_FACTORS, IdentityProvider, RoleRule
from hotspots.errors import SettingsError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def read_identity_provider(path: Path) -> IdentityProvider:
    """Read the file.

    Raises
    ------
    SettingsError
        It cannot be read, or says something that does not do: the message names the key.
    """

    def wrong(key: str, why: str) -> SettingsError:
        return SettingsError(f"HOTSPOTS_IDENTITY_PROVIDER {path}: {key} {why}. See docs/roles.md.")

    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise wrong("the file", f"cannot be read: {error}") from None
    unknown = set(given) - {
        "issuer",
        "client_id",
        "client_secret",
        "label",
        "second_factor",
        "own_second_factor",
        "scopes",
        "role",
    }
    if unknown:
        raise wrong(min(unknown), "is not a key of this file")
    for key in ("issuer", "client_id"):
        if not isinstance(given.get(key), str) or not given[key]:
            raise wrong(key, "is missing")
    for key in ("client_secret", "label", "scopes"):
        if not isinstance(given.get(key, ""), str):
            raise wrong(key, "must be a text")
    issuer = urlsplit(given["issuer"])
    if not (issuer.scheme == "https" or (issuer.scheme == "http" and issuer.hostname in LOOPBACK)) or issuer.query:
        raise wrong("issuer", f"{given['issuer']!r} must be an https address, as the provider writes it")
    factors = given.get("second_factor", list(SECOND_FACTORS))
    if not isinstance(factors, list) or not all(isinstance(word, str) and word for word in factors):
        raise wrong("second_factor", "must be a list of words")
    if not isinstance(given.get("own_second_factor", False), bool):
        raise wrong("own_second_factor", "must be true or false")
    rules = given.get("role", [])
    if not isinstance(rules, list) or not rules:
        raise wrong("[[role]]", "is missing: nobody would get in")
    return IdentityProvider(
        issuer=given["issuer"],
        client_id=given["client_id"],
        client_secret=given.get("client_secret"),
        label=given.get("label", "Sign in with your agency's account"),
        second_factor=tuple(factors),
        scopes=given.get("scopes", "openid profile"),
        rules=tuple(_rule(number, rule, wrong) for number, rule in enumerate(rules, 1)),
        own_second_factor=given.get("own_second_factor", False),
    )


def _rule(number: int, rule: Any, wrong: Any) -> RoleRule:
    where = f"[[role]] {number}"
    if not isinstance(rule, dict) or set(rule) - {"claim", "value", "role", "all_areas", "areas"}:
        raise wrong(where, "takes claim, value, role, all_areas and areas")
    for key in ("claim", "value"):
        if not isinstance(rule.get(key), str) or not rule[key]:
            raise wrong(f"{where} {key}", "is missing")
    if rule.get("role") not in ROLES:
        raise wrong(f"{where} role", f"{rule.get('role')!r} does not exist; there are {', '.join(ROLES)}")
    areas = rule.get("areas", [])
    if not isinstance(areas, list) or not all(
        isinstance(area, str) and re.fullmatch(r"[^:]+:.+", area) for area in areas
    ):
        raise wrong(f"{where} areas", 'must be a list such as ["district:18"]')
    if not isinstance(rule.get("all_areas", False), bool):
        raise wrong(f"{where} all_areas", "must be true or false")
    return RoleRule(rule["claim"], rule["value"], rule["role"], rule.get("all_areas", False), tuple(areas))
