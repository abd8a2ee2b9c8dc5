"""Logging: one line a step, with numbers, to standard error; JSON where a collector reads it.

A log never holds what a visitor asked: an exception is logged as its type and the places in the code that it passed, without its
message, its variables or its source lines. The lines of libraries go the same way.
"""

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from hotspots.settings import Settings

LIBRARIES_LEVEL = logging.WARNING  # below it libraries log statements, headers and addresses
SPOKEN_LIBRARIES = ("uvicorn.error",)  # it says when a server starts and stops
OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "hotspots_dashboard", "flask.app")
MOST_PLACES = 12


def configure_logs(settings: Settings) -> None:
    """Set up structlog for this process; modules log by ``structlog.get_logger()``. Standard output stays free for results."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if settings.log_json else "%H:%M:%S", utc=settings.log_json),
            without_values,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each call, so that a stream replaced later (a test's capture) is the one written to.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    take_over_libraries(max(level, logging.INFO))


def without_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places that it passed (a processor of structlog)."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"], event["at"] = _types(error), _places(error)
    event.pop("stack_info", None)
    return event


def take_over_libraries(level: int = logging.INFO) -> None:
    """Let libraries log through structlog, the first line of a message only, whatever handlers they brought."""
    logging.raiseExceptions = False  # else a message that cannot be written is printed with its arguments
    root = logging.getLogger()
    if not any(isinstance(one, _ToStructlog) for one in root.handlers):
        root.addHandler(_ToStructlog())
    root.setLevel(max(level, LIBRARIES_LEVEL))
    for name in OWN_HANDLERS:
        library = logging.getLogger(name)
        library.handlers, library.propagate = [], True
    for name in SPOKEN_LIBRARIES:
        logging.getLogger(name).setLevel(level)
    # Our own line of a request says more, and less about who asked.
    logging.getLogger("uvicorn.access").propagate = False


def log_uncaught() -> None:
    """Log what ends a thread, or is raised where nobody can catch it, in place of Python's own words about it."""
    threading.excepthook = _log_thread_end
    sys.unraisablehook = _log_unraisable


class _ToStructlog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        first_line = record.getMessage().partition("\n")[0]  # what follows may be a representation of anything
        structlog.get_logger().log(record.levelno, first_line, source=record.name, exc_info=record.exc_info)


def _log_thread_end(ended: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("a thread ended early", exc_info=ended.exc_value)


def _log_unraisable(ignored: Any) -> None:
    structlog.get_logger().error("an exception was ignored", exc_info=ignored.exc_value)


def _types(error: BaseException) -> str:
    """The type of an exception and of what it came from: ``KeyError from OperationalError``."""
    names, seen = [type(error).__name__], error
    while (seen := seen.__cause__ or seen.__context__) is not None and len(names) < MOST_PLACES:
        names.append(type(seen).__name__)
    return " from ".join(names)


def _places(error: BaseException) -> str:
    """File, line and function of the last calls, the outermost first."""
    places = [
        f"{Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return " > ".join(places[-MOST_PLACES:])
