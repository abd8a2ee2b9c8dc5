"""The attacks of docs/privacy_attacks.md, run again: each holds, and learns what the page says."""

import pytest

from hotspots.settings import Settings
from tests.privacy.page import ATTACKS, PAGE, row_of


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_learns_what_the_page_says_and_no_more(cluster: Settings, name: str) -> None:
    finding = ATTACKS[name](cluster)
    assert finding.held, finding.learnt
    assert row_of(name, finding.learnt) in PAGE.read_text(encoding="utf-8").splitlines()
