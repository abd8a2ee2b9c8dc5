"""``python -m tests.security_page``: write the tables of docs/security.md from the marks that attacks bear in the tests.

A test that attacks says so: ``@pytest.mark.attack("public", tried=…, now=…, before=…)``. What it says of now is what it asserts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "security.md"
DOORS = ("public", "concerns", "partners", "desk", "keys", "logs and files")
TABLE = re.compile(r"<!-- attacks: (?P<door>[a-z ]+) -->\n.*?<!-- end of attacks -->", re.DOTALL)


@dataclass(frozen=True)
class Attack:
    """A test that attacks: at which door, what it tries, what happens now, and what happened before it was mended."""

    door: str
    tried: str
    now: str
    before: str
    test: str

    @property
    def row(self) -> str:
        """Its line of the table."""
        return f"| {self.tried} | {self.before or '–'} | {self.now} | `{self.test}` |"


def attacks() -> list[Attack]:
    """Every test that bears the mark, by file and line."""
    return [attack for file in sorted(TESTS.rglob("test_*.py")) for attack in _of_file(file)]


def _of_file(file: Path) -> Iterator[Attack]:
    text = file.read_text(encoding="utf-8")
    if "pytest.mark.attack(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        for mark in getattr(node, "decorator_list", ()):
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.attack":
                assert isinstance(node, ast.FunctionDef)
                (door,) = (ast.literal_eval(one) for one in mark.args)
                said = {str(one.arg): ast.literal_eval(one.value) for one in mark.keywords}
                assert door in DOORS, f"{file}: no door is called {door}"
                yield Attack(door, said["tried"], said["now"], said.get("before", ""), node.name)


def page_with(found: list[Attack], page: str) -> str:
    """The page with its tables written anew."""

    def table(match: re.Match[str]) -> str:
        rows = [attack.row for attack in found if attack.door == match["door"]]
        return "\n".join([
            f"<!-- attacks: {match['door']} -->", "| attack | before | now | test |", "|---|---|---|---|", *rows, "<!-- end of attacks -->",
        ])  # fmt: skip

    return TABLE.sub(table, page)


if __name__ == "__main__":
    PAGE.write_text(page_with(attacks(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
