"""The public process: one FastAPI parent, the data interface under ``/api``, the pages last.

``uvicorn hotspots_dashboard.server.app:create --factory`` (``hotspots serve public`` does that).
"""

from __future__ import annotations

import logging
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from a2wsgi import WSGIMiddleware
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from hotspots.api.app import create_api, mount_api
from hotspots.errors import DatabaseError, NotFoundError
from hotspots.logs import configure_logs
from hotspots.settings import read_settings
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_alerts, open_public
from hotspots.store.subscriptions import SubscriptionDesk
from hotspots_dashboard.public import create_app
from hotspots_dashboard.server.compression import KeptCompression
from hotspots_dashboard.server.security_headers import SecurityHeaders, content_policy

POOL_SIZE = 12
PAGE_THREADS = 10
RECENT_DAYS = (
    3 * 366
)  # held in memory: the last days, the same days last year, and what came before them; 14 bytes an incident
UNSEEN_S = 0.5


def create() -> FastAPI:
    """Make the public server from the settings in the environment; a factory, called once by each server process."""
    settings = read_settings()
    configure_logs(settings)
    pool = open_public(settings).open_pool(max_size=POOL_SIZE)
    online = None
    if settings.base_map_tiles:
        online = {"tiles": settings.base_map_tiles, "attribution": settings.base_map_attribution}
    desk = None
    if settings.alerts_database_url and settings.public_url:
        desk = SubscriptionDesk(open_alerts(settings).open_pool(min_size=0, max_size=2))
    return create_server(
        pool,
        online_tiles=online,
        public_url=settings.public_url,
        rate_limit=settings.rate_limit,
        desk=desk,
        unseen_s=UNSEEN_S,
    )


def create_server(
    pool: Any,
    *,
    online_tiles: dict[str, str] | None = None,
    public_url: str | None = None,
    rate_limit: int = 0,
    desk: SubscriptionDesk | None = None,
    unseen_s: float = 0,
) -> FastAPI:
    """Make the public server over a pool of the public room, which it closes when it stops.

    Parameters
    ----------
    pool : psycopg_pool.ConnectionPool
        From ``hotspots.store.server.connection.open_public(settings).open_pool()``.
    online_tiles : mapping, optional
        ``tiles`` (an address with {z}/{x}/{y}) and ``attribution`` of an online base map.
    public_url : str, optional
        Where visitors reach the server, for links that leave it.
    rate_limit : int
        Requests a minute of one address to the data interface; 0 is no limit.
    desk : SubscriptionDesk, optional
        Where subscriptions to e-mail alerts are kept, closed with the server; without one there are none.
    unseen_s : float
        How many seconds a publication may go unseen.
    """
    _keep_queries_out_of_logs()
    reader = OpenReader(pool, recent_days=RECENT_DAYS, unseen_s=unseen_s)
    pages = create_app(reader, online_tiles=online_tiles, alerts=desk is not None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with suppress(NotFoundError, DatabaseError):  # then the pages themselves say what is wrong
            await to_thread(reader.recent.read)  # before anybody asks
        yield
        pool.close()
        if desk is not None:
            desk.close()

    server = FastAPI(title="hotspots", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    mount_api(server, create_api(reader, rate_limit=rate_limit, public_url=public_url, desk=desk))
    server.mount("/", WSGIMiddleware(pages.server, workers=PAGE_THREADS))  # pyright: ignore[reportArgumentType]  (WSGI types differ by name only)
    server.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=5)
    server.add_middleware(KeptCompression)
    server.add_middleware(SecurityHeaders, policy=content_policy(pages.csp_hashes(), online_tiles))
    return server


class _WithoutQuery(logging.Filter):
    """A filter in an address says where somebody lives: the log gets the path only."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) >= 3:
            record.args = tuple(
                part.split("?", 1)[0] if at == 2 and isinstance(part, str) else part
                for at, part in enumerate(record.args)
            )
        return True


def _keep_queries_out_of_logs() -> None:
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(one, _WithoutQuery) for one in log.filters):
        log.addFilter(_WithoutQuery())
