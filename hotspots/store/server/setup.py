"""A database of this version: migrations, roles and grants in one call."""

from hotspots.settings import Settings
from hotspots.store.server.connection import Database, open_owner
from hotspots.store.server.migrate import migrate
from hotspots.store.server.roles import create_roles


def prepare_database(settings: Settings) -> Database:
    """Start the embedded database where it serves, bring it to this version, and return the owner's key.

    Safe to call before every command: it changes nothing where nothing is missing.
    """
    owner = open_owner(settings)
    migrate(owner)
    create_roles(owner, settings=settings)
    return owner
