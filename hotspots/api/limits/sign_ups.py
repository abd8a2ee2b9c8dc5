"""How many subscriptions may be asked for: a few an hour from one network, fewer where many are asked for at once.

Whatever others do, each network may ask once an hour: nobody can close the form for everybody. Of a network only a keyed hash is
kept, for two hours at most, in memory.
"""

from __future__ import annotations

from fastapi import Request
from limits import RateLimitItemPerHour

from hotspots.api.limits.networks import NetworkNames
from hotspots.api.limits.rates import Rate

OF_ONE = 6
OF_ALL = 300  # an hour; beyond it a network may ask once, no longer six times
EVERYBODY = "everybody"


class SignUpLimit:
    """Counts in this process's memory."""

    def __init__(self, *, of_one: int = OF_ONE, of_all: int = OF_ALL) -> None:
        self._networks = NetworkNames()
        self._own, self._first = Rate(RateLimitItemPerHour(of_one)), Rate(RateLimitItemPerHour(1))
        self._all = Rate(RateLimitItemPerHour(of_all))

    def wait_s(self, request: Request) -> int:
        """Seconds to wait before another one; 0 lets this one in and counts it."""
        name = self._networks.of(request)
        if not self._own.take(name):
            return max(1, self._own.wait_s(name))
        is_first = self._first.take(name)
        if not self._all.take(EVERYBODY) and not is_first:
            return max(1, self._first.wait_s(name))
        return 0
