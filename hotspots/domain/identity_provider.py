"""The agency's identity provider as its file names it, and the role that a person's claims give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotspots.domain.account import Role

SECOND_FACTORS = ("mfa", "otp", "hwk", "sc")  # of RFC 8176: several factors, a one-time code, a key, a smart card
NAME = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Whoever holds a claim with a value gets a role and its areas."""

    claim: str
    value: str
    role: Role
    all_areas: bool
    areas: tuple[str, ...]

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claim is the value, or a list that holds it."""
        held = claims.get(self.claim)
        return self.value in held if isinstance(held, list) else held == self.value


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """How the desk asks the agency's provider.

    Attributes
    ----------
    label : the word on the button of the sign-in page.
    second_factor : values of ``amr`` or ``acr`` that say that a second factor was used.
    own_second_factor : whom the provider says no second factor of shows one of the desk's own; else they do not get in.
    rules : the first one that fits gives the role.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    label: str
    second_factor: tuple[str, ...]
    scopes: str
    rules: tuple[RoleRule, ...]
    own_second_factor: bool = False

    def rule_of(self, claims: Mapping[str, Any]) -> RoleRule | None:
        """The first rule that fits; None: no role, and no way in."""
        return next((rule for rule in self.rules if rule.fits(claims)), None)

    def saw_second_factor(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that a second factor was used."""
        used = claims.get("amr")
        said = [*(used if isinstance(used, list) else [used]), claims.get("acr")]
        return any(word in self.second_factor for word in said)


def account_name(claims: Mapping[str, Any]) -> str:
    """A name for a new account from what the provider calls the person; it is for people to read and identifies nobody."""
    wished = claims.get("preferred_username") or claims.get("name") or ""
    name = NAME.sub("-", str(wished).split("@")[0].lower()).strip("._-")
    return name[:36] if len(name) > 1 else "colleague"
