"""Forms that carry when they were made, signed: sent too fast, too late or twice, they are refused. No third party takes part."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from secrets import token_urlsafe
from time import time

from hotspots.errors import InputError
from hotspots.store.concerns import ConcernIntake, OpenForm

FASTEST_S = 3  # no person reads and fills in the form in less
LONGEST_S = 12 * 3600
_TOKEN = re.compile(r"(\d{1,12})\.([\w-]{10,40})\.([0-9a-f]{64})", re.ASCII)


class FormTimeError(InputError):
    """A form that was sent too fast, too late, twice, or is none of ours."""


def new_form(form: OpenForm, *, now_s: float | None = None) -> str:
    """The hidden word of a new form."""
    told = f"{int(time() if now_s is None else now_s)}.{token_urlsafe(12)}"
    return f"{told}.{_signature(form, told)}"


def check_form(intake: ConcernIntake, form: OpenForm, word: str, *, now_s: float | None = None) -> None:
    """Take a form's hidden word; it is spent afterwards.

    Raises
    ------
    FormTimeError
        Not signed by us, younger than 3 seconds, older than 12 hours, or sent before.
    """
    found = _TOKEN.fullmatch(word)
    if found is None or not hmac.compare_digest(_signature(form, f"{found[1]}.{found[2]}"), found[3]):
        raise FormTimeError("This form does not belong to this page. Open the page again.")
    age_s = (time() if now_s is None else now_s) - int(found[1])
    if age_s < FASTEST_S:
        raise FormTimeError("This came faster than a person can write. Wait a few seconds, then send it again.")
    if age_s > LONGEST_S:
        raise FormTimeError("This form is more than 12 hours old. Send it again from the new form below.")
    if not intake.spend_form(sha256(word.encode()).digest()):
        raise FormTimeError(
            "This form was sent already. To write of something else, send it again from the new form below."
        )


def _signature(form: OpenForm, told: str) -> str:
    return hmac.new(form.form_key, told.encode(), sha256).hexdigest()
