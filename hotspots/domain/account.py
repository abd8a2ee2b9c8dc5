"""Who may do what at the staff desk: roles, permissions, and the person of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["analyst", "commander", "prevention", "auditor", "admin", "partner"]
ROLES: tuple[Role, ...] = get_args(Role)[:-1]  # of the staff desk; a partner signs in elsewhere

Permission = Literal[
    "points.read",
    "statistics.read",
    "place.read",
    "place.write",
    "list.read",
    "list.make",
    "list.issue",
    "briefing.read",
    "visits.log",
    "packet.make",
    "plan.read",
    "plan.boxes",
    "plan.draft",
    "plan.approve",
    "problem.read",
    "problem.write",
    "design.freeze",
    "effect.sign",
    "concern.read",
    "concern.write",
    "share.write",
    "share.read",
    "share.answer",
    "data.read",
    "rows.export",
    "audit.read",
    "people.read",
    "people.write",
    "session",
]

_ACTING: frozenset[Permission] = frozenset(
    {
        "session", "audit.read", "statistics.read", "place.read", "list.read", "briefing.read", "data.read", "packet.make", "plan.read",
        "problem.read", "problem.write", "concern.read",
    }
)  # fmt: skip
_SEES_AUDIT: frozenset[Permission] = frozenset({"session", "audit.read"})
# Every role reads its own lines of the audit; an auditor reads all (the database decides which).
_WRITES: dict[Role, frozenset[Permission]] = {
    "analyst": frozenset(
        {
            "points.read",
            "place.write",
            "list.make",
            "list.issue",
            "visits.log",
            "rows.export",
            "plan.boxes",
            "plan.draft",
            "design.freeze",
            "effect.sign",
        }
    ),
    "commander": frozenset({"points.read", "place.write", "visits.log", "plan.approve"}),
    "prevention": frozenset(
        {"place.write", "list.issue", "plan.boxes", "design.freeze", "effect.sign", "concern.write", "share.write"}
    ),
    "auditor": frozenset({"problem.read"}),
    "admin": frozenset({"people.read", "people.write"}),
}
# Whoever sends cars sees no box that is OFF (plan.boxes): it would be visited after all.
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: own | (_SEES_AUDIT if role in ("auditor", "admin") else _ACTING) for role, own in _WRITES.items()
}
PERMISSIONS["partner"] = frozenset({"session", "share.read", "share.answer"})
READS_POINTS: tuple[Role, ...] = tuple(role for role in ROLES if "points.read" in PERMISSIONS[role])


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a session.

    Attributes
    ----------
    token_hash : SHA-256 of the session's token, in hexadecimal; the database looks for it in every transaction.
    areas : the areas whose incidents this person reads, as ``kind:code``; without meaning where `all_areas`.
    """

    session_id: int
    account_id: int
    name: str
    role: Role
    all_areas: bool
    areas: tuple[str, ...]
    is_demo: bool
    token_hash: str

    @property
    def ground(self) -> tuple[str, ...] | None:
        """The areas that this person works in, as ``kind:code``; None is the whole city."""
        return None if self.all_areas else self.areas

    def may(self, permission: Permission) -> bool:
        """Whether the role of this person has a permission."""
        return permission in PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True)
class Credential:
    """The stored secrets of an account; the seed is encrypted."""

    account_id: int
    role: Role
    password_hash: str
    totp_seed: bytes
    totp_key_id: str
