"""Make the data interface: a FastAPI application that its parent mounts under ``/api``."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from hotspots.api.errors import register_errors
from hotspots.api.routes import description, feed, health, incidents, place_sheet, search, tiles
from hotspots.store.open_reader import OpenReader


def create_api(reader: OpenReader, *, public_url: str | None = None) -> FastAPI:
    """Make the interface over a reader of the public room. `public_url` is the address that links to the service start with."""
    api = FastAPI(
        title="Reported incidents: data interface",
        version=version("hotspots"),
        description="What the public map shows, as tiles, numbers and rows. Reported incidents are unproven reports.",
        docs_url=None,  # the usual page loads scripts from elsewhere
        redoc_url=None,
    )
    register_errors(api)
    for router in (
        tiles.make_router(reader),
        search.make_router(reader),
        incidents.make_router(reader),
        feed.make_router(reader, public_url=public_url),
        place_sheet.make_router(reader, public_url=public_url),
        health.make_router(reader),
        description.make_router(),
    ):
        api.include_router(router)
    return api
