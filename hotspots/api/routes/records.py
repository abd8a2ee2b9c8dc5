"""Records beside the incidents, such as calls for service: counts by whole month, never rows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hotspots.api import schemas
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_answer
from hotspots.api.provenance import provenance
from hotspots.store.public.reader import OpenReader


def make_router(reader: OpenReader) -> APIRouter:
    """Route of the counts of records."""
    router = APIRouter(tags=["counts"])

    @router.get("/records", responses=schemas.answers("Records"))
    def records(
        request: Request,
        kind: Annotated[str, Query(description="Kind of records, such as calls; left out, all.")] = "",
    ) -> Response:
        """Count records beside the incidents by whole month and area: begun by citizens, by officers, not known by whom.

        They are in no count of incidents. `area` null is the whole city. A null count is too small to publish, or would tell one that is.
        """
        months = reader.honest.record_months(kind or None)
        rows = [
            {
                "kind": row.kind,
                "label": row.label,
                "month": row.month,
                "area": None
                if row.area is None
                else {"kind": row.area.kind, "code": row.area.code, "name": row.area.name},
                "from_public": row.from_public,
                "from_police": row.from_police,
                "not_known": row.not_known,
            }
            for row in months
        ]
        return fresh(request, reader, lambda: json_answer({"records": rows, **provenance(request, reader)}))

    return router
