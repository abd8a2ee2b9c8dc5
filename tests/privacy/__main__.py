"""``python -m tests.privacy``: run every attack and write what it learnt into docs/privacy_attacks.md."""

from __future__ import annotations

from tests.database import migrated_cluster
from tests.privacy.page import ATTACKS, PAGE, page_with

if __name__ == "__main__":
    with migrated_cluster() as cluster:
        findings = {name: attack(cluster) for name, attack in ATTACKS.items()}
    for name, finding in findings.items():
        print(f"{'held' if finding.held else 'BROKEN'}  {name}: {finding.learnt}")
    PAGE.write_text(page_with(findings), encoding="utf-8")
