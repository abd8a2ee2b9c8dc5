"""Peak memory of a stretch of work, by watching the process's resident set."""

from __future__ import annotations

import resource
import threading
from pathlib import Path
from types import TracebackType

_STATM = Path("/proc/self/statm")
_PAGE_MB = resource.getpagesize() / 2**20


class PeakMemory:
    """Context that knows the highest resident memory seen within it, in MB; None where the system does not say."""

    def __init__(self, *, every_seconds: float = 0.02) -> None:
        """Prepare; nothing is watched before the context is entered."""
        self.peak_mb: float | None = None
        self._every = every_seconds
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        """Begin to watch."""
        self._look()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._done.set()
        self._watcher.join()
        self._look()

    def _watch(self) -> None:
        while not self._done.wait(self._every):
            self._look()

    def _look(self) -> None:
        if _STATM.exists():
            resident = int(_STATM.read_text().split()[1]) * _PAGE_MB
            self.peak_mb = max(self.peak_mb or 0.0, resident)
