"""Real proxies from Debian before a server, each on a port of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

PATIENCE_S = 60
NGINX = """daemon off; pid {folder}/pid; error_log stderr; events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s; access_log off; default_type application/octet-stream;
    {servers}
}}
"""
CADDY = """{{
    admin off
    auto_https off
}}
{sites}
"""
# The site under a path of another one, which the proxy takes off; everything else is that other site's.
STRIPPING = {
    "nginx": """server {{
        listen 127.0.0.1:{port};
        location {path} {{ proxy_pass http://{server}/; proxy_set_header Host $http_host; }}
        location / {{ return 404 "another site"; }}
    }}""",
    "caddy": """http://127.0.0.1:{port} {{
    redir {bare} {path} 308
    handle_path {path}* {{
        reverse_proxy {server}
    }}
    respond "another site" 404
}}""",
}

# Two servers in turn, as one site.
IN_TURN = """upstream both {{ {servers} }}
    server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://both; proxy_set_header Host $http_host; }} }}"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def stripping_proxy(name: str, server: str, *, port: int, path: str) -> Iterator[None]:
    """Serve under a path, on a port, what a server (``host:port``) has at its root, by the proxy named."""
    with running(name, STRIPPING[name].format(port=port, path=path, bare=path[:-1], server=server), port=port):
        yield


@contextmanager
def in_turn(servers: Sequence[str]) -> Iterator[str]:
    """Serve several servers (``host:port``) in turn as one site, by nginx; yields its address."""
    port = free_port()
    named = " ".join(f"server {one};" for one in servers)
    with running("nginx", IN_TURN.format(port=port, servers=named), port=port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(name: str, sites: str, *, port: int, is_whole: bool = False) -> Iterator[Path]:
    """Run nginx or Caddy until the block ends; yields its folder, where a file named ``words`` holds what it said.

    Parameters
    ----------
    sites : the servers of nginx, or Caddy's whole file where `is_whole`.
    port : one that it listens on when it is ready.
    """
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if program is None:
        pytest.skip(f"{name} is not here: scripts/system_packages.sh proxies")
    folder = Path(tempfile.mkdtemp(prefix="hotspots-proxy-", dir="/tmp"))
    folder.chmod(0o755)
    if name == "nginx":
        (folder / "conf").write_text(NGINX.format(folder=folder, servers=sites))
        command = [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "conf")]
    else:
        (folder / "conf").write_text(sites if is_whole else CADDY.format(sites=sites))
        command = [program, "run", "--config", str(folder / "conf"), "--adapter", "caddyfile"]
    keys = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with (folder / "words").open("w") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words, env=keys)
    try:
        _wait_until_open(port, process, folder / "words")
        yield folder
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_open(port: int, process: subprocess.Popen[bytes], words: Path) -> None:
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        assert process.poll() is None, words.read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.02)
    raise AssertionError(words.read_text())
