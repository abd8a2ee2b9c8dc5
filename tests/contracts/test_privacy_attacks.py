"""The page of the attacks names every attack as it is, and no other."""

import re

from tests.privacy.page import ATTACKS, PAGE, row_of


def test_the_page_has_a_line_for_every_attack_and_for_nothing_else() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").split("\n## ")[0].splitlines() if line.startswith("| ")]
    names = [re.split(r" \| ", row.removeprefix("| "))[0] for row in rows[1:]]
    assert names == list(ATTACKS)
    for row, name in zip(rows[1:], names, strict=True):
        assert row.startswith(row_of(name, "").removesuffix(" |")), "run `python -m tests.privacy`"
