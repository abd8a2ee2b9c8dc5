"""``hotspots user``: accounts of the staff desk, with the owner's key."""

from typing import Annotated

import typer

from hotspots.cli.people.invitation import print_invitation, state_of

user_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
NAME_HELP = "Name of the account."


def register(app: typer.Typer) -> None:
    """Add the command group ``user``."""
    app.add_typer(user_app, name="user", help="Accounts of the staff desk.")


@user_app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name to sign in with: small letters, digits, dots, hyphens.")],
    role: Annotated[str, typer.Option(help="analyst, commander, prevention, auditor or admin.")],
    area: Annotated[
        list[str] | None,
        typer.Option(help="Area whose incidents this person reads, such as district:18; repeat it for several."),
    ] = None,
    all_areas: Annotated[
        bool, typer.Option("--all-areas", help="This person reads the incidents of the whole city.")
    ] = False,
) -> None:
    """Add an account and print its one-time invitation, good for three days.

    Example: hotspots user add jo --role analyst --all-areas

    Example: hotspots user add kim --role commander --area district:18
    """
    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError
    from hotspots.pipeline.door import accounts
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    if area and all_areas:
        raise InputError("Give --area or --all-areas, not both.")
    token = accounts.add(prepare_database(settings), name=name, role=role, areas=area or [], all_areas=all_areas)
    print_invitation(f"{name} is a new {role}.", name=name, url=settings.desk_url(), token=token)


@user_app.command(name="list")
def list_accounts() -> None:
    """List the accounts: role, areas, whether enrolled or disabled, live sessions.

    Example: hotspots user list
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.accounts import read_accounts

    with prepare_database(begin_session()).connect() as connection:
        found = read_accounts(connection)
    if not found:
        typer.echo("There is no account yet: hotspots user add NAME --role analyst --all-areas")
    for one in found:
        areas = "all areas" if one.all_areas else ", ".join(one.areas) or "no area"
        typer.echo(f"{one.name}  {one.role}  {areas}  {state_of(one)}")


@user_app.command()
def email(
    name: Annotated[str, typer.Argument(help=NAME_HELP)],
    address: Annotated[
        str | None, typer.Option(help="Address that reminders go to; left out, they end and the address is deleted.")
    ] = None,
) -> None:
    """Say where an account's reminders go, or end them. No server reads the address.

    Example: hotspots user email jo --address jo@example.org
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.door import accounts
    from hotspots.store.server.setup import prepare_database

    accounts.remind_at(prepare_database(begin_session()), name, address)
    typer.echo(f"Reminders of {name} go to the address that was given." if address else f"{name} gets no reminders.")


@user_app.command()
def disable(name: Annotated[str, typer.Argument(help=NAME_HELP)]) -> None:
    """Disable an account and end its sessions at once. What it made stays.

    Example: hotspots user disable jo
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.door import accounts
    from hotspots.store.server.setup import prepare_database

    accounts.disable(prepare_database(begin_session()), name)
    typer.echo(f"{name} is disabled and signed out everywhere.")


@user_app.command()
def reset(name: Annotated[str, typer.Argument(help=NAME_HELP)]) -> None:
    """Drop password and second factor of an account, end its sessions, and print a new invitation.

    Example: hotspots user reset jo
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.door import accounts
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    token = accounts.reset(prepare_database(settings), name)
    print_invitation(f"{name} is signed out everywhere.", name=name, url=settings.desk_url(), token=token)


@user_app.command()
def sessions(
    name: Annotated[str | None, typer.Argument(help=NAME_HELP + " [default: all]")] = None,
    end: Annotated[bool, typer.Option("--end", help="End all sessions of this account.")] = False,
) -> None:
    """List live sessions, or end those of one account.

    Example: hotspots user sessions

    Example: hotspots user sessions jo --end
    """
    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError
    from hotspots.pipeline.door import accounts
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.accounts import read_sessions

    owner = prepare_database(begin_session())
    if end:
        if name is None:
            raise InputError("--end needs the name of an account.")
        typer.echo(f"Ended: {accounts.end_sessions(owner, name)}.")
        return
    with owner.connect() as connection:
        found = read_sessions(connection, name=name)
    if not found:
        typer.echo("Nobody is signed in.")
    for one in found:
        typer.echo(
            f"{one.name}  since {one.began_at:%Y-%m-%d %H:%M}  last seen {one.seen_at:%H:%M}  until {one.expires_at:%Y-%m-%d %H:%M}"
        )
