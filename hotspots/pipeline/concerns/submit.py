"""Take a concern: check its parts and its text, seal the text, keep it at a public point; reopen one by its secret link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from hotspots.domain.act.concern import DAYS, PARTS_OF_DAY, ConcernStatus, checked_concern
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.concerns.seal import seal
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.store.concerns import ConcernIntake, OpenForm, SealedConcern

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no letter is read as a digit
NOT_TAKEN = {
    "closed": "This city takes no concerns here.",
    "no place": "There is no public point near this place. Choose one on the map, or type a street of the city.",
    "too many": "Too many concerns came from this connection today. Try again tomorrow, or call.",
}
LINK_UNKNOWN = "There is no concern with this link. Check that you copied all of it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A concern as it was filled in."""

    category: str
    text: str = field(repr=False)
    part_of_day: str = "any"
    days: str = "any"
    anchor_id: int | None = None
    gazetteer_id: int | None = None
    at: tuple[float, float] | None = None
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Taken:
    """The reference, and the word of the secret link: it is kept nowhere."""

    reference: str
    token: str = field(repr=False)


def submit(
    intake: ConcernIntake, form: OpenForm, wish: Wish, *, network: str, system_key: bytes | None = None
) -> Taken:
    """Keep a concern.

    Parameters
    ----------
    network : where it came from; the database keeps a hash of it for the day.
    system_key : hash of the key of a city system, which sends for others.

    Raises
    ------
    EmergencyError, PersonalTextError, InputError
        What cannot be taken, and why; nothing was saved.
    """
    if wish.category not in form.rules.categories:
        raise InputError("Choose what it is about.")
    if wish.part_of_day not in PARTS_OF_DAY or wish.days not in DAYS:
        raise InputError("Choose when it happens.")
    if (wish.anchor_id is None) + (wish.gazetteer_id is None) + (wish.at is None) != 2:
        raise InputError("Say where it is.")
    words = checked_concern(wish.text)
    reference, token = new_reference(), new_token()
    said = intake.submit(
        SealedConcern(
            reference=reference,
            token_hash=hash_token(token),
            sealed=seal(words, public_key=form.public_key, reference=reference),
            seal_key=form.key_id,
            category=wish.category,
            part_of_day=wish.part_of_day,
            days=wish.days,
            lang=wish.lang,
            network=network,
            anchor_id=wish.anchor_id,
            gazetteer_id=wish.gazetteer_id,
            at=wish.at,
            system_key=system_key,
        )
    )
    if said != "received":
        raise InputError(NOT_TAKEN[said])
    return Taken(reference, token)


def status_of(intake: ConcernIntake, token: str) -> ConcernStatus:
    """The state of the concern of a secret link. Raises NotFoundError."""
    found = intake.status_of(hash_token(token.strip()))
    if found is None:
        raise NotFoundError(LINK_UNKNOWN)
    return found


def reopen(intake: ConcernIntake, form: OpenForm, token: str, *, text: str) -> ConcernStatus:
    """Reopen an answered concern, once, within 30 days, with a text that says what is missing.

    Raises
    ------
    InputError, NotFoundError
        It cannot be reopened, the text cannot be taken, or the link is none.
    """
    status = status_of(intake, token)
    words = checked_concern(text)
    sealed = seal(words, public_key=form.public_key, reference=status.reference)
    if not status.may_reopen or not intake.reopen(hash_token(token.strip()), sealed=sealed, seal_key=form.key_id):
        raise InputError("This concern cannot be reopened: that is possible once, within 30 days of the answer.")
    return status_of(intake, token)


def new_reference() -> str:
    """A random reference, such as K-7Q2M-X4TD."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"K-{letters[:4]}-{letters[4:]}"
