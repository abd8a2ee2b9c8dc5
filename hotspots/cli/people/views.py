"""``hotspots views``: digests of the saved views that people follow, which a timer sends."""

import typer

views_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the command group ``views``."""
    app.add_typer(views_app, name="views", help="Saved views of the desk: digests for those who follow them.")


@views_app.callback()
def views() -> None:
    """Keep the group a group while it has one command."""


@views_app.command()
def digest() -> None:
    """Send the digests that are due: to each account with an address, daily or weekly as it asked, how many of its views have new records.

    Example: hotspots views digest
    """
    from hotspots.cli.act.mails import mail_round, say
    from hotspots.pipeline.desk.view_digests import send_digests

    with mail_round("Digests") as told:
        url = told.settings.desk_url()
        say("Digests", *send_digests(told.owner, told.post, sender=told.sender, service=told.service, url=url))
