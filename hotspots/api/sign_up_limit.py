"""How many subscriptions may be asked for: a few an hour from one network, some hundreds in all.

Of a network only a keyed hash is kept, for an hour, in memory.
"""

from __future__ import annotations

from collections import deque
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes
from threading import Lock
from time import monotonic

from fastapi import Request

WINDOW_S = 3600
MOST_OF_ONE, MOST_OF_ALL = 6, 300


class SignUpLimit:
    """Counts in this process's memory."""

    def __init__(self, *, most_of_one: int = MOST_OF_ONE, most_of_all: int = MOST_OF_ALL) -> None:
        self._most_of_one, self._most_of_all = most_of_one, most_of_all
        self._asked: deque[tuple[float, bytes]] = deque()
        self._key = token_bytes(16)
        self._lock = Lock()

    def wait_s(self, request: Request) -> int:
        """Seconds to wait before another one; 0 lets this one in and counts it."""
        whose = blake2b(_network(request), key=self._key, digest_size=16).digest()
        now_s = monotonic()
        with self._lock:
            while self._asked and now_s - self._asked[0][0] > WINDOW_S:
                self._asked.popleft()
            own = [at_s for at_s, one in self._asked if one == whose]
            if len(own) >= self._most_of_one:
                return int(own[0] + WINDOW_S - now_s) + 1
            if len(self._asked) >= self._most_of_all:
                return int(self._asked[0][0] + WINDOW_S - now_s) + 1
            self._asked.append((now_s, whose))
            return 0


def _network(request: Request) -> bytes:
    """The client's address; of an IPv6 address the network that one household has."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return b""
    return address.packed[:8] if isinstance(address, IPv6Address) and not address.ipv4_mapped else address.packed
