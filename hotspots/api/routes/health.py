"""Whether the service answers, for whoever watches it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from hotspots.api.errors import PROBLEMS
from hotspots.store.public.reader import OpenReader


def make_router(reader: OpenReader) -> APIRouter:
    """Route of the health check."""
    router = APIRouter(tags=["health"], responses=PROBLEMS)

    @router.get("/health")
    def health(response: Response) -> Any:
        """Answers 200 where the database answers and something is published; says when each live feed last answered."""
        response.headers["Cache-Control"] = "no-store"
        vintage = reader.vintage()
        return {
            "status": "ok",
            "vintage": vintage.vintage_id,
            "known_on": vintage.known_on,
            "newest_day": vintage.newest_day,
            "newest_incident": reader.newest_incident(),
            "incidents": vintage.incidents,
            "gaps": [{"first_day": gap.start, "last_day": gap.last_day} for gap in vintage.gaps],
            "feeds": [asdict(feed) for feed in reader.feeds()],
        }

    return router
