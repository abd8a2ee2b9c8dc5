"""Who acts at the shell: an account that is there, within its rights; the audit says that it was claimed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

Person = Annotated[
    str, typer.Option("--as", help="Your account. The audit notes that the name was given at the command line.")
]


@contextmanager
def opened() -> Iterator[tuple[Any, Any]]:
    """A connection with the owner's key, and the settings."""
    from hotspots.cli.session import begin_session
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    with prepare_database(settings).connect() as connection:
        yield connection, settings


@contextmanager
def acting(person: str, needs: Any) -> Iterator[tuple[Any, Any]]:
    """A connection and the settings, for an account whose role has a permission.

    Raises
    ------
    InputError
        The word is no name of an account, the account is disabled, or its role does not do this.
    NotFoundError
        There is no such account.
    """
    from hotspots.pipeline.door.accounts import check_claim

    with opened() as (connection, settings):
        check_claim(connection, person, needs)
        yield connection, settings
