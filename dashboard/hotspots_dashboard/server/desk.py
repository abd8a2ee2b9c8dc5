"""The server of the staff desk: the guard, then the pages; no key but its own.

``uvicorn hotspots_dashboard.server.desk:create --factory`` (``hotspots serve staff`` does that).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from limits import RateLimitItemPerMinute
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.types import Scope

from hotspots.api.limits.bodies import BoundedRequests
from hotspots.api.limits.lanes import OneLane
from hotspots.api.limits.networks import NetworkNames
from hotspots.api.limits.rates import Rate
from hotspots.api.limits.turns import FairTurns
from hotspots.api.limits.whole_answers import WholeAnswers
from hotspots.errors import NotFoundError, SettingsError
from hotspots.logs import configure_logs, log_uncaught, take_over_libraries
from hotspots.pipeline.concerns.seal import ConcernKey, keep_concern_key
from hotspots.pipeline.door.provider import ProviderDoor
from hotspots.pipeline.door.second_factor import SeedKey, keep_seed_key
from hotspots.settings import read_settings
from hotspots.sources.identity_provider.file import read_identity_provider
from hotspots.store.public.city import read_city
from hotspots.store.server.connection import open_desk
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.door import Door
from hotspots_dashboard.public import create_app
from hotspots_dashboard.public.app import DeskParts
from hotspots_dashboard.public.shell import ASSETS
from hotspots_dashboard.server.callback_bodies import check_bodies
from hotspots_dashboard.server.metrics import MetricsPage, server_metrics
from hotspots_dashboard.server.packed_files import PackedFiles
from hotspots_dashboard.server.request_log import RequestLog
from hotspots_dashboard.server.security_headers import SecurityHeaders, content_policy
from hotspots_dashboard.staff import acting, pages
from hotspots_dashboard.staff.concerns.routes import register as register_concerns
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.staff.door.mails import register as register_mails
from hotspots_dashboard.staff.door.routes import DoorSettings
from hotspots_dashboard.staff.door.routes import register as register_door
from hotspots_dashboard.staff.guard import Cookies, Guard
from hotspots_dashboard.staff.map.head import desk_actions, desk_head
from hotspots_dashboard.staff.map.routes import register as register_map
from hotspots_dashboard.staff.partners.sharing import register as register_sharing

POOL_SIZE = 13
NETWORKS = NetworkNames()
LOG_FORM_RATE = RateLimitItemPerMinute(60)  # questions of one network to the log form, which asks for no account
STATIC = Path(__file__).parent.parent / "staff" / "static"
MAP = "/map/"


def create() -> Starlette:
    """Make the desk's server from the settings in the environment; a factory, called once by each server process."""
    settings = read_settings()
    configure_logs(settings)
    log_uncaught()
    return create_desk_server(
        open_desk(settings).open_pool(max_size=POOL_SIZE),
        seed_key=keep_seed_key(settings.home),
        own_url=settings.staff_url,
        fixed_day=settings.staff_day,
        home=settings.home,
        concern_key=keep_concern_key(settings.home),
        provider=None
        if settings.identity_provider is None
        else ProviderDoor(
            read_identity_provider(settings.identity_provider), f"{settings.desk_url()}sign-in/provider/back"
        ),
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
    )


def create_desk_server(
    pool: Any,
    *,
    seed_key: SeedKey,
    own_url: str | None = None,
    fixed_day: date | None = None,
    home: Path | None = None,
    concern_key: ConcernKey | None = None,
    provider: ProviderDoor | None = None,
    metrics_token: str | None = None,
) -> Starlette:
    """Make the desk's server over a pool of the desk's role, which it closes when it stops.

    Parameters
    ----------
    seed_key : SeedKey
        Encrypts the seeds of second factors.
    own_url : str, optional
        Address of the desk; without one it answers on this machine only.
    fixed_day : date, optional
        Day on which the desk stands; without one it is today.
    concern_key : ConcernKey, optional
        Opens the texts of residents' concerns; without one they stay closed.
    provider : ProviderDoor, optional
        The way through the agency's identity provider; without one people sign in by name, password and code.
    home : Path, optional
        Data folder, where the city may keep its own table of remedies.
    metrics_token : str, optional
        Who sends it reads ``/metrics``; without one there is no such page.

    Raises
    ------
    SettingsError
        A route, a rule of Flask or a callback has no permission.
    """
    take_over_libraries()
    door = Door(pool)
    service, is_invented = service_of(door)
    desk = Desk(door, service, is_invented, fixed_day)
    cookies = Cookies(secure=bool(own_url and own_url.startswith("https:")))
    reader = DeskReader(door, acting.current, fixed_day=fixed_day)
    register_door(desk, DoorSettings(cookies, seed_key, provider))
    register_mails(desk)
    register_map(desk, reader)
    pages.register(desk, reader, home, Rate(LOG_FORM_RATE).take)
    register_concerns(desk, reader, concern_key)
    register_sharing(desk)
    desk.files("/static/shared", ASSETS)
    desk.files("/static/desk", STATIC)
    parts = DeskParts(desk_head(desk), desk_actions, ("/static/desk/head.css",))
    app = create_app(reader, url_base=MAP, desk=parts)
    check_bodies(app)
    desk.dash(MAP, app, needs="points.read")

    return guarded_server(desk, pool, app, cookies=cookies, own_url=own_url, metrics_token=metrics_token)


def guarded_server(
    desk: Desk, pool: Any, app: Any | None, *, cookies: Cookies, own_url: str | None, metrics_token: str | None
) -> Starlette:
    """Serve the pages of a desk behind its guard, limits and headers; the server does not start with a gap in the rules."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        pool.close()

    server = Starlette(
        routes=desk.routes,
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders, policy=content_policy(app.csp_hashes() if app else [], None)),
            Middleware(BoundedRequests),
            Middleware(RequestLog, words=own_words(desk), metrics=server_metrics()),
            Middleware(MetricsPage, token=metrics_token),
            Middleware(Guard, desk=desk, cookies=cookies, own_url=own_url),
            Middleware(WholeAnswers, lanes=OneLane(FairTurns()), name_of=_whose),
            Middleware(PackedFiles),
            Middleware(GZipMiddleware, minimum_size=600, compresslevel=5),
        ],
    )
    check_rules(desk, server, app)
    return server


def _whose(scope: Scope) -> str:
    """Whose turn a request takes: a person's, who shares a network with colleagues, or a network's before the sign-in."""
    person = scope.get("hotspots.person")
    return NETWORKS.of(scope) if person is None else f"person {person.account_id}"


def check_rules(desk: Desk, server: Starlette, app: Any | None) -> None:
    """Raise SettingsError where a route, a rule of Flask or a callback of the server has no permission."""
    rules = {(rule.path, method) for rule in desk.rules for method in rule.methods}
    prefixes = tuple(rule.path for rule in desk.rules if rule.is_prefix)
    missing: list[str] = []
    for route in server.routes:
        if isinstance(route, Route):
            missing += [f"{method} {route.path}" for method in route.methods or () if (route.path, method) not in rules]
        elif not (isinstance(route, Mount) and (f"{route.path}/" in prefixes or not route.path)):
            missing.append(str(route))
    if app is not None:
        missing += [rule.rule for rule in app.server.url_map.iter_rules() if not rule.rule.startswith(prefixes)]
        missing += [output for output in app.callback_map if output not in desk.callbacks]
    if missing:
        raise SettingsError(f"The desk does not start: no permission is declared for {', '.join(missing)}.")


def own_words(desk: Desk) -> set[str]:
    """The words of our paths, which a log may hold."""
    return {"metrics", *(part for rule in desk.rules for part in rule.path.split("/") if "{" not in part)}


def service_of(door: Door) -> tuple[str, bool]:
    """The name of the city's service, and whether the city is invented."""
    with door.connection() as connection:
        try:
            city = read_city(connection)
        except NotFoundError:
            return "Nothing is published yet", False
    return city.service, city.invented
