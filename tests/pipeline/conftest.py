"""Fixtures of the verbs' tests."""

from collections.abc import Iterator

import pytest

from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database


@pytest.fixture
def empty(cluster: Settings) -> Iterator[TestDatabase]:
    """A migrated, empty database of this test alone."""
    with cloned_database(cluster, "test_empty") as database:
        yield database
