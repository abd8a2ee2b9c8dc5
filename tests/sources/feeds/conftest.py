"""What the tests of feeds share: no waiting between attempts."""

from __future__ import annotations

import pytest

from hotspots.sources.feeds.portal import Patience


@pytest.fixture
def patience() -> Patience:
    """Four attempts, with no wait between them."""
    return Patience(attempts=4, first_wait_s=0.0, longest_wait_s=1.0)
