"""Requests that no page sends, to every page of the desk and of the public server: refused in words, never a failure."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from hotspots.domain.account import PERMISSIONS, ROLES
from hotspots_dashboard.staff.desk import OPEN, Desk
from hotspots_dashboard.staff.guard import Guard
from tests.concerned_city import concern_site, take_concerns
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site

NAMES = re.compile(r"""(?:query|form)\.get(?:list)?\("(\w+)"|\.one(?:_of)?\("(\w+)\"""")
VALUES = (
    "\x00", "9" * 30, "-1", "1e999", "[" * 3000, "2024-13-45", "NaN", "'\"<x>;--", "x" * 9000, "0", "2147483648", "null", "０２", "0001-01-01",
    "9999-12-31", "¹", "%", "../../etc/passwd", "9223372036854775807", "1,2,,", "true",
)  # fmt: skip
BODIES = (
    (b"\x00\xff\xfe", "application/json"), (b"[" * 60_000, "application/json"), (b'{"a":' * 5_000, "application/json"), (b"1", "application/json"),
    (b'{"entries": 1}', "application/json"), (b"a=%00&a=1&=", "application/x-www-form-urlencoded"), (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"x", "multipart/form-data"), (b"\x1f\x8b\x08", "application/gzip"), (b"&" * 60_000, "application/x-www-form-urlencoded"),
)  # fmt: skip


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        yield made


def hostile(desk: Desk, rng: random.Random) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Requests to every rule of a desk by a role that may: method, path, role, and the rest."""
    answers = {}
    for route in desk.routes:
        if isinstance(route, Route):
            inside = inspect.getclosurevars(route.endpoint).nonlocals
            answers[route.path] = inside.get("answer", route.endpoint)
    for rule in desk.rules:
        if rule.is_prefix or rule.path == "/sign-out":
            continue
        role = next((one for one in ROLES if rule.needs == OPEN or rule.needs in PERMISSIONS[one]), None)
        if role is None:
            continue
        source = inspect.getsource(inspect.getmodule(answers[rule.path]))  # type: ignore[arg-type]
        names = sorted({one or other for one, other in NAMES.findall(source)} | {"from", "to", "types", "kind"})
        numbered = re.sub(r"\{\w+\}", "x", re.sub(r"\{\w+:int\}", "1", rule.path))
        for method in sorted(rule.methods - {"HEAD"}):
            for number, word in (("99999999999999999999", "%00"), ("0", "%ff"), ("2147483648", "x" * 3000)):
                path = re.sub(r"\{\w+\}", word, re.sub(r"\{\w+:int\}", number, rule.path))
                if path != rule.path:
                    yield method, path, role, {}
            for name in names:
                value = rng.choice(VALUES)
                yield method, numbered, role, {"params": {name: value}} if method == "GET" else {"data": {name: value}}
            if method == "POST":
                yield method, numbered, role, {"data": {name: rng.choice(VALUES) for name in names}}
                for body, kind in rng.sample(BODIES, 3):
                    yield method, numbered, role, {"content": body, "headers": {"Content-Type": kind}}


@pytest.mark.attack(
    "desk",
    tried="NUL bytes, endless and deep JSON, broken forms, numbers without end, days that do not exist, in every field and path of every page",
    now="4xx, or a page that says what is wrong; never a failure",
)
def test_no_request_of_any_shape_makes_a_page_of_the_desk_fail(site: DeskSite) -> None:
    (guard,) = [one for one in site.app.user_middleware if one.cls is Guard]  # pyright: ignore[reportAttributeAccessIssue]
    failed = []
    n = 0
    for method, path, role, rest in hostile(guard.kwargs["desk"], random.Random(4)):
        n += 1
        headers = {**(site.origin if method != "GET" else {}), **rest.pop("headers", {})}
        answer = site.as_(role).request(method, path, headers=headers, **rest)
        if answer.status_code >= 500:
            failed.append((method, path[:60], role, str(rest)[:80], answer.status_code))
    assert n > 300
    assert not failed, "\n".join(map(str, failed))


PUBLIC = (
    "/", "/about", "/embed", "/area/{word}", "/download/incidents.csv", "/concern", "/concern/status", "/open311/discovery.{word}", "/open311/v2/services.json",
    "/open311/v2/services/{word}.json", "/open311/v2/requests.json", "/open311/v2/requests/{word}.xml", "/_dash-layout", "/nothing/{word}",
)  # fmt: skip
PAGE_NAMES = (
    "from", "to", "types", "areas", "at", "radius", "near", "hours", "weekdays", "locations", "polygon", "arrest", "initiated", "group", "tab", "anchor",
    "forecast", "sort", "page", "by", "known", "compare", "lang", "print", "vintage",
)  # fmt: skip
POSTED = (
    "/concern",
    "/concern/status",
    "/concern/reopen",
    "/open311/v2/requests.json",
    "/_dash-update-component",
    "/api/search",
    "/api/subscriptions",
)


@pytest.mark.attack(
    "public",
    tried="the same, in every page, the form of concerns, Open311, the search, subscriptions and callbacks",
    now="4xx, or a page that says what is wrong; never a failure",
)
def test_no_request_of_any_shape_makes_a_public_page_fail(site: DeskSite, database: TestDatabase) -> None:
    take_concerns(database)
    rng, failed = random.Random(5), []
    names = (
        *PAGE_NAMES,
        "api_key",
        "service_code",
        "lat",
        "long",
        "description",
        "token",
        "form",
        "text",
        "point",
        "reference",
    )
    with concern_site(database) as public:

        def ask(method: str, path: str, **rest: Any) -> None:
            answer = public.client.request(method, path, **rest)
            if answer.status_code >= 500:
                failed.append((method, path[:60], str(rest)[:80], answer.status_code))

        for path in PUBLIC:
            for word in ("x", "%00", "%ff", "9" * 30, "x" * 3000) if "{word}" in path else ("",):
                ask("GET", path.replace("{word}", word))
            for name in rng.sample(names, 8):
                ask("GET", path.replace("{word}", "1"), params={name: rng.choice(VALUES)})
        for path in POSTED:
            for body, kind in BODIES:
                ask("POST", path, content=body, headers={"Content-Type": kind, "Origin": public.url})
            for _ in range(8):
                ask(
                    "POST",
                    path,
                    data={name: rng.choice(VALUES) for name in rng.sample(names, 5)},
                    headers={"Origin": public.url},
                )
    assert not failed, "\n".join(map(str, failed))
