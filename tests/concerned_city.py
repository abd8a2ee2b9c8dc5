"""The small city taking concerns: its public server with the intake, and the key that opens texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from psycopg.types.json import Jsonb

from hotspots.domain.act.concern import CATEGORIES
from hotspots.pipeline.concerns.forms import new_form
from hotspots.pipeline.concerns.seal import ConcernKey
from hotspots.pipeline.publish.publish import publish
from hotspots.store.concerns import ConcernIntake, keep_public_key
from hotspots.store.server.connection import open_concerns
from hotspots_dashboard.server.app import create_server
from tests.database import TestDatabase
from tests.live_server import served
from tests.pipeline.publish_city import TODAY, build

KEY = ConcernKey("0badc0de", bytes(range(1, 33)))
RULES = {
    "emergency": "911", "city_services": "311", "area_kind": "beat", "categories": list(CATEGORIES), "answer_days": 14, "keep_days": 365,
}  # fmt: skip
TEXT = "Four lamps along the car park have been out for weeks, and the path is black after six."


def build_concerned_city(database: TestDatabase) -> None:
    """Build the small city, publish it and let it take concerns."""
    build(database)
    publish(database.owner, today=TODAY)
    take_concerns(database)


def take_concerns(database: TestDatabase) -> None:
    """Let a built city take concerns, as a load of a city file with ``[concerns]`` and a start of the desk do."""
    with database.owner.connect() as connection:
        connection.execute(
            "update core.city set config = jsonb_set(coalesce(config, '{}'), '{concerns}', %s)", [Jsonb(RULES)]
        )
        keep_public_key(connection, KEY.key_id, KEY.public)


@dataclass
class ConcernSite:
    """The public server of a city that takes concerns."""

    url: str
    client: httpx.Client
    intake: ConcernIntake

    def word(self, *, age_s: float = 60) -> str:
        """The hidden word of a form that was opened a while ago."""
        import time

        form = self.intake.open_form()
        assert form is not None
        return new_form(form, now_s=time.time() - age_s)

    def send(self, text: str = TEXT, **fields: str) -> httpx.Response:
        """Fill in the form and send it, as a browser without scripts does."""
        filled = {"form": self.word(), "category": "lighting", "text": text, "website": "", **fields}
        filled = {name: value for name, value in filled.items() if value is not None}
        if not {"point", "at", "place"} & filled.keys():
            filled["at"] = "11"
        return self.client.post("/concern", data=filled, headers={"Origin": self.url})


def token_in(answer: httpx.Response) -> str:
    """The secret word in the page after a concern was taken."""
    assert answer.status_code == 201, answer.text
    return answer.text.rpartition("/concern/status")[2].partition("#")[2].partition('"')[0]


@contextmanager
def concern_site(database: TestDatabase) -> Iterator[ConcernSite]:
    """Serve the public pages of a built city, with the intake."""
    intake = ConcernIntake(open_concerns(database.settings).open_pool(max_size=2))
    server = create_server(database.public.open_pool(max_size=4), intake=intake)
    with served(server) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield ConcernSite(url, client, intake)
