"""Attacks that hold the public server's door, from ten addresses, for a bounded time: ``python -m tests.benchmarks.attackers URL SECONDS``.

Slow bodies, slow heads, readers who do not read, bodies of 300 MB, invented fingerprints of files, and questions over all years, each
another one. Sends to this machine only, and prints as one JSON object how much of each was tried.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import date, timedelta
from itertools import count
from time import perf_counter
from urllib.parse import urlsplit

ADDRESSES = [f"127.9.0.{n}" for n in range(1, 11)]
SLOW_OF_EACH = 6  # connections of an address that do nothing, of each kind
PART = b"x" * 65_536
HUGE_BYTES = 300_000_000
READ_BUFFER_BYTES = 4096

Attack = Callable[["Attacker", int], Awaitable[None]]


class Attacker:
    """One address that attacks."""

    def __init__(self, url: str, address: str, end: float, tried: Counter[str]) -> None:
        parts = urlsplit(url)
        assert parts.hostname in ("127.0.0.1", "localhost"), "attacks are for a server of this machine"
        self._server, self._address = (parts.hostname, int(parts.port or 80)), address
        self.end, self.tried = end, tried

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that reads with a small buffer."""
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BUFFER_BYTES)
        one.bind((self._address, 0))
        one.setblocking(False)
        await asyncio.get_running_loop().sock_connect(one, self._server)
        return await asyncio.open_connection(sock=one, limit=READ_BUFFER_BYTES)

    async def again(self, name: str, attack: Attack, n: int) -> None:
        """The same attack until the end, a moment after the server ended the last."""
        while perf_counter() < self.end:
            self.tried[name] += 1
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                await asyncio.wait_for(attack(self, n), timeout=self.end - perf_counter())
            await asyncio.sleep(0.1)


async def slow_body(attacker: Attacker, _: int) -> None:
    """A body of a thousand letters, one a second."""
    _reader, writer = await attacker.connect()
    writer.write(_head("POST", "/_dash-update-component", "Content-Type: application/json", "Content-Length: 1000"))
    await _drip(writer)


async def slow_head(attacker: Attacker, _: int) -> None:
    """A head that does not end."""
    _reader, writer = await attacker.connect()
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    await _drip(writer)


async def slow_reader(attacker: Attacker, _: int) -> None:
    """The table of the page, asked for and not read."""
    reader, writer = await attacker.connect()
    writer.write(_head("GET", "/download/incidents.csv"))
    await reader.readexactly(9)
    while not reader.at_eof() and not writer.is_closing():
        await asyncio.sleep(1)
        writer.write(b"\r\n")
        await writer.drain()


async def huge_body(attacker: Attacker, _: int) -> None:
    """A body of 300 MB in pieces."""
    _reader, writer = await attacker.connect()
    writer.write(_head("POST", "/api/search", "Content-Type: application/json", "Transfer-Encoding: chunked"))
    for _ in range(HUGE_BYTES // len(PART)):
        writer.write(b"%x\r\n%s\r\n" % (len(PART), PART))
        await writer.drain()


async def invented_file(attacker: Attacker, n: int) -> None:
    """A file of the page under a fingerprint that nobody gave it."""
    await _ask(attacker, f"/assets/map.js?m={n}{next(_NUMBERS)}")


async def long_question(attacker: Attacker, n: int) -> None:
    """Counts of most years, from a day that nobody asked for before."""
    first = date(2014, 1, 1) + timedelta(days=next(_NUMBERS) % 1000)
    await _ask(attacker, f"/api/counts?from={first}&to=2017-12-31&hours={n:02}-05")


_NUMBERS = count()
ATTACKS: dict[str, tuple[Attack, int]] = {
    "slow bodies": (slow_body, SLOW_OF_EACH),
    "slow heads": (slow_head, SLOW_OF_EACH),
    "slow readers": (slow_reader, SLOW_OF_EACH),
    "bodies of 300 MB": (huge_body, 1),
    "invented files": (invented_file, 1),
    "questions over all years": (long_question, 2),
}


def _head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", "Accept-Encoding: gzip", *headers, "", ""]).encode()


async def _drip(writer: asyncio.StreamWriter) -> None:
    for _ in range(1000):
        await asyncio.sleep(1)
        writer.write(b"x")
        await writer.drain()


async def _ask(attacker: Attacker, path: str) -> None:
    reader, writer = await attacker.connect()
    writer.write(_head("GET", path, "Connection: close"))
    while await reader.read(65_536):
        pass
    writer.close()


async def attack(url: str, seconds: float, names: Collection[str] = tuple(ATTACKS)) -> Counter[str]:
    """Attack from every address at once; return how often each was tried."""
    tried: Counter[str] = Counter()
    end = perf_counter() + seconds
    attackers = [Attacker(url, address, end, tried) for address in ADDRESSES]
    await asyncio.gather(
        *[
            attacker.again(name, one, n)
            for attacker in attackers
            for name, (one, n_each) in ATTACKS.items()
            if name in names
            for n in range(n_each)
        ]
    )
    return tried


def main() -> None:
    """Attack, and print how often each was tried as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.attackers", description=__doc__)
    parser.add_argument("url", help="address of a public server of this machine")
    parser.add_argument("seconds", type=float, help="how long")
    parser.add_argument(
        "--only", action="append", choices=list(ATTACKS), help="attack in this way; may be given again [default: all]"
    )
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(attack(asked.url, asked.seconds, asked.only or tuple(ATTACKS)))))


if __name__ == "__main__":
    main()
