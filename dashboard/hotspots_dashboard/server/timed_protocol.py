"""The HTTP protocol of our servers: uvicorn's, with limits on what it leaves open.

A request's head has a size and must arrive within `HEAD_S` seconds, and a reader must take what waits for it (about 50 kB) within `STALL_S`
seconds; else the connection ends. Neither holds a thread, but both would hold a connection for ever.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
STALL_S = 20.0
MAX_HEAD_BYTES = 65_536


class TimedProtocol(HttpToolsProtocol):
    """One connection."""

    head_s, stall_s = HEAD_S, STALL_S
    stalled = 0  # connections that ended because nobody read, of this process
    _head: TimerHandle | None = None
    _head_bytes = 0
    _stall: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Wait for the first request's head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._head = _stopped(self._head)
        self._stall = _stopped(self._stall)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Wait for the head of a further request from its first byte on."""
        if self.cycle is not None and self.cycle.response_complete:
            self._await_head()
        super().data_received(data)
        if self._head is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._abort()

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._head = _stopped(self._head)
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The reader is slower than the answer: wait for it so long."""
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(self.stall_s, self._end_stalled)

    def resume_writing(self) -> None:
        """The reader took what waited."""
        self._stall = _stopped(self._stall)
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection, also where its reader never took the last bytes."""
        self._abort()

    def _await_head(self) -> None:
        if self._head is None:
            self._head_bytes = 0
            self._head = self.loop.call_later(self.head_s, self._abort)

    def _end_stalled(self) -> None:
        type(self).stalled += 1
        self._abort()

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def _stopped(timer: Any) -> None:
    if timer is not None:
        timer.cancel()
