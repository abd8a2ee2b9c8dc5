"""The tables of docs/security.md are what the attacks in the tests say of themselves."""

from tests.security_page import DOORS, PAGE, TABLE, attacks, page_with


def test_the_page_says_what_the_attacks_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with(attacks(), page), "run `python -m tests.security_page`"


def test_every_attack_stands_on_the_page_once() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert sorted(match["door"] for match in TABLE.finditer(page)) == sorted(DOORS)
    found = attacks()
    assert len(found) > 20
    assert [page.count(attack.row) for attack in found] == [1] * len(found)
