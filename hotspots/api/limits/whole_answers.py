"""Make an answer whole before its first byte leaves, so that a slow reader holds no thread and no connection to the database.

A small answer waits in memory, a large one in a temporary file; the files of a process have a budget together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.api.cross_origin import READING
from hotspots.api.limits.bodies import again
from hotspots.api.limits.lanes import Lanes, OneLane, OverBudgetError
from hotspots.api.limits.networks import NetworkNames
from hotspots.api.limits.refusal import refuse
from hotspots.api.limits.turns import NoTurnError
from hotspots.store.public.work import LANES

MIB = 1024 * 1024
IN_MEMORY_BYTES = MIB
STEP_BYTES = 65_536
FILES_BYTES = 2048 * MIB  # of all answers of a process that are on their way
BUSY = "Too many requests are at work at the moment. Try again in a few seconds."
TOO_LARGE = "This answer is too large at the moment. Ask for a shorter period, or try again later."
SOON = {"Retry-After": "5"}
OVER_BUDGET = (
    "This address has had its share of long questions and files for now. Wait {wait_s} s; questions about a few months go on "
    "being answered."
)
CHANGES_NOTHING = re.compile(r"/_dash-update-component$|/api/(?:search|polygon)$")  # though it is posted


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

    One that turns out to need a longer lane gives its turn back, and is answered anew in a turn of that lane.

    Parameters
    ----------
    lanes : who may work.
    name_of : whose request it is; its network unless said.
    files_bytes : budget of the answers that are being made or sent.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        lanes: Lanes | OneLane,
        name_of: Callable[[Scope], str] | None = None,
        files_bytes: int = FILES_BYTES,
    ) -> None:
        self.app = app
        self._lanes = lanes
        self._budget = files_bytes
        self._kept_bytes = 0
        self._name_of = name_of or NetworkNames().of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            answer = await self._made(scope, receive)
        except NoTurnError:
            await refuse(scope, receive, send, 503, BUSY, SOON)
            return
        except OverBudgetError as error:
            words = OVER_BUDGET.format(wait_s=error.wait_s)
            await refuse(scope, receive, send, 429, words, {"Retry-After": str(error.wait_s)})
            return
        try:
            if answer.is_over_budget:
                await refuse(scope, receive, send, 503, TOO_LARGE, SOON)
                return
            if answer.start is None:
                return  # the client left while a file was being made
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
            self._drop(answer)

    async def _made(self, scope: Scope, receive: Receive) -> _Answer:
        """The whole answer, made in the lane that it needs."""
        name, body, lane = self._name_of(scope), await receive(), LANES[0]
        may_begin_again = scope["method"] in READING or bool(CHANGES_NOTHING.search(scope["path"]))
        while True:
            answer = _Answer()
            try:
                async with self._lanes.turn(name, lane, may_begin_again=may_begin_again) as work:
                    try:
                        await self.app({**scope}, again(body, receive), self._keep_in(answer))
                    except Exception as error:
                        if answer.start is None and work.needs is None:
                            raise
                        answer.error = error
            except BaseException:
                self._drop(answer)
                raise
            if work.needs is None:
                return answer
            self._drop(answer)
            lane = work.needs

    def _drop(self, answer: _Answer) -> None:
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
