"""Requests a minute of one network, counted by the library ``limits``, with headers that say how many are left."""

from __future__ import annotations

import re
from math import ceil
from time import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.api.limits.networks import NetworkNames
from hotspots.api.limits.refusal import refuse

UNIT = 10  # a request counts ten: a tile or a file of the page counts one
COSTS = (
    (re.compile(r"/tiles/|/assets/|/_dash-component-suites/|/_dash-(?:layout|dependencies)$"), 1),
    (re.compile(r"/api/polygon$"), 5 * UNIT),
    (re.compile(r"/downloads/incidents/|/download/|/place\.pdf$"), 20 * UNIT),
)
SWEEP_S = 30


class CounterStorage(MemoryStorage):
    """The library's counters, swept twice a minute.

    The library looks through all counters with a new thread after nearly every hit: 1.7 ms of a processor at 20,000 counters.
    """

    _swept_s = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:
        if time() - self._swept_s > SWEEP_S:
            self._swept_s = time()
            self._MemoryStorage__expire_events()  # pyright: ignore[reportAttributeAccessIssue]


class Rate:
    """So many units of one name in a window that slides.

    Parameters
    ----------
    item : how many in which time, such as ``RateLimitItemPerHour(6)``.
    """

    def __init__(self, item: RateLimitItem) -> None:
        self.item = item
        self._counters = CounterStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._counters)

    def take(self, name: str, *, cost: int = 1) -> bool:
        """Count `cost` units; False where that would be too many, and then nothing is counted."""
        return self._limiter.hit(self.item, name, cost=min(cost, self.item.amount))

    def left(self, name: str) -> int:
        """How many units are left."""
        return int(self._limiter.get_window_stats(self.item, name).remaining)

    def wait_s(self, name: str, *, cost: int = 1) -> int:
        """Seconds until `cost` units are free.

        The counter of the window before fades over the length of one window, and so will the current one after its end.
        """
        window_s, free = self.item.get_expiry(), self.item.amount - min(cost, self.item.amount)
        before, before_left_s, now, now_left_s = self._counters.get_sliding_window(
            self.item.key_for(name), self.item.get_expiry()
        )
        if now <= free:
            allowed = free - now
            return max(0, ceil(before_left_s - allowed * window_s / before)) if before else 0
        return ceil(now_left_s - window_s + (1 - free / now) * window_s)


class RateLimit:
    """Middleware. Refuse a network's requests beyond so many a minute, whatever they ask for.

    Parameters
    ----------
    per_minute : requests a minute of one network; each server process counts for itself.
    """

    def __init__(self, app: ASGIApp, *, per_minute: int) -> None:
        self.app = app
        self._per_minute = per_minute
        self._rate = Rate(RateLimitItemPerMinute(per_minute * UNIT))
        self._networks = NetworkNames()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it until enough time has passed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cost = next((cost for path, cost in COSTS if path.search(scope["path"])), UNIT)
        name = self._networks.of(scope)
        taken = self._rate.take(name, cost=cost)
        headers = {
            "RateLimit-Limit": f"{self._per_minute}",
            "RateLimit-Remaining": f"{self._rate.left(name) // UNIT}",
            "RateLimit-Reset": f"{self._rate.wait_s(name, cost=self._rate.item.amount)}",
            "RateLimit-Policy": f"{self._per_minute};w=60",
        }
        if not taken:
            wait_s = max(1, self._rate.wait_s(name, cost=cost))
            words = (
                f"More than {self._per_minute} requests a minute. Wait {wait_s} s; whole years are at /api/downloads."
            )
            await refuse(scope, receive, send, 429, words, {**headers, "Retry-After": str(wait_s)})
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, add)
