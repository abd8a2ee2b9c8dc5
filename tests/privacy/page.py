"""The page of the attacks: its table is what they found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hotspots.settings import Settings
from tests.privacy import attacks
from tests.privacy.attacks import Finding
from tests.privacy.differencing import cut_in_small_steps, watch_hidden_reports_come
from tests.privacy.endpoints import read_every_endpoint
from tests.privacy.place_words import name_the_door_by_the_sort_of_place
from tests.privacy.sequences import intersect_publications

PAGE = Path(__file__).parents[2] / "docs" / "privacy_attacks.md"
ATTACKS: dict[str, Callable[[Settings], Finding]] = {
    "Tell two truths apart": attacks.tell_two_truths_apart,
    "Recover points from a density": attacks.recover_points_from_a_density,
    "Count doors behind anchor and areas": attacks.count_doors_behind_anchor_and_areas,
    "Link by time, enumerate ids": attacks.link_by_time,
    "Difference two dumps": attacks.tell_why_a_row_went,
    "Name the door by the sort of place": name_the_door_by_the_sort_of_place,
    "Intersect many publications": intersect_publications,
    "Watch hidden reports come": watch_hidden_reports_come,
    "Cut in small steps": cut_in_small_steps,
    "Read every endpoint": read_every_endpoint,
}
HEAD = "| attack | what is tried | what it learns |\n|---|---|---|\n"


def row_of(name: str, learnt: str) -> str:
    """One line of the table; what is tried is the attack's own docstring."""
    return f"| {name} | {' '.join((ATTACKS[name].__doc__ or '').split())} | {learnt} |"


def page_with(findings: Mapping[str, Finding]) -> str:
    """The page with its table written anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(HEAD)
    after = rest[rest.find("\n\n") :] if "\n\n" in rest else "\n"
    rows = "\n".join(row_of(name, finding.learnt) for name, finding in findings.items())
    return f"{before}{HEAD}{rows}{after}"
