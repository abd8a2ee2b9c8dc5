"""The district that a page is about: named in its address, else a commander's own. Pages reach 500 m across its border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotspots.domain.account import Person
from hotspots.domain.public_answer import Area, AreaKind
from hotspots.errors import InputError, NotFoundError
from hotspots.store.staff.desk.reader import DeskReader

ALL = "all"  # in an address: the whole city, also for who has a district


@dataclass(frozen=True, slots=True)
class Districts:
    """The districts that a page may choose among, and the chosen one; `chosen` None is the whole city."""

    kind: AreaKind | None
    choices: tuple[Area, ...]
    chosen: Area | None

    @property
    def area_id(self) -> int | None:
        """The chosen district's number."""
        return self.chosen.area_id if self.chosen else None

    @property
    def asked(self) -> str:
        """The chosen district as lists and Change name an area; empty for the whole city."""
        return f"{self.chosen.kind}:{self.chosen.code}" if self.chosen else ""

    @property
    def words(self) -> str:
        """The ground of the page in words."""
        return self.chosen.name if self.chosen else "the whole city"


def districts_of(reader: DeskReader, person: Person, query: Mapping[str, str]) -> Districts:
    """The districts of the city's calendar, and the one that the address names, else the person's own.

    Raises
    ------
    InputError
        The address names a district that there is not.
    """
    try:
        kinds = {one.kind: one for one in reader.choices().area_kinds}
    except NotFoundError:
        kinds = {}
    kind = kinds.get(reader.calendar().districts or "")
    choices = tuple(area for area in kind.areas if area.is_current) if kind else ()
    asked = query.get("district", "")
    if asked == ALL:
        return Districts(kind, choices, None)
    if asked:
        chosen = next((area for area in choices if area.code == asked), None)
        if chosen is None:
            raise InputError(f"district: there is no district {asked[:30]!r}; choose one of the list.")
        return Districts(kind, choices, chosen)
    own = [area for area in choices if not person.all_areas and f"{area.kind}:{area.code}" in person.areas]
    return Districts(kind, choices, own[0] if len(own) == 1 else None)
