"""How many reported incidents match: in all, and as a series by day, week, month, crime type or area."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from hotspots.api import schemas
from hotspots.api.filter_parameters import filter_parameters, read_question
from hotspots.api.formats import choose_format
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_answer
from hotspots.api.provenance import provenance, provenance_headers
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Coverage
from hotspots.domain.public_counts import Counts, DayCount
from hotspots.domain.spreadsheet import guarded
from hotspots.errors import FilterError
from hotspots.store.public.reader import OpenReader

SERIES = ("day", "week", "month", "type", "area")


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the counts and series."""
    router = APIRouter(tags=["counts"], dependencies=[Depends(filter_parameters)])

    @router.get("/counts", responses=schemas.answers("Counts"))
    def counts(request: Request) -> Response:
        """How many reported incidents match, on the map and off it, by day, by crime type and by type of location."""
        question = read_question(request, reader)

        def content() -> dict[str, Any]:
            return {
                "question": question.to_query(),
                "known_on": reader.vintage().known_on,
                "counts": counts_as_json(reader.count(question)),
                "withheld": reader.vintage().withheld,
                "by_day": [asdict(row) for row in reader.by_day(question)],
                "by_type": read_series(reader, question, by="type", kind=""),
                "by_location_type": [asdict(row) for row in reader.by_location_type(question)],
                **provenance(request, reader),
            }

        return fresh(request, reader, lambda: json_answer(content()))

    @router.get("/circles", responses=schemas.answers("Circles"))
    def circles(request: Request) -> Response:
        """Public points with their counts in all and by group of types, most first: one picture of the map in one answer."""
        question = read_question(request, reader)

        def content() -> dict[str, Any]:
            points = [[one.anchor_id, one.lon, one.lat, one.n, one.groups] for one in reader.circles(question)]
            covered = coverage_as_json(reader.vintage().coverage(question.period, question.areas))
            asked = {"question": question.to_query(), "coverage": covered}
            return {**asked, "points": points, **provenance(request, reader)}

        return fresh(request, reader, lambda: json_answer(content()))

    @router.get("/series", responses=schemas.answers("Series", csv=True))
    def series(
        request: Request,
        by: Annotated[str, Query(description=f"One of {', '.join(SERIES)}.")] = "day",
        kind: Annotated[str, Query(description="Kind of area, for a series by area.")] = "",
        f: Annotated[str, Query(description="Format: json or csv.")] = "",
    ) -> Response:
        """Matching incidents as a series, zeros included; weeks end with the period, months are cut at its ends.

        Null, and not 0, is a day, week or month inside a gap of the data (`coverage.gaps`), and an area of which nothing is known;
        `unknown_days` is on how many of the days nothing is known of an area, though there are data for others.
        """
        form = choose_format(request, f, ("json", "csv"))
        question = read_question(request, reader)
        rows = read_series(reader, question, by=by, kind=kind)
        covered = reader.vintage().coverage(question.period, question.areas)

        def make() -> Response:
            if form == "csv":
                return Response(_csv(rows), media_type="text/csv", headers=provenance_headers(request, reader))
            content = {"by": by, "question": question.to_query(), "coverage": coverage_as_json(covered), "series": rows}
            return json_answer({**content, **provenance(request, reader)})

        return fresh(request, reader, make, form=form)

    return router


def counts_as_json(counts: Counts) -> dict[str, Any]:
    """The counts of an answer; null, and not 0, where there are no data for any day of the period."""
    unknown = {} if counts.is_known else dict.fromkeys(("total", "located", "no_location", "outside"))
    covered = coverage_as_json(counts.coverage) if counts.coverage else None
    return asdict(counts) | unknown | {"coverage": covered}


def coverage_as_json(coverage: Coverage) -> dict[str, Any]:
    """The covered days, with first and last day of each gap."""
    gaps = [{"first_day": gap.start, "last_day": gap.last_day} for gap in coverage.gaps]
    return asdict(coverage) | {"gaps": gaps}


def read_series(reader: OpenReader, question: IncidentFilter, *, by: str, kind: str) -> list[dict[str, Any]]:
    """The rows of a series.

    Raises
    ------
    FilterError
        No such series, or a kind of area for one that has none.
    """
    if by not in SERIES:
        raise FilterError("by", f"{by[:40]!r} is not one of {', '.join(SERIES)}")
    if (by == "area") != bool(kind):
        raise FilterError("kind", "a series by area needs a kind of area, and no other series takes one")
    if by in ("day", "week") and reader.city().by_month:
        raise FilterError("by", f"{by!r} cannot be counted: the records of this city tell the month only. Ask by=month")
    if by == "day":
        return [asdict(row) for row in reader.by_day(question)]
    if by == "week":
        return [asdict(row) for row in reader.by_week(question)]
    if by == "month":
        return [_month(list(days)) for _, days in groupby(reader.by_day(question), lambda row: row.day.replace(day=1))]
    unknown = {} if reader.count(question).is_known else {"incidents": None}
    if by == "type":
        return [asdict(row) | unknown for row in reader.by_type(question)]
    return [
        {
            "area_id": row.area.area_id if row.area else None,
            "code": row.area.code if row.area else None,
            "name": row.area.name if row.area else None,
            "incidents": row.incidents,
            "outside": row.outside,
            "unknown_days": row.unknown_days,
            **({"incidents": None, "outside": None} if unknown or not row.is_known else {}),
        }
        for row in reader.by_area(question, kind)
    ]


def _month(days: list[DayCount]) -> dict[str, Any]:
    known = [row.incidents for row in days if row.incidents is not None]
    return {"first_day": days[0].day, "last_day": days[-1].day, "incidents": sum(known) if known else None}


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    lines = list(rows)
    writer = csv.DictWriter(text, fieldnames=list(lines[0]) if lines else ["incidents"])
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in row.items()} for row in lines)
    return text.getvalue()
