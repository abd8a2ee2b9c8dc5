"""Make the data interface: a FastAPI application that its parent mounts under ``/api``."""

from __future__ import annotations

import re
from importlib.metadata import version
from inspect import iscoroutinefunction

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.routing import Mount

from hotspots.api.cross_origin import CrossOrigin
from hotspots.api.errors import register_errors
from hotspots.api.filter_parameters import only_known_parameters
from hotspots.api.openapi import allowed_methods
from hotspots.api.routes import (
    boundary,
    collections,
    counts,
    description,
    downloads,
    feed,
    health,
    items,
    landing,
    place_sheet,
    records,
    search,
    subscriptions,
    tiles,
)
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.work import counted
from hotspots.store.subscriptions import SubscriptionDesk


def create_api(reader: OpenReader, *, public_url: str | None = None, desk: SubscriptionDesk | None = None) -> FastAPI:
    """Make the interface over a reader of the public room.

    Parameters
    ----------
    public_url : where visitors reach the service, for links that leave it; else the address that was asked.
    desk : where subscriptions to e-mail alerts are kept; without one there are none.
    """
    api = FastAPI(
        title="Reported incidents: data interface",
        version=version("hotspots"),
        description="What the public map shows, as features, numbers and tiles. Reported incidents are unproven reports.",
        openapi_url=None,  # described by a route of our own
        docs_url=None,  # the usual page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(only_known_parameters)],
    )
    api.state.public_url = public_url
    register_errors(api, allowed=allowed_methods)
    for router in (
        landing.make_router(reader),
        collections.make_router(reader),
        items.make_router(reader),
        downloads.make_router(reader),
        counts.make_router(reader),
        records.make_router(reader),
        tiles.make_router(reader),
        search.make_router(reader),
        boundary.make_router(reader, public_url=public_url),
        feed.make_router(reader, public_url=public_url),
        place_sheet.make_router(reader, public_url=public_url),
        subscriptions.make_router(reader, desk),
        health.make_router(reader),
        description.make_router(),
    ):
        for route in router.routes:
            if isinstance(route, APIRoute) and not iscoroutinefunction(route.endpoint):
                route.endpoint = counted(route.endpoint)
        api.include_router(router)
    api.add_middleware(CrossOrigin)
    return api


def mount_api(server: FastAPI, api: FastAPI, *, path: str = "/api") -> None:
    """Put the interface under a path of a server; the path without its slash leads there too."""

    def to_landing(_: Request) -> RedirectResponse:
        return RedirectResponse(
            f"{path.rpartition('/')[2]}/", status_code=308
        )  # relative: a proxy may have taken a path off

    server.add_route(path, to_landing, methods=["GET"], include_in_schema=False)
    mounted = Mount(path, app=api)
    # A line break in a path is ours to refuse too.
    mounted.path_regex = re.compile(rf"^{path}/(?P<path>.*)$", re.DOTALL)
    server.router.routes.append(mounted)
