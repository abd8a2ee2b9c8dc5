"""So many requests a minute of one address: a bucket of tokens that fills again, with headers that say how many are left.

An address is kept for as long as its bucket is not full, a minute at most, in this process's memory, and only as a keyed hash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil
from secrets import token_bytes
from time import monotonic

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.api.errors import problem

WINDOW_S = 60
COSTS = (  # how many requests one is worth
    (re.compile(r"/tiles/"), 0.1),  # a map asks for dozens at a time, and they are cheap
    (re.compile(r"/downloads/incidents/|/place\.pdf$"), 20.0),
)


@dataclass(slots=True)
class Bucket:
    """Tokens left at a moment."""

    tokens: float
    at_s: float


class RateLimit:
    """Middleware.

    Parameters
    ----------
    per_minute : requests a minute of one address, all at once if need be; each server process counts for itself.
    """

    def __init__(self, app: ASGIApp, *, per_minute: int) -> None:
        self.app = app
        self._most = float(per_minute)
        self._buckets: dict[bytes, Bucket] = {}
        self._key = token_bytes(16)  # of this process: the hashes say nothing to anybody else
        self._swept_s = monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it until enough tokens came back."""
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        cost = next((cost for path, cost in COSTS if path.search(scope["path"])), 1.0)
        bucket = self._bucket(scope)
        refused = bucket.tokens < min(cost, self._most)
        if not refused:
            bucket.tokens = max(0.0, bucket.tokens - cost)
        missing = self._most - bucket.tokens
        headers = {
            "RateLimit-Limit": f"{self._most:.0f}",
            "RateLimit-Remaining": f"{int(bucket.tokens)}",
            "RateLimit-Reset": f"{ceil(missing / self._most * WINDOW_S)}",
            "RateLimit-Policy": f"{self._most:.0f};w={WINDOW_S}",
        }
        if refused:
            wait_s = ceil((min(cost, self._most) - bucket.tokens) / self._most * WINDOW_S)
            words = f"More than {self._most:.0f} requests a minute. Wait {wait_s} s; whole years are at /downloads."
            await problem(429, words, {**headers, "Retry-After": str(wait_s)})(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, add)

    def _bucket(self, scope: Scope) -> Bucket:
        now_s = monotonic()
        if now_s - self._swept_s > WINDOW_S / 2:
            self._swept_s = now_s
            self._buckets = {
                whose: bucket for whose, bucket in self._buckets.items() if self._refilled(bucket, now_s) < self._most
            }
        whose = blake2b(_network(scope), key=self._key, digest_size=16).digest()
        bucket = self._buckets.setdefault(whose, Bucket(self._most, now_s))
        bucket.tokens, bucket.at_s = self._refilled(bucket, now_s), now_s
        return bucket

    def _refilled(self, bucket: Bucket, now_s: float) -> float:
        return min(self._most, bucket.tokens + (now_s - bucket.at_s) * self._most / WINDOW_S)


def _network(scope: Scope) -> bytes:
    """The client's address; of an IPv6 address the network that one household has."""
    client = scope.get("client")
    try:
        address = ip_address(client[0] if client else "")
    except ValueError:
        return b""
    return address.packed[:8] if isinstance(address, IPv6Address) and not address.ipv4_mapped else address.packed
