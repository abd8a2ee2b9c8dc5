"""Make an answer whole before its first byte leaves, so that a slow reader holds no thread and no connection to the database.

A small answer waits in memory, a large one in a temporary file; the files of a process have a budget together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.api.limits.networks import NetworkNames
from hotspots.api.limits.refusal import refuse
from hotspots.api.limits.turns import FairTurns, NoTurnError

MIB = 1024 * 1024
IN_MEMORY_BYTES = MIB
STEP_BYTES = 65_536
FILES_BYTES = 2048 * MIB  # of all answers of a process that are on their way
BUSY = "Too many requests are at work at the moment. Try again in a few seconds."
TOO_LARGE = "This answer is too large at the moment. Ask for a shorter period, or try again later."
SOON = {"Retry-After": "5"}


@dataclass(slots=True)
class _Answer:
    """An answer that is being made; `body` holds it, in memory at first."""

    start: Message | None = None
    n_bytes: int = 0
    is_over_budget: bool = False
    error: Exception | None = None
    body: IO[bytes] = field(default_factory=lambda: SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115


class WholeAnswers:
    """Middleware. A request waits for its turn, is answered whole, gives the turn back, and only then is its answer sent.

    Parameters
    ----------
    turns : who may work.
    name_of : whose request it is; its network unless said.
    files_bytes : budget of the answers that are being made or sent.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        turns: FairTurns,
        name_of: Callable[[Scope], str] | None = None,
        files_bytes: int = FILES_BYTES,
    ) -> None:
        self.app = app
        self._turns = turns
        self._budget = files_bytes
        self._kept_bytes = 0
        self._name_of = name_of or NetworkNames().of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer()
        try:
            try:
                async with self._turns.turn(self._name_of(scope)):
                    await self.app(scope, receive, self._keep_in(answer))
            except NoTurnError:
                await refuse(scope, receive, send, 503, BUSY, SOON)
                return
            except Exception as error:
                if answer.start is None:
                    raise
                answer.error = error
            if answer.is_over_budget:
                await refuse(scope, receive, send, 503, TOO_LARGE, SOON)
                return
            assert answer.start is not None, "an application that answers nothing"
            await send(answer.start)
            answer.body.seek(0)
            left = answer.n_bytes
            while step := answer.body.read(STEP_BYTES):
                left -= len(step)
                await send({"type": "http.response.body", "body": step, "more_body": left > 0})
            if not answer.n_bytes:
                await send({"type": "http.response.body", "body": b""})
            if answer.error is not None:
                raise answer.error
        finally:
            self._kept_bytes -= answer.n_bytes
            answer.body.close()

    def _keep_in(self, answer: _Answer) -> Send:
        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.start = message
                return
            if message["type"] != "http.response.body" or answer.is_over_budget:
                return
            step = message.get("body", b"")
            if self._kept_bytes + len(step) > self._budget:
                answer.is_over_budget = True
                return
            self._kept_bytes += len(step)
            answer.n_bytes += len(step)
            answer.body.write(step)

        return keep
