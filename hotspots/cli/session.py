"""Begin every command: read the settings once and set up the logs."""

from hotspots.logs import configure_logs
from hotspots.settings import Settings, read_settings


def begin_session() -> Settings:
    """Read the settings of this command from the environment, and log to standard error as they say."""
    settings = read_settings()
    configure_logs(settings)
    return settings


def person() -> str | None:
    """Return the name under which the user is logged in to the machine; None where it has none."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return None
