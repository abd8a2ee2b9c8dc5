"""Requests as a browser sends them, at a fraction of a millisecond each: the crowd shares two cores with the server that it measures."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import httptools


class Connections:
    """Up to `most` connections to one server, kept open between requests and opened anew when the server closed them.

    `address` is the loopback address that they come from, so that each visitor is a network of its own.
    """

    def __init__(self, url: str, most: int, *, address: str | None = None) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._gate = asyncio.Semaphore(most)
        self._local = (address, 0) if address else None

    async def ask(self, method: str, path: str, body: str | None) -> int:
        """Send a request, read the whole answer, return its status. Raises OSError where the connection breaks."""
        content = (body or "").encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nAccept-Encoding: gzip\r\nUser-Agent: visitors\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        async with self._gate:
            while self._free:
                try:
                    return await self._send(*self._free.pop(), head.encode() + b"\r\n" + content)
                except ConnectionError:
                    continue  # closed by the server while nobody asked: browsers try the next one, too
            connection = await asyncio.open_connection(self._host, self._port, local_addr=self._local)
            return await self._send(*connection, head.encode() + b"\r\n" + content)

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
        writer.write(request)
        status = await _answer(reader)
        self._free.append((reader, writer))
        return status

    def close(self) -> None:
        """Close what is open."""
        for _, writer in self._free:
            writer.close()


class _Whole:
    """Told by the parser when an answer is complete."""

    complete = False

    def on_message_complete(self) -> None:
        self.complete = True


async def _answer(reader: asyncio.StreamReader) -> int:
    whole = _Whole()
    parser = httptools.HttpResponseParser(whole)
    while not whole.complete:
        data = await reader.read(65_536)
        if not data:
            raise ConnectionResetError("the server closed the connection before its answer was whole")
        parser.feed_data(data)
    return parser.get_status_code()
