"""The public process: one FastAPI parent, the data interface under ``/api``, the pages last.

``uvicorn hotspots_dashboard.server.app:create --factory`` (``hotspots serve public`` does that).
"""

from __future__ import annotations

import gc
import sys
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from a2wsgi import WSGIMiddleware
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from hotspots.api.app import create_api, mount_api
from hotspots.api.base_url import site_path
from hotspots.api.limits.bodies import BoundedRequests
from hotspots.api.limits.lanes import AT_WORK, Lanes
from hotspots.api.limits.networks import network_address
from hotspots.api.limits.rates import RateLimit
from hotspots.api.limits.whole_answers import WholeAnswers
from hotspots.api.one_publication import OnePublication
from hotspots.api.open311 import WORDS as OPEN311_WORDS
from hotspots.api.open311 import Open311
from hotspots.api.openapi import describe
from hotspots.errors import DatabaseError, NotFoundError
from hotspots.logs import configure_logs, log_uncaught, take_over_libraries
from hotspots.settings import read_settings
from hotspots.store.concerns import ConcernIntake
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.work import counted
from hotspots.store.server.connection import open_alerts, open_concerns, open_public
from hotspots.store.subscriptions import SubscriptionDesk
from hotspots_dashboard.public import create_app
from hotspots_dashboard.public.concerns.pages import WORDS as CONCERN_WORDS
from hotspots_dashboard.public.concerns.pages import ConcernPages, takes_concerns
from hotspots_dashboard.public.pages import PAGES
from hotspots_dashboard.server.callback_bodies import check_bodies
from hotspots_dashboard.server.metrics import metrics_route, server_metrics
from hotspots_dashboard.server.packed_files import PackedFiles
from hotspots_dashboard.server.request_log import RequestLog
from hotspots_dashboard.server.security_headers import SecurityHeaders, content_policy
from hotspots_dashboard.server.under_path import UnderPath

POOL_SIZE = 12  # more than requests at work: who waits for a connection waits for a database that does not answer
DATABASE_WAIT_S = 1.5
SWITCH_S = 0.0005  # a thread at work keeps the others waiting: a tenth of Python's own, since a small answer needs a turn some ten times
HELD_BYTES = 256 * 1024 * 1024  # of incidents in the memory of a process: eighteen million of them, the newest ones
UNSEEN_S = 0.5
PATH_WORDS = (
    "area",
    "api",
    "assets",
    "download",
    "incidents.csv",
    "_dash-component-suites",
    "_dash-update-component",
    "_dash-layout",
    "docs",
    "metrics",
    "openapi.json",
)


def create() -> FastAPI:
    """Make the public server from the settings in the environment; a factory, called once by each server process."""
    sys.setswitchinterval(SWITCH_S)
    settings = read_settings()
    configure_logs(settings)
    log_uncaught()
    pool = open_public(settings).open_pool(max_size=POOL_SIZE, wait_s=DATABASE_WAIT_S)
    online = None
    if settings.base_map_tiles:
        online = {"tiles": settings.base_map_tiles, "attribution": settings.base_map_attribution}
    desk = None
    if settings.alerts_database_url and settings.public_url:
        desk = SubscriptionDesk(open_alerts(settings).open_pool(min_size=0, max_size=2, wait_s=DATABASE_WAIT_S))
    return create_server(
        pool,
        online_tiles=online,
        public_url=settings.public_url,
        rate_limit=settings.rate_limit,
        desk=desk,
        intake=ConcernIntake(open_concerns(settings).open_pool(min_size=0, max_size=2, wait_s=DATABASE_WAIT_S))
        if settings.concerns_database_url
        else None,
        unseen_s=UNSEEN_S,
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
    )


def create_server(
    pool: Any,
    *,
    online_tiles: dict[str, str] | None = None,
    public_url: str | None = None,
    rate_limit: int = 0,
    desk: SubscriptionDesk | None = None,
    intake: ConcernIntake | None = None,
    unseen_s: float = 0,
    metrics_token: str | None = None,
) -> FastAPI:
    """Make the public server over a pool of the public room, which it closes when it stops.

    Parameters
    ----------
    pool : psycopg_pool.ConnectionPool
        From ``hotspots.store.server.connection.open_public(settings).open_pool()``.
    online_tiles : mapping, optional
        ``tiles`` (an address with {z}/{x}/{y}) and ``attribution`` of an online base map.
    public_url : str, optional
        Where visitors reach the server, for links that leave it; its path is the one that pages and their files are asked under.
    rate_limit : int
        Requests a minute of one network, whatever it asks for; 0 is no limit.
    desk : SubscriptionDesk, optional
        Where subscriptions to e-mail alerts are kept, closed with the server; without one there are none.
    intake : ConcernIntake, optional
        Where residents' concerns are kept, closed with the server; without one there is no form.
    unseen_s : float
        How many seconds a publication may go unseen.
    metrics_token : str, optional
        Who sends it reads ``/metrics``; without one there is no such page.
    """
    take_over_libraries()
    reader = OpenReader(pool, held_bytes=HELD_BYTES, unseen_s=unseen_s)
    reader.takes_concerns = takes_concerns(intake)
    path = site_path(public_url)
    pages = create_app(reader, url_base=path, mounted_at="/", online_tiles=online_tiles, alerts=desk is not None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with suppress(NotFoundError, DatabaseError):  # then the pages themselves say what is wrong
            await to_thread(reader.recent.read)  # before anybody asks
        gc.collect()
        gc.freeze()  # what is here stays: looking through it again and again would hold everybody up
        yield
        pool.close()
        if desk is not None:
            desk.close()
        if intake is not None:
            intake.close()

    server = FastAPI(title="hotspots", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    api = create_api(reader, public_url=public_url, desk=desk)
    mount_api(server, api)
    check_bodies(pages)
    if metrics_token:
        server.add_route("/metrics", metrics_route(metrics_token), methods=["GET"], include_in_schema=False)
    server.router.routes += Open311(reader, intake, public_url=public_url).routes()
    concerns = ConcernPages(reader, intake, network_of=network_address, public_url=public_url, url_base=path)
    server.router.routes += concerns.routes()
    server.mount("/", WSGIMiddleware(counted(pages.server), workers=AT_WORK))  # pyright: ignore[reportArgumentType]  (WSGI types differ by name only)
    # The last one added is asked first.
    server.add_middleware(OnePublication)
    server.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=5)
    server.add_middleware(WholeAnswers, lanes=Lanes())
    server.add_middleware(PackedFiles)
    server.add_middleware(BoundedRequests)
    if rate_limit:
        server.add_middleware(RateLimit, per_minute=rate_limit)
    server.add_middleware(RequestLog, words=_own_words(api), metrics=server_metrics())
    server.add_middleware(SecurityHeaders, policy=content_policy(pages.csp_hashes(), online_tiles), locates=True)
    if path != "/":
        server.add_middleware(UnderPath, path=path)
    return server


def _own_words(api: FastAPI) -> set[str]:
    """The words of our paths, which a log may hold."""
    words = {part for path in describe(api)["paths"] for part in path.split("/") if "{" not in part}
    return {*words, *PAGES, *PATH_WORDS, *CONCERN_WORDS, *OPEN311_WORDS}
