"""A body that no page of ours sends is refused with 400, whatever is wrong with it."""

import copy
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspots.store.server.connection import open_public
from hotspots_dashboard.server.app import create_server
from tests.callback_bodies import callback_bodies
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city

CALLBACKS = "/_dash-update-component"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "property", "value", "search", "presses"]), inner)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def client(database: TestDatabase) -> Iterator[httpx.Client]:
    with database.owner.connect() as connection:
        build_small_city(connection, seed=2, n_incidents=50)
    with (
        served(create_server(open_public(database.settings).open_pool())) as url,
        httpx.Client(base_url=url, timeout=60) as asking,
    ):
        yield asking


@pytest.fixture(scope="module")
def bodies(client: httpx.Client) -> dict[str, dict[str, Any]]:
    return callback_bodies(client, search="?types=theft")


def test_what_the_page_sends_is_answered(client: httpx.Client, bodies: dict[str, dict[str, Any]]) -> None:
    for output, body in bodies.items():
        assert client.post(CALLBACKS, json=body).status_code == 200, output


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"output": 3}',
        b'{"output": "no.such"}',
        b"\xff\xfe",
        b'{"output": ["a"]}',
        b'{"a":' * 5_000,
        b"[" * 60_000,
    ],
)
def test_a_body_that_names_no_callback_is_refused(client: httpx.Client, content: bytes) -> None:
    answer = client.post(CALLBACKS, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("part", ["inputs", "state", "outputs", "changedPropIds"])
@pytest.mark.parametrize("value", [3, "x", [3], [[]], [{}], {"id": "x"}, [None, None, None]])
def test_a_body_with_parts_of_another_shape_is_refused(
    client: httpx.Client, bodies: dict[str, dict[str, Any]], part: str, value: Any
) -> None:
    for body in bodies.values():
        assert client.post(CALLBACKS, json={**body, part: value}).status_code == 400


@pytest.mark.parametrize(
    ("prop", "value"),
    [("search", 3), ("search", ["a"]), ("query", {}), ("open", "yes"), ("pathname", 0), ("asked", None), ("asked", []),
     ("asked", {"search": "", "number": 1}), ("asked", {"search": "", "number": "1", "presses": []}),
     ("asked", {"search": 3, "number": 1, "presses": []}), ("asked", {"search": "", "number": 1, "presses": [3]}),
     ("asked", {"search": "", "number": 1, "presses": [{"id": 3, "name": "value", "value": 1}]}),
     ("asked", {"search": "", "number": 1, "presses": [{"from": 3, "to": "?"}]})],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(
    client: httpx.Client, bodies: dict[str, dict[str, Any]], prop: str, value: Any
) -> None:
    tried = 0
    for body in copy.deepcopy(bodies).values():
        for declared in [*body["inputs"], *body["state"]]:
            for one in declared if isinstance(declared, list) else [declared]:
                if one["property"] == prop:
                    one["value"] = value
                    tried += 1
                    assert client.post(CALLBACKS, json=body).status_code == 400
                    break
    assert tried


@pytest.mark.attack(
    "public",
    tried="bodies of callbacks that no page sends",
    now="400",
    before="500 with a traceback in the log",
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_of_an_input_makes_a_500(
    client: httpx.Client, bodies: dict[str, dict[str, Any]], data: st.DataObject
) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(list(bodies.values()))))
    part = data.draw(st.sampled_from([one for one in [*body["inputs"], *body["state"]] if isinstance(one, dict)]))
    part["value"] = data.draw(JSON)
    assert client.post(CALLBACKS, json=body).status_code in (200, 204, 400)
