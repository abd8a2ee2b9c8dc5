"""Open311 GeoReport v2 for city systems: services, requests by key, discovery; JSON and XML (http://wiki.open311.org/GeoReport_v2/).

A request becomes a concern like one of the form, with the same refusals. What the protocol may carry of persons (names, e-mail, telephone,
device, pictures) is not kept, and descriptions are never given back: this process cannot read them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hotspots.api.limits.networks import network_address
from hotspots.api.open311_answers import as_xml, errors, row_of
from hotspots.domain.act.concern import EmergencyError, PersonalTextError
from hotspots.domain.city_clock import instant
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import DatabaseError, InputError, NotFoundError
from hotspots.pipeline.concerns.submit import NOT_TAKEN, Wish, submit
from hotspots.pipeline.door.secrets import hash_token
from hotspots.store.concerns import ConcernIntake, OpenForm
from hotspots.store.public.reader import OpenReader
from hotspots.words.concerns import categories
from hotspots.words.language import LANGUAGES

PATH = "/open311/v2"
CHANGESET = "2026-11-30T00:00:00Z"
FORMATS = ("json", "xml")
MOST_FIELDS = 60
FAR = 0.05  # degrees beyond the city's box: no public point is near
MOST_IDS = 50
SPAN_DAYS = 90  # of the protocol: how far apart the two days may lie, and how far back it looks without any
# Words of our paths, which a log may hold.
WORDS = (
    "open311",
    "v2",
    "requests",
    *(f"{name}.{form}" for name in ("discovery", "services", "requests") for form in FORMATS),
)


class RefusedError(Exception):
    """A request that is answered by an error of the protocol."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


class Open311:
    """The interface over a reader, which finds addresses, and the intake.

    Parameters
    ----------
    public_url : where others reach the service; else the address that was asked.
    """

    def __init__(self, reader: OpenReader, intake: ConcernIntake | None, *, public_url: str | None) -> None:
        self._reader, self._intake, self._public_url = reader, intake, public_url

    def routes(self) -> list[Route]:
        """All routes."""
        return [
            Route("/open311/discovery.{form}", self._endpoint(self._discovery, "discovery", "")),
            Route(f"{PATH}/services.{{form}}", self._endpoint(self._services, "services", "service")),
            Route(f"{PATH}/services/{{code}}.{{form}}", self._endpoint(self._service, "service_definition", "")),
            Route(
                f"{PATH}/requests.{{form}}", self._endpoint(self._list, "service_requests", "request"), methods=["GET"]
            ),
            Route(
                f"{PATH}/requests.{{form}}", self._endpoint(self._add, "service_requests", "request"), methods=["POST"]
            ),
            Route(f"{PATH}/requests/{{number}}.{{form}}", self._endpoint(self._one, "service_requests", "request")),
        ]

    def _endpoint(
        self, answer: Callable[[OpenForm, Request, Mapping[str, str]], tuple[int, Any]], root: str, item: str
    ) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            form = request.path_params["form"]
            if form not in FORMATS:
                return errors("json", 404, f"There is no such page; formats are {' and '.join(FORMATS)}.")
            try:
                values = await _values(request)
            except ValueError:
                return errors(form, 400, "The form has too many fields.")
            return await run_in_threadpool(
                self._answer, form, lambda opened: answer(opened, request, values), root, item
            )

        return endpoint

    def _answer(self, form: str, answer: Callable[[OpenForm], tuple[int, Any]], root: str, item: str) -> Response:
        try:
            opened = self._intake.open_form() if self._intake else None
            if opened is None:
                raise RefusedError(404, "This city takes no concerns here.")
            status, found = answer(opened)
        except RefusedError as error:
            return errors(form, error.status, error.description)
        except DatabaseError as error:
            return errors(form, 503, str(error))
        if form == "xml":
            return as_xml(found, root, item, status)
        return JSONResponse(found, status, headers={"Cache-Control": "no-store"})

    # What may be asked without a key -------------------------------------------------------------------------------

    def _discovery(self, _form: OpenForm, request: Request, _values: Mapping[str, str]) -> tuple[int, Any]:
        url = f"{self._own_url(request)}{PATH}"
        formats = ["text/xml", "application/json"]
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": url,
            "changeset": CHANGESET,
            "type": "production",
            "formats": formats,
        }
        return 200, {
            "changeset": CHANGESET,
            "contact": self._reader.city().attribution,
            "key_service": "Whoever runs this service gives keys: hotspots concern system add NAME",
            "endpoints": [endpoint],
        }

    def _services(self, form: OpenForm, _request: Request, _values: Mapping[str, str]) -> tuple[int, Any]:
        labels = categories(LANGUAGES["en"])
        return 200, [
            {
                "service_code": code,
                "service_name": labels[code],
                "description": labels[code],
                "metadata": "false",
                "type": "realtime",
                "keywords": "",
                "group": "concerns about a place",
            }
            for code in form.rules.categories
        ]

    def _service(self, form: OpenForm, request: Request, _values: Mapping[str, str]) -> tuple[int, Any]:
        if request.path_params["code"] not in form.rules.categories:
            raise RefusedError(404, "service_code was not found.")
        return 200, {"service_code": request.path_params["code"], "attributes": []}

    # By key --------------------------------------------------------------------------------------------------------

    def _add(self, form: OpenForm, request: Request, values: Mapping[str, str]) -> tuple[int, Any]:
        assert self._intake is not None
        key = self._key(values)
        if values.get("service_code", "") not in form.rules.categories:
            raise RefusedError(
                404 if values.get("service_code") else 400, "service_code was not found; /services lists them."
            )
        wish = Wish(category=values["service_code"], text=values.get("description", ""), **self._where(values))
        try:
            taken = submit(self._intake, form, wish, network=network_address(request), system_key=key)
        except EmergencyError:
            raise RefusedError(
                400, f"description tells of danger now: call {form.rules.emergency}. Nothing was saved."
            ) from None
        except PersonalTextError:
            said = "description seems to hold a name, a number plate, a telephone number or an e-mail address. Nothing was saved."
            raise RefusedError(400, said) from None
        except InputError as error:
            raise RefusedError(400, str(error).replace("The text", "description")) from None
        link = f"{self._own_url(request)}/concern/status#{taken.token}"
        notice = f"The person who raised it sees the answer at {link}; nobody can send this link again."
        return 201, [{"service_request_id": taken.reference, "service_notice": notice, "account_id": None}]

    def _list(self, _form: OpenForm, _request: Request, values: Mapping[str, str]) -> tuple[int, Any]:
        assert self._intake is not None
        key, ids, status = self._key(values), values.get("service_request_id") or None, values.get("status") or None
        if ids is not None and ids.count(",") >= MOST_IDS:
            raise RefusedError(400, f"service_request_id holds more than {MOST_IDS} numbers.")
        if status not in (None, "open", "closed"):
            raise RefusedError(400, "status is open or closed.")
        since, until = (None, None) if ids else _span(values)
        found = self._intake.requests_of(
            key, reference=ids, state=status, category=values.get("service_code") or None, since=since, until=until
        )
        return 200, [row_of(one) for one in found]

    def _one(self, _form: OpenForm, request: Request, values: Mapping[str, str]) -> tuple[int, Any]:
        assert self._intake is not None
        number = request.path_params["number"].partition(",")[0]
        found = self._intake.requests_of(self._key(values), reference=number)
        if not found:
            raise RefusedError(404, "service_request_id was not found among those of this key.")
        return 200, [row_of(one) for one in found]

    def _key(self, values: Mapping[str, str]) -> bytes:
        assert self._intake is not None
        given = values.get("api_key", "")
        if not given:
            raise RefusedError(403, "api_key was not given.")
        key = hash_token(given)
        if not self._intake.is_system(key):
            raise RefusedError(403, "api_key is not one of this service, or has ended.")
        return key

    def _where(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Where a request is: the protocol's lat and long, address_id, or address_string."""
        if values.get("lat") or values.get("long"):
            try:
                lat, lon = float(values.get("lat", "")), float(values.get("long", ""))
            except ValueError:
                lat = lon = float("nan")
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                raise RefusedError(400, "lat and long are degrees, such as 41.88 and -87.63.")
            city = self._reader.city()
            if not (city.south - FAR <= lat <= city.north + FAR and city.west - FAR <= lon <= city.east + FAR):
                raise RefusedError(400, NOT_TAKEN["no place"])  # a projection of the city has no such point
            return {"at": (lon, lat)}
        if values.get("address_id"):
            number = read_whole_number(values["address_id"])
            try:
                return {"gazetteer_id": self._reader.find(-1 if number is None else number).gazetteer_id}
            except NotFoundError:
                raise RefusedError(400, "address_id was not found.") from None
        text = values.get("address_string", "")[:200]
        matches = self._reader.suggest(text, limit=1) if text else ()
        if not matches or not matches[0].sure:
            raise RefusedError(400, "Give lat and long, an address_id, or an address_string of this city.")
        return {"gazetteer_id": matches[0].gazetteer_id}

    def _own_url(self, request: Request) -> str:
        return (self._public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


def _span(values: Mapping[str, str]) -> tuple[datetime, datetime]:
    """First and last moment asked for, at most 90 days apart; without any the last 90 days."""
    read: dict[str, datetime | None] = {}
    for name in ("start_date", "end_date"):
        try:
            moment = datetime.fromisoformat(values[name].replace("Z", "+00:00")) if values.get(name) else None
        except ValueError:
            raise RefusedError(400, f"{name} is no moment such as 2026-11-30T00:00:00Z.") from None
        read[name] = moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
    until = read["end_date"] or (read["start_date"] + timedelta(days=SPAN_DAYS) if read["start_date"] else instant())
    since = read["start_date"] or until - timedelta(days=SPAN_DAYS)
    if not timedelta(0) <= until - since <= timedelta(days=SPAN_DAYS):
        raise RefusedError(400, f"end_date lies before start_date, or more than {SPAN_DAYS} days after it.")
    return since, until


async def _values(request: Request) -> dict[str, str]:
    values = dict(request.query_params)
    if request.method == "POST":
        fields = parse_qs(
            (await request.body()).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
        values |= {name: given[0] for name, given in fields.items()}
    return values
