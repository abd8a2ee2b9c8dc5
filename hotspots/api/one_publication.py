"""Every answer is of one publication: the newest, or the one that its request names, which is that of the page that asks.

Two servers see a publication at different moments, and a page asks again and again. A request that names a publication which is not the
newest any more gets 410, and its page loads itself anew. A request that names none and meets a publication half way is answered again.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.api.limits.bodies import again
from hotspots.api.limits.refusal import refuse
from hotspots.domain.whole_number import read_whole_number
from hotspots.store.public.newest_vintage import PIN, Pin

TRIES = 3  # of a request that names no publication: two in a row within one answer are unheard of
GONE = "Newer data were published since {asked}. Ask for the newest, or load the page anew."
AHEAD = "Publication {asked} is not here yet; the newest is {newest}. Try again in a second."
HEADER = "hotspots-vintage"  # of a request: the publication of the page that asks; of an answer: its own
BUSY = "Data are being published at the moment. Try again in a second."


class OnePublication:
    """Middleware over a server whose requests come with their whole bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, named = await receive(), read_whole_number(Headers(scope=scope).get(HEADER, ""))
        pin = Pin(named)
        for _ in range(TRIES):
            pin = Pin(named)
            if await self._answer(pin, scope, again(body, receive), send):
                return
            if named is not None:
                break
            named = pin.asked  # found in the address, perhaps after a question: asked again from the beginning
        asked, newest = pin.asked, pin.vintage.vintage_id if pin.vintage else -1
        if asked is None:
            await refuse(scope, receive, send, 503, BUSY, {"Retry-After": "1"})
        elif asked < newest:
            await refuse(scope, receive, send, 410, GONE.format(asked=f"publication {asked}"))
        elif asked == newest:
            await refuse(scope, receive, send, 410, GONE.format(asked="this began to be answered"))
        else:
            await refuse(
                scope,
                receive,
                send,
                503,
                AHEAD.format(asked=asked, newest=newest if pin.vintage else "none"),
                {"Retry-After": "1"},
            )

    async def _answer(self, pin: Pin, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether an answer of one publication was sent; whatever comes after a question that met another one is dropped."""
        is_sent = False

        async def pass_on(message: Message) -> None:
            nonlocal is_sent
            if is_sent or not pin.is_outdated:
                is_sent = True
                if message["type"] == "http.response.start" and pin.vintage is not None:
                    MutableHeaders(scope=message)[HEADER] = str(pin.vintage.vintage_id)
                await send(message)

        token = PIN.set(pin)
        try:
            await self.app({**scope}, receive, pass_on)
        except Exception:
            if is_sent or not pin.is_outdated:
                raise
        finally:
            PIN.reset(token)
        return is_sent
