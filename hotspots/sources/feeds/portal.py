"""Ask a portal over HTTP: patient with a busy server, strict with an answer that is not whole, silent about tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from hotspots.errors import InputError
from hotspots.private_files import open_private

if TYPE_CHECKING:
    import httpx

CHUNK_BYTES = 1 << 20
MOST_PAGE_BYTES = 1 << 29  # of one answer that is held in memory
MOST_FILE_BYTES = 1 << 36
TIMEOUT_S = 120.0


class PortalError(InputError):
    """A portal does not give what was asked for; the message says why.

    Attributes
    ----------
    status : the HTTP status, 0 where there was no answer.
    """

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class BusyError(PortalError):
    """The portal may answer later.

    Attributes
    ----------
    wait_s : seconds that it asks us to wait, None where it does not say.
    """

    def __init__(self, message: str, *, status: int = 0, wait_s: float | None = None) -> None:
        super().__init__(message, status=status)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Patience:
    """How long a portal is asked again.

    Attributes
    ----------
    attempts : how often one question is asked.
    first_wait_s : the wait after the first failure, doubled after each.
    longest_wait_s : no wait is longer, and a portal that asks for more is left alone until the next run.
    """

    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 600.0


class Pace:
    """At most so many requests a second, evenly spread."""

    def __init__(
        self,
        per_second: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval_s, self._now, self._sleep = 1 / per_second, now, sleep
        self._next = now()

    def wait(self) -> None:
        """Wait for the next request's turn."""
        missing_s = self._next - self._now()
        if missing_s > 0:
            self._sleep(missing_s)
        self._next = max(self._next, self._now()) + self._interval_s


@dataclass(frozen=True)
class Answer:
    """A whole answer: its content and its headers, names in lower case."""

    content: Any
    headers: dict[str, str]

    @property
    def server_time(self) -> datetime:
        """The portal's own clock; ours where it does not tell."""
        return _http_time(self.headers.get("date", "")) or datetime.now(UTC)


class Portal:
    """One portal, for the time of one run.

    Parameters
    ----------
    name : str
        What it is called in errors, without anything secret.
    headers : dict
        Sent with each request; a token belongs here, so that it is in no address and no log.
    follow : bool
        Whether to go where the portal sends us; not where a token would go along.
    """

    def __init__(
        self,
        name: str,
        *,
        headers: dict[str, str] | None = None,
        follow: bool = False,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        import httpx

        self._name, self._pace = name, pace
        self.patience = patience or Patience()
        self._client = httpx.Client(
            headers={"User-Agent": "hotspots", **(headers or {})},
            follow_redirects=follow,
            timeout=httpx.Timeout(TIMEOUT_S, connect=30.0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def json(
        self,
        url: str,
        *,
        attempts: int | None = None,
        check: Callable[[Any], None] = lambda content: None,
        **request: Any,
    ) -> Answer:
        """Ask for JSON; `request` is what httpx takes, such as params; with `json` or `data` it is posted.

        Parameters
        ----------
        attempts : int, optional
            How often it is asked; else as the portal's patience says.
        check : callable
            Raises where the content is an error in disguise; a BusyError is asked again.

        Raises
        ------
        BusyError
            It did not answer in all attempts.
        PortalError
            It refuses, or its answer is too large.
        """

        def ask() -> Answer:
            with self._stream(url, **request) as response:
                body = bytearray()
                for chunk in response.iter_bytes(CHUNK_BYTES):
                    body += chunk
                    if len(body) > MOST_PAGE_BYTES:
                        raise PortalError(f"{self._name}: one answer is larger than {MOST_PAGE_BYTES:,} bytes.")
                try:
                    content = json.loads(body)
                except ValueError:
                    raise BusyError(f"{self._name}: the answer is not whole JSON.") from None
                check(content)
                return Answer(content, {key.lower(): value for key, value in response.headers.items()})

        return self._patiently(ask, attempts)

    def download(self, url: str, to: Path, *, headers: dict[str, str]) -> Answer | None:
        """Write an answer into a file that only its owner can read; None where it is the same as before (304).

        The answer's content is the sha256 of the file, held to the checksums that the portal sends along.
        """

        def ask() -> Answer | None:
            with self._stream(url, headers=headers) as response:
                if response.status_code == 304:
                    return None
                sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
                with open_private(to) as file:
                    for chunk in response.iter_bytes(CHUNK_BYTES):
                        size += len(chunk)
                        if size > MOST_FILE_BYTES:
                            raise PortalError(f"{self._name}: the file is larger than {MOST_FILE_BYTES:,} bytes.")
                        file.write(chunk)
                        sha256.update(chunk)
                        md5.update(chunk)
                kept = {key.lower(): value for key, value in response.headers.items()}
                self._hold_to_checksums(kept, sha256.digest(), md5.digest())
                return Answer(sha256.hexdigest(), kept)

        return self._patiently(ask, None)

    def _hold_to_checksums(self, headers: dict[str, str], sha256: bytes, md5: bytes) -> None:
        if "content-encoding" in headers:
            return  # what was unpacked has another sum
        digests = " ".join(headers.get(name, "") for name in ("content-digest", "repr-digest", "digest"))
        told = re.search(r"sha-256=:?([A-Za-z0-9+/]+=*)", digests, flags=re.IGNORECASE)
        pairs = [(told[1] if told else None, sha256), (headers.get("content-md5"), md5)]
        for word, digest in pairs:
            if word is not None and word.strip() != base64.b64encode(digest).decode():
                raise BusyError(f"{self._name}: the file does not have the checksum that the portal sent with it.")

    @contextmanager
    def _stream(self, url: str, **request: Any) -> Iterator[httpx.Response]:
        import httpx

        if self._pace:
            self._pace.wait()
        method = "POST" if {"json", "data"} & request.keys() else "GET"
        try:
            with self._client.stream(method, url, **request) as response:
                self._check_status(response)
                yield response
        except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.InvalidURL) as error:
            raise PortalError(f"{self._name}: {error}") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            words = str(error) or type(error).__name__
            raise BusyError(f"{self._name}: no whole answer ({words}).") from None

    def _check_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in (200, 304):
            return
        if 300 <= status < 400:
            there = response.headers.get("location", "elsewhere").split("?")[0]
            raise PortalError(f"{self._name}: it has moved to {there[:200]}; write that address as url.")
        if status in (408, 425, 429) or status >= 500:
            wait_s = retry_after_s(response.headers.get("retry-after", ""), now=datetime.now(UTC))
            raise BusyError(f"{self._name}: it answers {status}.", status=status, wait_s=wait_s)
        response.read()
        raise PortalError(f"{self._name}: it refuses with {status}{_reason(response.text)}.", status=status)

    def _patiently(self, ask: Callable[[], Any], attempts: int | None) -> Any:
        import stamina

        patience = self.patience
        for attempt in stamina.retry_context(
            on=self._wait,
            attempts=attempts or patience.attempts,
            timeout=None,
            wait_initial=patience.first_wait_s,
            wait_max=patience.longest_wait_s,
            wait_jitter=patience.first_wait_s,
        ):
            with attempt:
                return ask()
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: Exception) -> bool | float:
        if not isinstance(error, BusyError):
            return False
        if error.wait_s is None:
            return True
        return error.wait_s if error.wait_s <= self.patience.longest_wait_s else False


def retry_after_s(header: str, *, now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or a date; None where it says nothing that can be read."""
    if header.strip().isdigit():
        return float(header)
    moment = _http_time(header)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _http_time(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reason(body: str) -> str:
    """The portal's own words for a refusal, in one line."""
    try:
        content = json.loads(body)
    except ValueError:
        content = {}
    words = content.get("message") or content.get("error") if isinstance(content, dict) else None
    return f": {' '.join(str(words).split())[:300]}" if words else ""
