"""Names of columns as agencies write them: found whatever their case and blanks, or by another name the city file gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

NO_NAMES: Mapping[str, Sequence[str]] = {}


def plain(name: str) -> str:
    """A name without case and blanks."""
    return "".join(name.replace("\ufeff", "").split()).casefold()


def find_column(name: str, columns: Sequence[str], others: Mapping[str, Sequence[str]] = NO_NAMES) -> str | None:
    """The column of a file that a name of the city file means; None where it has none.

    A name as written wins over one that differs in case and blanks; then come the other names, in their order.
    """
    for wanted in (name, *others.get(name, ())):
        if wanted in columns:
            return wanted
        alike = [column for column in columns if plain(column) == plain(wanted)]
        if alike:
            return alike[0]
    return None


def renamed(
    wanted: Iterable[str], columns: Sequence[str], others: Mapping[str, Sequence[str]] = NO_NAMES
) -> dict[str, str]:
    """The columns of a file that are wanted, each with its name in the city file; in the order of the file's columns."""
    found = {name: column for name in wanted if (column := find_column(name, columns, others)) is not None}
    return {name: found[name] for name in sorted(found, key=lambda name: columns.index(found[name]))}
