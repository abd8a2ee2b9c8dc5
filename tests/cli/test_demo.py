"""``hotspots demo`` at the shell."""

import socket

from typer.testing import CliRunner

from hotspots.cli.main import app


def test_a_taken_port_is_told_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, ["demo", "--port", str(port)], env={"HOTSPOTS_HOME": str(tmp_path / "home")})
    assert result.exit_code == 2
    assert str(port) in result.stderr
    assert not (tmp_path / "home").exists()


def test_help_names_the_steps_and_how_to_do_without_the_server():
    result = CliRunner().invoke(app, ["demo", "--help"])
    assert result.exit_code == 0
    for word in ("start the database, generate, load, publish, backtest, forecast, serve", "--no-serve", "--port"):
        assert word in " ".join(result.stdout.split())
