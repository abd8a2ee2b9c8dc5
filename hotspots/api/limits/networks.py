"""Whom a limit counts as one: an IPv4 address, or the IPv6 network that one household has."""

from __future__ import annotations

from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes

from starlette.requests import HTTPConnection
from starlette.types import Scope

HOUSEHOLD_BYTES = 7  # of an IPv6 address: a /56


class NetworkNames:
    """Name networks by a keyed hash. The key lives as long as the process, so the names say nothing to anybody else."""

    def __init__(self) -> None:
        self._key = token_bytes(16)

    def of(self, client: Scope | HTTPConnection) -> str:
        """The name of the network that a request comes from."""
        scope = client.scope if isinstance(client, HTTPConnection) else client
        return blake2b(_network(scope), key=self._key, digest_size=16).hexdigest()


def _network(scope: Scope) -> bytes:
    client = scope.get("client")
    try:
        address = ip_address(client[0] if client else "")
    except ValueError:
        return b""  # a socket of this machine
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped.packed if address.ipv4_mapped else address.packed[:HOUSEHOLD_BYTES]
    return address.packed


def network_address(client: Scope | HTTPConnection) -> str:
    """The network of a request as text, for a hash that somebody else keeps: an address, or the network of a household."""
    return _network(client.scope if isinstance(client, HTTPConnection) else client).hex()
