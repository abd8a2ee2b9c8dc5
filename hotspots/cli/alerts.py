"""``hotspots alerts``: the mails to those who follow a place."""

import json
from typing import Annotated

import typer

alerts_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the command group ``alerts``."""
    app.add_typer(alerts_app, name="alerts", help="Send the mails to those who follow a place.")


@alerts_app.callback()
def _group() -> None: ...


@alerts_app.command()
def send(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is due; send, write and delete nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Send what is due: questions whether an address is right, and what the newest publication brought. For a scheduler, every few minutes.

    Nothing is told twice; a mail that fails is due again with the next run.

    Example: hotspots alerts send

    Example: hotspots alerts send --dry-run --json
    """
    from dataclasses import asdict

    from hotspots.cli.operations.command_metrics import count_rows
    from hotspots.cli.session import begin_session
    from hotspots.errors import MailError, SettingsError
    from hotspots.pipeline.follow.alerts import Sender, send_alerts
    from hotspots.pipeline.follow.smtp import post_office
    from hotspots.store.public.reader import OpenReader
    from hotspots.store.server.connection import open_mailer, open_public

    settings = begin_session()
    if settings.smtp_url is None or settings.mail_from is None or settings.public_url is None:
        raise SettingsError(
            "E-mail alerts are off: set HOTSPOTS_SMTP_URL, HOTSPOTS_MAIL_FROM and HOTSPOTS_PUBLIC_URL. See docs/alerts.md."
        )
    with open_public(settings).open_pool(max_size=2) as pool, post_office(settings.smtp_url.get_secret_value()) as post:
        done = send_alerts(
            open_mailer(settings),
            OpenReader(pool),
            post,
            sender=Sender(settings.mail_from, settings.public_url),
            dry_run=dry_run,
        )
    count_rows(done.told + done.asked)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        verb = "Would send" if dry_run else "Sent"
        typer.echo(
            f"{verb} {done.told} alerts, {done.asked} questions for confirmation; nothing to tell: {done.quiet}."
        )
        if done.gone:
            typer.echo(f"  {done.gone} follow an area or types that are no longer published: nothing is sent to them.")
        if done.forgotten:
            typer.echo(f"  {done.forgotten} were not confirmed in 48 hours and are deleted.")
        if done.unclear:
            typer.echo(f"  {done.unclear} of runs that were killed may have left or not: they are not sent again.")
    if done.failed:
        raise MailError(f"{done.failed} mails did not leave and stay due; the log says why.")
