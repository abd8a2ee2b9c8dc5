"""The command line ``hotspots``: collects the command groups and turns errors into one clear line.

Modules import what is heavy inside their commands, so that ``hotspots --help`` answers at once.
"""

import os
import sys
import traceback
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from hotspots.cli import (
    alerts,
    at_risk,
    backtest,
    database,
    demo,
    erase,
    forecast,
    incidents,
    load,
    publish,
    records,
    serve,
    status,
)
from hotspots.cli.act import action, places, plan, problem, remedies
from hotspots.cli.city import commands as city
from hotspots.cli.city import fetch
from hotspots.cli.operations import audit, backup, doctor, work
from hotspots.cli.operations.command_metrics import measured
from hotspots.cli.operations.environment import remedy
from hotspots.cli.people import concern, partner, user, views
from hotspots.cli.statistics import commands as statistics
from hotspots.domain.filters.fields import OPTIONS
from hotspots.errors import FilterError, HotspotsError

EXIT_UNEXPECTED = 1
EXIT_BAD_INPUT = 2

OPTION_OF = {option.parameter: option.flag for option in OPTIONS} | {
    "known_on": "--known-on"
}  # by parameter of an address


class ErrorLineGroup(TyperGroup):
    """A group of commands that ends with one line on standard error and an exit code, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command and measure it; exit 2 where the person can mend it, 1 where it is a defect of ours."""
        with measured(next(iter([*ctx._protected_args, *ctx.args]), "")):  # noqa: SLF001  (click's name for what is left to parse)
            return self._invoke(ctx)

    def _invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # a full disk under `> file` is found here, not after the end
            return result
        except FilterError as error:
            typer.echo(f"Error: {OPTION_OF.get(error.parameter, f'--{error.parameter}')} {error.problem}", err=True)
            sys.exit(EXIT_BAD_INPUT)
        except HotspotsError as error:
            typer.echo(f"Error: {error}", err=True)
            sys.exit(EXIT_BAD_INPUT)
        except (TyperException, typer.Exit, typer.Abort, BrokenPipeError):
            raise  # typer's own, with their messages and codes
        except Exception as error:  # noqa: BLE001  (the outermost door: the person gets a line, whatever happened)
            if line := remedy(error):
                typer.echo(f"Error: {line}", err=True)
                _drop_unwritten_output()
                sys.exit(EXIT_BAD_INPUT)
            if os.environ.get("HOTSPOTS_LOG_LEVEL") == "debug":
                traceback.print_exc()
            typer.echo(
                f"Unexpected error ({type(error).__name__}): {' '.join(str(error).split())} "
                "This is a defect of hotspots; HOTSPOTS_LOG_LEVEL=debug shows where.",
                err=True,
            )
            sys.exit(EXIT_UNEXPECTED)


def _drop_unwritten_output() -> None:
    """Lead standard output to nowhere: Python writes what is left at its end, and would end with another code where that fails."""
    with suppress(OSError, ValueError):  # a test's stream has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    cls=ErrorLineGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From a police incident file to a public map, sound statistics and an explained forecast.\n\n"
    "A first look at an invented city: hotspots demo",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"hotspots {version('hotspots')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None: ...


# In the order of the help page.
for _module in (
    demo,
    serve,
    city,
    load,
    fetch,
    publish,
    alerts,
    incidents,
    records,
    forecast,
    backtest,
    at_risk,
    statistics,
    problem,
    action,
    plan,
    remedies,
    concern,
    places,
    partner,
    views,
    erase,
    status,
    user,
    database,
    backup,
    doctor,
    work,
    audit,
):
    _module.register(app)


def run() -> None:
    """The console script."""
    app()
