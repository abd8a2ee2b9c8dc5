"""Questions of a page held back, and let through in an order of the test's own choice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from playwright.sync_api import Page, Route

CALLBACKS = "**/_dash-update-component*"
TILES = "**/api/tiles/incidents/**"
PATIENCE_S = 120  # how long a broken page is waited for
FRAME = "() => new Promise(requestAnimationFrame)"


class Gate:
    """Holds back whatever a page asks, oldest first, until it is let through or the gate is open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waiting: list[Route] = []
        self.is_open = False

    def hold(self, route: Route) -> None:
        """What Playwright calls for each question."""
        if self.is_open:
            route.continue_()
        else:
            self.waiting.append(route)

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Make the block ask a question, which waits."""
        before, broken = len(self.waiting), monotonic() + PATIENCE_S
        yield
        while len(self.waiting) == before:
            assert monotonic() < broken, "nothing was asked"
            self.page.evaluate(FRAME)

    def let_through(self, at: int = 0) -> None:
        """One question, until the page has read its answer; a question that the page has given up has none."""
        route = self.waiting.pop(at)
        route.continue_()
        if answer := route.request.response():
            answer.finished()
        self.page.evaluate(FRAME)

    def open(self) -> None:
        """Let everything through from now on; what waits already goes first."""
        self.is_open = True
        while self.waiting:
            self.let_through()


@contextmanager
def gate(page: Page, questions: str) -> Iterator[Gate]:
    """A closed gate before the questions of an address pattern, until the block ends."""
    made = Gate(page)
    page.route(questions, made.hold)
    try:
        yield made
    finally:
        made.open()
        page.unroute(questions)
