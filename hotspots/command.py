"""The console script, also where the service's libraries are not installed."""

from __future__ import annotations

import sys


def run() -> None:
    """Run ``hotspots``; where its libraries are missing, say how to install them."""
    try:
        from hotspots.cli.main import run as run_command
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("hotspots", "hotspots_models", "hotspots_dashboard"):
            raise
        sys.stderr.write(
            f"Error: the command line needs the package {error.name}. Install the service: pip install 'hotspots[service]'\n"
        )
        sys.exit(2)
    run_command()


if __name__ == "__main__":
    run()
