"""``hotspots serve``: the public map, the staff desk, or the partners' pages."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hotspots.settings import Settings

PUBLIC_SERVER = "hotspots_dashboard.server.app:create"  # by name: the doors do not import each other
DESK_SERVER = "hotspots_dashboard.server.desk:create"
PARTNER_SERVER = "hotspots_dashboard.server.partners:create"
PROTOCOL = "hotspots_dashboard.server.timed_protocol:TimedProtocol"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GRACE_S = 10  # what an answer that is being sent may take once the server was told to stop
KEEP_ALIVE_S = 75  # longer than a reader thinks between two looks: a new connection costs more than one that waits


def register(app: typer.Typer) -> None:
    """Add the command ``serve``."""
    app.command(name="serve")(serve_command)


def serve_command(
    room: Annotated[
        str,
        typer.Argument(
            help="public: the map and its data interface. staff: the desk of analysts and commanders. partners: what they share."
        ),
    ] = "public",
    host: Annotated[
        str | None, typer.Option(help="Network address to listen on. [default: HOTSPOTS_HOST, 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            help="Port. [default: HOTSPOTS_PUBLIC_PORT, 8050; HOTSPOTS_STAFF_PORT, 8051; HOTSPOTS_PARTNERS_PORT, 8052]",
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Server processes. [default: HOTSPOTS_WORKERS, 1]")] = None,
) -> None:
    """Serve the public map, the staff desk, or the partners' pages, until Ctrl-C. Starts the embedded database if it is not running.

    Each server logs in with a role of its own. It is started anew with an environment that holds no other key.

    Example: hotspots serve public --port 8080 --workers 2

    Example: hotspots serve staff
    """
    from hotspots.cli.server_process import become_server
    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError

    settings = begin_session()
    if room not in ("public", "staff", "partners"):
        raise InputError(f"{room!r} cannot be served; there are public, staff and partners.")
    is_desk = room != "public"
    ports = {"public": settings.public_port, "staff": settings.staff_port, "partners": settings.partners_port}
    host, port = host or settings.host, port or ports[room]
    own_url = {"staff": settings.staff_url, "partners": settings.partners_url}.get(room)
    if is_desk and host not in LOOPBACK and own_url is None:
        name = "desk" if room == "staff" else "partners"
        raise InputError(
            f"--host {host}: this server answers other machines only under an address of its own. Set HOTSPOTS_{room.upper()}_URL, such "
            f"as https://{name}.example.org, to where they reach it."
        )
    check_free(host, port)
    workers = workers or settings.workers
    make_keys = {"public": public_keys, "staff": desk_keys, "partners": partner_keys}[room]
    title, keys = make_keys(settings)
    url = own_url or f"http://{_url_host(host, is_desk=is_desk)}:{port}/"
    typer.echo(f"{title}: {url} (Ctrl-C stops it)", err=True)
    become_server(
        {"public": PUBLIC_SERVER, "staff": DESK_SERVER, "partners": PARTNER_SERVER}[room],
        keys={**keys, **metrics_keys(settings, workers=workers)},
        **server_options(host=host, port=port, workers=workers),
    )


def server_options(*, host: str, port: int, workers: int) -> dict[str, Any]:
    """The options of uvicorn for each server."""
    return {
        "host": host,
        "port": port,
        "workers": workers,
        "http": PROTOCOL,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_S,
        "timeout_keep_alive": KEEP_ALIVE_S,
    }


def metrics_keys(settings: "Settings", *, workers: int) -> dict[str, str]:
    """The settings of a server that tells numbers about itself: the word that opens the page, and a folder that its processes share."""
    import tempfile

    if settings.metrics_token is None:
        return {}
    keys = {"HOTSPOTS_METRICS_TOKEN": settings.metrics_token.get_secret_value()}
    if workers > 1:
        keys["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="hotspots-metrics-")
    return keys


def desk_keys(settings: "Settings") -> tuple[str, dict[str, str]]:
    """The desk's name, and the one key that its server needs."""
    from hotspots.pipeline.concerns.seal import offer_key
    from hotspots.store.server.connection import open_desk
    from hotspots.store.server.setup import prepare_database

    if settings.desk_database_url is None:
        offer_key(prepare_database(settings), settings.home)  # makes the desk's role where there is none
    return "Staff desk", {"HOTSPOTS_DESK_DATABASE_URL": open_desk(settings).dsn}


def partner_keys(settings: "Settings") -> tuple[str, dict[str, str]]:
    """The name of the partners' pages, and the one key that their server needs."""
    from hotspots.store.server.connection import open_partners
    from hotspots.store.server.setup import prepare_database

    if settings.partners_database_url is None:
        prepare_database(settings)  # makes the partners' role where there is none
    return "Partners", {"HOTSPOTS_PARTNERS_DATABASE_URL": open_partners(settings).dsn}


def _url_host(host: str, *, is_desk: bool) -> str:
    if is_desk and host in LOOPBACK:
        return "localhost"  # 127.0.0.1 is the public map's, and they share no cookie
    return f"[{host}]" if ":" in host else host


def public_keys(settings: "Settings") -> tuple[str, dict[str, str]]:
    """The service's name, and the two keys that the public server needs: its own, and that of subscriptions where mails are set up."""
    from hotspots.errors import NotFoundError
    from hotspots.store.public.city import read_city
    from hotspots.store.server.connection import open_alerts, open_concerns, open_public
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
    if (
        settings.concerns_database_url or settings.public_database_url is None
    ):  # a machine with the public key alone has no form
        keys["HOTSPOTS_CONCERNS_DATABASE_URL"] = open_concerns(settings).dsn
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
