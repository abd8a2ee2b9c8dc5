"""Words about accounts that desk and partners share: a new invitation, and where an account stands."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from hotspots.store.staff.accounts import Account

GOOD_FOR = timedelta(days=3)


def print_invitation(said: str, *, name: str, url: str, token: str) -> None:
    """Print what happened, and the link of the one-time invitation with the time until which it counts."""
    until = datetime.now().astimezone() + GOOD_FOR
    typer.echo(f"{said} Give this invitation to {name} alone; it counts once, until {until:%d %B, %H:%M}:")
    typer.echo(f"{url}invitation?t={token}")


def state_of(account: "Account") -> str:
    """Whether an account is disabled, enrolled or not enrolled yet, and its live sessions."""
    state = "disabled" if account.disabled_at else "enrolled" if account.is_enrolled else "not enrolled"
    return f"{state}  live sessions: {account.live_sessions}"
