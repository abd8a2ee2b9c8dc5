"""``hotspots serve``: the web server of one room."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hotspots.settings import Settings

PUBLIC_SERVER = "hotspots_dashboard.server.app:create"  # by name: the doors do not import each other
PROTOCOL = "hotspots_dashboard.server.timed_protocol:TimedProtocol"
GRACE_S = 10  # what an answer that is being sent may take once the server was told to stop
KEEP_ALIVE_S = 75  # longer than a reader thinks between two looks: a new connection costs more than one that waits


def register(app: typer.Typer) -> None:
    """Add the command ``serve``."""
    app.command(name="serve")(serve_command)


def serve_command(
    room: Annotated[
        str, typer.Argument(help="public: the map and its data interface. The staff pages come later.")
    ] = "public",
    host: Annotated[
        str | None, typer.Option(help="Network address to listen on. [default: HOTSPOTS_HOST, 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port. [default: HOTSPOTS_PUBLIC_PORT, 8050]")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Server processes. [default: HOTSPOTS_WORKERS, 1]")] = None,
) -> None:
    """Serve the public map until Ctrl-C. Starts the embedded database where it does not run.

    The server logs in as the public role. It is started anew with an environment that holds no other key.

    Example: hotspots serve public --port 8080 --workers 2
    """
    from hotspots.cli.server_process import become_server
    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError

    settings = begin_session()
    if room != "public":
        raise InputError(f"{room!r} cannot be served; the room that can is public.")
    host, port = host or settings.host, port or settings.public_port
    check_free(host, port)
    title, keys = public_keys(settings)
    typer.echo(f"{title}: http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops it)", err=True)
    become_server(
        PUBLIC_SERVER,
        keys=keys,
        host=host,
        port=port,
        workers=workers or settings.workers,
        http=PROTOCOL,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )


def public_keys(settings: "Settings") -> tuple[str, dict[str, str]]:
    """The service's name, and the two keys that the public server needs: its own, and that of subscriptions where mails are set up."""
    from hotspots.errors import NotFoundError
    from hotspots.store.public.city import read_city
    from hotspots.store.server.connection import open_alerts, open_public
    from hotspots.store.server.setup import prepare_database

    if settings.public_database_url is None:
        prepare_database(settings)  # makes the public role where there is none
    public = open_public(settings)
    with public.connect() as connection:
        try:
            title = read_city(connection).service
        except NotFoundError:
            title = "Nothing is published yet (hotspots publish); the pages will say so"
    keys = {"HOTSPOTS_PUBLIC_DATABASE_URL": public.dsn}
    if settings.public_url and (settings.alerts_database_url or (settings.smtp_url and settings.mail_from)):
        keys["HOTSPOTS_ALERTS_DATABASE_URL"] = open_alerts(settings).dsn
    return title, keys


def check_free(host: str, port: int) -> None:
    """Raise InputError where nothing can listen there."""
    import socket

    from hotspots.errors import InputError

    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise InputError(
            f"--host {host}: {error.strerror}. Give an address of this machine, such as 127.0.0.1."
        ) from None
    with socket.socket(family, kind) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except OSError as error:
            raise InputError(
                f"--port {port} on {host} cannot be used: {error.strerror}. Choose another by --port."
            ) from None
