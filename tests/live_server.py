"""A real server in a thread, on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep
from typing import Any

import uvicorn


@contextmanager
def served(app: Any, **options: Any) -> Iterator[str]:
    """Serve an ASGI application until the block ends, with further options of uvicorn; yields its address."""
    # A browser that leaves may keep a connection open: it is not waited for.
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=5, **options))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
