"""The partners' server: the same door and guard as the desk's, accounts of its own, and what was shared; no key but its own.

``uvicorn hotspots_dashboard.server.partners:create --factory`` (``hotspots serve partners`` does that).
"""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from hotspots.logs import configure_logs, log_uncaught, take_over_libraries
from hotspots.pipeline.door.second_factor import SeedKey, keep_seed_key
from hotspots.settings import read_settings
from hotspots.store.server.connection import open_partners
from hotspots.store.staff.door import Door
from hotspots_dashboard.public.shell import ASSETS
from hotspots_dashboard.server.desk import STATIC, guarded_server, service_of
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.staff.door.mails import register as register_mails
from hotspots_dashboard.staff.door.routes import DoorSettings
from hotspots_dashboard.staff.door.routes import register as register_door
from hotspots_dashboard.staff.guard import Cookies
from hotspots_dashboard.staff.partners.pages import register as register_pages

POOL_SIZE = 4


def create() -> Starlette:
    """Make the server from the settings in the environment; a factory, called once by each server process."""
    settings = read_settings()
    configure_logs(settings)
    log_uncaught()
    return create_partner_server(
        open_partners(settings).open_pool(max_size=POOL_SIZE),
        seed_key=keep_seed_key(settings.home),
        own_url=settings.partners_url,
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
    )


def create_partner_server(
    pool: Any, *, seed_key: SeedKey, own_url: str | None = None, metrics_token: str | None = None
) -> Starlette:
    """Make the partners' server over a pool of their role, which it closes when it stops.

    Parameters
    ----------
    seed_key : SeedKey
        Encrypts the seeds of second factors.
    own_url : str, optional
        Address of the server; without one it answers on this machine only.
    metrics_token : str, optional
        Who sends it reads ``/metrics``; without one there is no such page.
    """
    take_over_libraries()
    door = Door(pool)
    service, is_invented = service_of(door)
    desk = Desk(door, service, is_invented, kind="partners")
    cookies = Cookies(secure=bool(own_url and own_url.startswith("https:")), name="partners")
    register_door(desk, DoorSettings(cookies, seed_key))
    register_pages(desk)
    register_mails(desk)
    desk.files("/static/shared", ASSETS)
    desk.files("/static/desk", STATIC)

    return guarded_server(desk, pool, None, cookies=cookies, own_url=own_url, metrics_token=metrics_token)
