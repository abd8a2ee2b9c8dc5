"""Settings from the environment: read once at a door, passed down as arguments.

Every setting is an environment variable with the prefix ``HOTSPOTS_``; ``docs/operations.md`` lists them, held by a test.
"""

import os
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hotspots.errors import SettingsError

# As root the server's binaries run as the user "postgres", who cannot reach a folder under /root.
HOME_AS_ROOT = Path("/var/lib/hotspots")


def default_home() -> Path:
    """The data folder of this user: ``/var/lib/hotspots`` for root, else the user's data directory."""
    return HOME_AS_ROOT if os.geteuid() == 0 else platformdirs.user_data_path("hotspots")


class Settings(BaseSettings):
    """The settings of a deployment. Addresses of databases are secrets, since they hold passwords."""

    model_config = SettingsConfigDict(env_prefix="HOTSPOTS_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Field(default_factory=default_home, description="Data folder: embedded database, passwords, logs.")
    database_url: SecretStr | None = Field(
        None, description="Address of a PostgreSQL server to use in place of the embedded database, as its owner."
    )
    public_database_url: SecretStr | None = Field(
        None,
        description="Address that the public process logs in with; else the role hotspots_public of the same database.",
    )
    staff_database_url: SecretStr | None = Field(
        None,
        description="Address that the staff process logs in with; else the role hotspots_staff of the same database.",
    )
    desk_database_url: SecretStr | None = Field(
        None,
        description="Address that the staff desk's server logs in with; else the role hotspots_desk of the same database.",
    )
    alerts_database_url: SecretStr | None = Field(
        None,
        description="Address that the public process adds subscriptions with; else the role hotspots_alerts of the same database.",
    )
    mailer_database_url: SecretStr | None = Field(
        None,
        description="Address that `hotspots alerts send` logs in with; else the role hotspots_mailer of the same database.",
    )
    concerns_database_url: SecretStr | None = Field(
        None,
        description="Address that the public process adds concerns with; else the role hotspots_concerns of the same database.",
    )
    partners_database_url: SecretStr | None = Field(
        None,
        description="Address that the partners' server logs in with; else the role hotspots_partners of the same database.",
    )
    worker_database_url: SecretStr | None = Field(
        None,
        description="Address that `hotspots work` logs in with; else the role hotspots_worker of the same database.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server that sends the alerts, smtp://user:password@host:587 or smtps://…; without it there are none.",
    )
    mail_from: str | None = Field(
        None, pattern=r"^[^@\s<>,;:]+@[^@\s<>,;:]+$", description="Address that the alerts come from."
    )
    postgres_bin: Path | None = Field(
        None,
        description="Folder of initdb and pg_ctl for the embedded database; else the newest one with PostGIS is found.",
    )
    host: str = Field("127.0.0.1", description="Network address that the servers listen on.")
    public_port: int = Field(8050, ge=0, le=65535, description="Port of the public map and API.")
    staff_port: int = Field(8051, ge=0, le=65535, description="Port of the staff pages.")
    partners_port: int = Field(8052, ge=0, le=65535, description="Port of the partners' pages.")
    partners_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s?#'\"<>]+/?$",
        description="Address under which partners reach their pages; needed where the server does not listen on this machine only.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s?#'\"<>]+(/[^\s?#'\"<>]*)?$",
        description="Address under which visitors reach the public server, for links in feeds, sheets and mails.",
    )
    staff_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s?#'\"<>]+/?$",
        description="Address under which staff reach the desk; needed where it does not listen on this machine only.",
    )
    staff_day: date | None = Field(
        None,
        description="Day on which the desk stands, to train on old data; every page says so. Else today in the city's time zone.",
    )
    identity_provider: Path | None = Field(
        None,
        description="File that names the agency's identity provider (OpenID Connect) and which claims give which role.",
    )
    base_map_tiles: str | None = Field(
        None,
        pattern=r"^https?://[^/\s;,'\"]+/\S*\{z\}\S*$",
        description="Address of an online base map's image tiles with {z}, {x} and {y}; else the city's own layers.",
    )
    base_map_attribution: str = Field("", description="Whom to name for the online base map.")
    rate_limit: int = Field(
        600,
        ge=0,
        description="Requests a minute of one address to the data interface, each server process; 0: no limit.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="Word that Prometheus sends as a bearer token to read /metrics of a server; without it there is no such page.",
    )
    metrics_folder: Path | None = Field(
        None,
        description="Folder of text files with numbers about commands, for the node exporter's textfile collector.",
    )
    workers: int = Field(1, ge=1, description="Server processes of one door.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least important message that is logged; debug adds the traceback of an unexpected error."
    )
    log_json: bool = Field(False, description="Log one JSON object a line, for a log collector.")
    real_data: Path | None = Field(None, description="Folder of real cities' data for the tests that need it.")

    def partner_pages_url(self) -> str:
        """Address of the partners' pages, with a slash at its end; on this machine where none is set."""
        return f"{self.partners_url.rstrip('/')}/" if self.partners_url else f"http://localhost:{self.partners_port}/"

    def desk_url(self) -> str:
        """Address of the staff desk, with a slash at its end; on this machine where none is set."""
        return f"{self.staff_url.rstrip('/')}/" if self.staff_url else f"http://localhost:{self.staff_port}/"


def is_secret(annotation: Any) -> bool:
    """Whether a setting of this type is a secret, which no message repeats and no server is given unasked."""
    return annotation is SecretStr or SecretStr in get_args(annotation)


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    SettingsError
        Naming the variable and what is wrong with it.
    """
    try:
        settings = Settings()  # pyright: ignore[reportCallIssue]  (fields come from the environment)
    except ValidationError as error:
        first = error.errors()[0]
        name = "HOTSPOTS_" + "_".join(str(part) for part in first["loc"]).upper()
        field = Settings.model_fields.get(str(first["loc"][0]))
        value = "" if field is None or is_secret(field.annotation) else f"={first['input']!r}"
        raise SettingsError(f"{name}{value} does not work: {first['msg']}. See docs/operations.md.") from None
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})
