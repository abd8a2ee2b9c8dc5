"""Become a server that knows no more than it needs: the command replaces itself by a process with an environment of its own.

Taking a variable out of ``os.environ`` leaves it in ``/proc/PID/environ``, where the process was started with it. Only a new program
(``exec``) starts without it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from hotspots.settings import Settings, is_secret

# Besides our own settings: where programs and home are, how text and time are read, and how Python finds its packages.
SYSTEM_VARIABLES = frozenset(
    {
        "PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "PGSSLMODE", "PGSSLROOTCERT",
        "VIRTUAL_ENV", "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS",
        "OMP_NUM_THREADS", "FORWARDED_ALLOW_IPS", "NO_COLOR",
    }
)  # fmt: skip


def server_environment(given: Mapping[str, str], *, keys: Mapping[str, str]) -> dict[str, str]:
    """The variables that a server is started with.

    Parameters
    ----------
    given : the environment of the command.
    keys : the secrets that this server needs, by variable. No other secret setting is passed on.
    """
    allowed = SYSTEM_VARIABLES | {
        f"HOTSPOTS_{name.upper()}" for name, field in Settings.model_fields.items() if not is_secret(field.annotation)
    }
    return {name: value for name, value in given.items() if name in allowed} | dict(keys)


def become(module: Sequence[str], *, keys: Mapping[str, str]) -> NoReturn:
    """Replace this process by one that runs a module with arguments and holds these keys alone."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, "-P", "-m", *module], server_environment(os.environ, keys=keys))


def become_server(app: str, *, keys: Mapping[str, str], **options: Any) -> NoReturn:
    """Replace this process by one that serves `app` (``package.module:factory``) with uvicorn's `options`."""
    become(["hotspots.cli.server_process", app, json.dumps(options)], keys=keys)


def raise_file_limit() -> None:
    """Allow this process as many open files as the system lets it have: a connection that does nothing still takes one."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run_servers(servers: Sequence[tuple[str, Mapping[str, str], Mapping[str, Any]]]) -> None:
    """Run several servers, each a process with an environment of its own, until one ends or Ctrl-C; then all end.

    Parameters
    ----------
    servers : for each its app, its keys and uvicorn's options, as `become_server` takes them.
    """
    processes: list[subprocess.Popen[bytes]] = []

    def stop(*_: object) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    try:
        for app, keys, options in servers:
            arguments = [sys.executable, "-P", "-m", "hotspots.cli.server_process", app, json.dumps(dict(options))]
            processes.append(subprocess.Popen(arguments, env=server_environment(os.environ, keys=keys)))
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
    except KeyboardInterrupt:
        pass  # the servers got it, too
    finally:
        stop()
        for process in processes:
            process.wait()


if __name__ == "__main__":
    import uvicorn

    from hotspots.logs import configure_logs
    from hotspots.settings import read_settings

    configure_logs(read_settings())
    raise_file_limit()
    uvicorn.run(sys.argv[1], factory=True, **json.loads(sys.argv[2]))
