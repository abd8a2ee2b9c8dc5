"""Delete the text of one concern for good."""

from __future__ import annotations

import re

from hotspots.domain.act.free_text import checked_needed
from hotspots.errors import InputError, NotFoundError
from hotspots.store import audit, concerns, share
from hotspots.store.server.connection import Connection

REFERENCE = re.compile(r"K-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", re.ASCII)


def erase_concern(connection: Connection, *, reference: str, reason: str, person: str) -> None:
    """Delete a concern's text and write why.

    Raises
    ------
    InputError, NotFoundError
        No such reference, or a reason that names somebody.
    """
    if not REFERENCE.fullmatch(reference):
        raise InputError(f"{reference[:40]!r} is no reference of a concern, such as K-7Q2M-X4TD.")
    why = checked_needed(reason, field="--reason", longest=200)
    if not concerns.erase_text(connection, reference):
        raise NotFoundError(f"{reference} is no concern: hotspots concern list")
    share.erase_of_concern(connection, reference)
    audit.tell(connection, "concern erase", {"reason": why, "claimed": person})
