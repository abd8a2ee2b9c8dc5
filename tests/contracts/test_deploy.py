"""The files in deploy/: units that systemd reads, numbers that there are, limits that are the server's own."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import typer.main
from prometheus_client import REGISTRY

from hotspots.api.limits import bodies
from hotspots.cli.main import app
from hotspots.cli.operations.command_metrics import HELP, MEASURED, PREFIX
from hotspots_dashboard.server import timed_protocol
from hotspots_dashboard.server.metrics import KINDS, server_metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
PROGRAM = "/srv/hotspots/.venv/bin/hotspots"


def test_systemd_reads_every_unit_without_a_word(tmp_path: Path) -> None:
    """With a program that is there in place of ours."""
    analyse = shutil.which("systemd-analyze")
    for unit in UNITS:
        text = unit.read_text()
        assert re.search(r"^\[(Service|Timer)\]$", text, flags=re.MULTILINE), unit.name
        (tmp_path / unit.name).write_text(text.replace(PROGRAM, "/bin/true"))
    if analyse is not None:  # a container may be without it
        files = [str(tmp_path / unit.name) for unit in UNITS]
        verified = subprocess.run([analyse, "verify", *files], capture_output=True, text=True, check=False)
        assert (verified.returncode, verified.stderr) == (0, "")


def test_every_unit_runs_a_command_that_there_is_and_a_timer_has_its_service() -> None:
    top = typer.main.get_command(app)
    for unit in UNITS:
        if unit.suffix == ".timer":
            assert unit.with_suffix(".service").exists()
        for words in re.findall(rf"{PROGRAM} (.+)$", unit.read_text(), flags=re.MULTILINE):
            command = top
            for word in words.split():
                commands = getattr(command, "commands", None)
                if commands is None:
                    break
                command = commands[word]
            options = {name for one in command.params for name in one.opts}
            assert set(re.findall(r"--[a-z-]+", words)) <= options, (unit.name, words)


def test_dashboard_and_alert_rules_ask_for_numbers_that_there_are() -> None:
    server_metrics()
    ours = {PREFIX + name for name in HELP}
    for family in REGISTRY.collect():
        ours |= {family.name, f"{family.name}_total", f"{family.name}_bucket"}
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = (DEPLOY / "prometheus-alerts.yml").read_text()
    asked += re.findall(r"^ +expr: (.+)$", rules, flags=re.MULTILINE)
    assert len(asked) > 12
    for expression in asked:
        names = re.findall(r"\b(?:hotspots|process)_[a-z_]+", expression)
        assert names and set(names) <= ours, expression
    for command in re.findall(r'command=~?"([^"]+)"', rules):
        assert set(command.split("|")) <= set(MEASURED)
    for kind in re.findall(r'kind=~"([^"]+)"', rules):
        assert set(kind.split("|")) <= {*KINDS.values(), "page", "callback", "asset", "api"}


def test_the_proxies_have_the_limits_of_the_server_and_log_nothing_of_a_visitor() -> None:
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    kilobytes, seconds = bodies.MAX_BODY_BYTES // 1024, f"{timed_protocol.HEAD_S:g}s"
    assert f"client_max_body_size {kilobytes}k;" in nginx and f"max_size {kilobytes}KB" in caddy
    assert f"client_header_timeout {seconds};" in nginx and f"read_header {seconds}" in caddy
    assert f"client_body_timeout {bodies.BODY_S:g}s;" in nginx and f"read_body {bodies.BODY_S:g}s" in caddy
    assert f"send_timeout {timed_protocol.STALL_S:g}s;" in nginx
    (logged,) = re.findall(r"log_format hotspots '(.+)';", nginx)
    assert not re.search(r"\$(remote|request\b|request_uri|uri|args|query|http_|binary)", logged)
    assert "location = /metrics { return 404; }" in nginx and "respond /metrics 404" in caddy
    for field in ("request>remote_ip", "request>client_ip", "request>uri", "request>headers"):
        assert f"{field} delete" in caddy
