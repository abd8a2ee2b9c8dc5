"""``hotspots partner``: accounts of partners by an administrator, and their digest, which a timer sends."""

from typing import Annotated

import typer

from hotspots.cli.act.person import Person, acting
from hotspots.cli.people.invitation import print_invitation, state_of

partner_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
NAME_HELP = "Name of the partner's account: small letters, digits, dots, hyphens."


def register(app: typer.Typer) -> None:
    """Add the command group ``partner``."""
    app.add_typer(partner_app, name="partner", help="Partners: accounts of their own server, and their digest.")


@partner_app.command()
def add(
    name: Annotated[str, typer.Argument(help=NAME_HELP)],
    person: Person,
    email: Annotated[str | None, typer.Option(help="Address that the digest goes to; left out, there is none.")] = None,
) -> None:
    """Add a partner and print the one-time invitation, good for three days.

    Example: hotspots partner add streets-dept --as admin1 --email lights@example.org
    """
    from hotspots.pipeline.partners import accounts

    with acting(person, "people.write") as (connection, settings):
        token = accounts.add(connection, name=name, email=email, person=person)
    print_invitation(f"{name} is a new partner.", name=name, url=settings.partner_pages_url(), token=token)


@partner_app.command(name="list")
def list_partners() -> None:
    """List the partners: whether enrolled or disabled, live sessions.

    Example: hotspots partner list
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.partners.accounts import PROCESS
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.accounts import read_accounts

    with prepare_database(begin_session()).connect() as connection:
        found = read_accounts(connection, process=PROCESS)
    for one in found:
        typer.echo(f"{one.name}  {state_of(one)}")
    if not found:
        typer.echo("There is no partner yet: hotspots partner add NAME --as ADMIN")


@partner_app.command()
def disable(name: Annotated[str, typer.Argument(help=NAME_HELP)], person: Person) -> None:
    """Disable a partner and end its sessions at once. What was shared stays until it is withdrawn on the desk.

    Example: hotspots partner disable streets-dept --as admin1
    """
    from hotspots.pipeline.partners import accounts

    with acting(person, "people.write") as (connection, _):
        accounts.disable(connection, name, person=person)
    typer.echo(f"{name} is disabled and signed out everywhere.")


@partner_app.command()
def reset(name: Annotated[str, typer.Argument(help=NAME_HELP)], person: Person) -> None:
    """Drop password and second factor of a partner, end its sessions, and print a new invitation.

    Example: hotspots partner reset streets-dept --as admin1
    """
    from hotspots.pipeline.partners import accounts

    with acting(person, "people.write") as (connection, settings):
        token = accounts.reset(connection, name, person=person)
    print_invitation(f"{name} is signed out everywhere.", name=name, url=settings.partner_pages_url(), token=token)


@partner_app.command()
def email(
    name: Annotated[str, typer.Argument(help=NAME_HELP)],
    person: Person,
    address: Annotated[
        str | None,
        typer.Option(help="Address that the digest goes to; left out, the digests end and the address is deleted."),
    ] = None,
) -> None:
    """Say where a partner's digest goes, or end it.

    Example: hotspots partner email streets-dept --as admin1 --address lights@example.org
    """
    from hotspots.pipeline.partners import accounts

    with acting(person, "people.write") as (connection, _):
        accounts.tell_at(connection, name, address, person=person)
    typer.echo(f"The digest of {name} goes to the address that was given." if address else f"{name} gets no digest.")


@partner_app.command()
def digest() -> None:
    """Send the digests that are due: to each partner with something shared, every two weeks, a count and a link.

    Example: hotspots partner digest
    """
    from hotspots.cli.act.mails import mail_round, say
    from hotspots.pipeline.partners.digest import send_digests

    with mail_round("Digests") as told:
        url = told.settings.partner_pages_url()
        say("Digests", *send_digests(told.owner, told.post, sender=told.sender, service=told.service, url=url))
