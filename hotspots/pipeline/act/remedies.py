"""The table of remedies, and what each did here so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from hotspots.errors import NotFoundError
from hotspots.sources.remedies import OWN_FILE, Remedy, read_remedies
from hotspots.store.server.connection import Connection
from hotspots.store.staff.actions import read_judged_effects
from hotspots_models.statistics.meta_analysis import PooledEffect, pooled_effect

SHIPPED = Path(__file__).with_name("remedies.toml")


@dataclass(frozen=True, slots=True)
class RemedyHere:
    """A remedy with what its judged actions did here; None where none was judged."""

    remedy: Remedy
    here: PooledEffect | None


def remedies(home: Path | None) -> dict[str, Remedy]:
    """The remedies by name. Raises InputError where the city's own file is wrong."""
    return read_remedies(SHIPPED, home=home)


def find_remedy(home: Path | None, name: str) -> Remedy:
    """One remedy. Raises NotFoundError."""
    known = remedies(home)
    if name not in known:
        raise NotFoundError(f"There is no remedy {name[:40]!r}: hotspots remedies shows the {len(known)} there are.")
    return known[name]


def copy_remedies(home: Path) -> Path:
    """Write the shipped table to `home` for the city to edit; a copy that is there stays. Return its path."""
    own = home / OWN_FILE
    if not own.exists():
        home.mkdir(parents=True, exist_ok=True)
        own.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    return own


def what_works_here(connection: Connection, home: Path | None) -> list[RemedyHere]:
    """Every remedy with the random-effects mean of all its actions that were judged by a design frozen before."""
    judged: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for remedy, log_ratio, se, _ in read_judged_effects(connection):
        judged[remedy][0].append(log_ratio)
        judged[remedy][1].append(se)
    return [RemedyHere(one, pooled_effect(*judged[name])) for name, one in remedies(home).items()]
