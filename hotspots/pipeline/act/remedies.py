"""The table of remedies, and what each did here so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from hotspots.errors import NotFoundError
from hotspots.sources.remedies import OWN_FILE, Remedy, read_remedies
from hotspots.store.server.connection import Connection
from hotspots.store.staff.effects import JudgedEffect, read_judged_effects
from hotspots_models.statistics.effects.meta_analysis import PooledEffect, pooled_effect

SHIPPED = Path(__file__).with_name("remedies.toml")


@dataclass(frozen=True, slots=True)
class RemedyHere:
    """A remedy with what its judged actions and plans did here, read together; None where none was judged with an interval."""

    remedy: Remedy
    here: PooledEffect | None
    judged: tuple[JudgedEffect, ...] = ()

    @property
    def without_bound(self) -> int:
        """Judged ones that cannot be read with the others: too few incidents for an interval."""
        return sum(one.log_ratio is None for one in self.judged)


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
    judged: dict[str, list[JudgedEffect]] = defaultdict(list)
    for one in read_judged_effects(connection):
        judged[one.remedy].append(one)
    return [RemedyHere(remedy, _together(judged[name]), tuple(judged[name])) for name, remedy in remedies(home).items()]


def _together(judged: list[JudgedEffect]) -> PooledEffect | None:
    bounded = [(one.log_ratio, one.se) for one in judged if one.log_ratio is not None and one.se is not None]
    return pooled_effect([ratio for ratio, _ in bounded], [se for _, se in bounded])
