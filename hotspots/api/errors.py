"""Every error as one envelope, problem+json (RFC 9457), with one clear line; never a traceback, never a typed text back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hotspots.errors import DatabaseAwayError, DatabaseError, FilterError, HotspotsError, InputError, NotFoundError

STATUS_OF: dict[type[Exception], HTTPStatus] = {
    InputError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    DatabaseError: HTTPStatus.SERVICE_UNAVAILABLE,
}
PROBLEM: dict[str, Any] = {
    "description": "What is wrong, in one line.",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}
WHEN = {
    400: "A parameter that there is not, one given twice, or a value that cannot be asked.",
    404: "There is no such thing, or nothing is published yet.",
    406: "None of the formats is acceptable to the client.",
    410: "Newer data were published since the publication that `vintage` names.",
    413: "The body is too large.",
    429: "Too many requests of one address; `Retry-After` says how many seconds to wait.",
    503: "The database does not answer, or the question takes too long.",
}


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer, for the description of the interface."""
    return {code: {**PROBLEM, "description": WHEN[code]} for code in codes}


PROBLEMS = problems(400, 404, 410, 429, 503)  # any route


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """One problem as a response."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": int(status), "detail": " ".join(detail.split())}
    return JSONResponse(
        content,
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def register_errors(api: FastAPI, *, allowed: Callable[[Request], str]) -> None:
    """Answer errors of every route with a problem.

    Parameters
    ----------
    allowed : the methods that the path of a request has.
    """

    async def ours(_: Request, error: Exception) -> JSONResponse:
        status = next(
            (status for kind, status in STATUS_OF.items() if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
        )
        again = {"Retry-After": "10"} if isinstance(error, DatabaseAwayError) else None
        return problem(status, str(error), again)

    async def not_valid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        # The value itself is left out: in a search it is what somebody typed.
        where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        return problem(HTTPStatus.BAD_REQUEST, f"{where}: {first['msg']}")

    async def of_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        headers = {**(error.headers or {})}
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := allowed(request)):
            headers["Allow"] = methods  # of all routes of the path, not of the first
        return problem(error.status_code, str(error.detail), headers)

    async def defect(_: Request, __: Exception) -> JSONResponse:
        # Raised further after the answer: whoever runs the server logs where it came from.
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed on our side. It is in the server's log.")

    for kind in (FilterError, HotspotsError):
        api.add_exception_handler(kind, ours)
    api.add_exception_handler(RequestValidationError, not_valid)
    api.add_exception_handler(HTTPException, of_http)
    api.add_exception_handler(Exception, defect)
