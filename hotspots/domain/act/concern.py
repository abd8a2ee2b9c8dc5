"""A resident's concern: its categories, states and answers, and the texts that are refused, with where to turn instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from hotspots.domain.act.free_text import checked_needed, plain_text
from hotspots.errors import InputError

Category = Literal["lighting", "building", "vehicles", "disorder", "drugs", "venue", "avoided", "other"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
PartOfDay = Literal["any", "morning", "afternoon", "evening", "night"]
PARTS_OF_DAY: tuple[PartOfDay, ...] = get_args(PartOfDay)
Days = Literal["any", "weekdays", "weekend"]
DAYS: tuple[Days, ...] = get_args(Days)
State = Literal["received", "read", "owned", "answered"]
Answer = Literal["done", "in plan", "not ours", "no action"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
LONGEST_TEXT = 500
SHORTEST_TEXT = 10
REOPEN_DAYS = 30

# Somebody in danger now, in the words that people write. The past tense is a report, not an emergency.
_NOW = r"right now|at this moment|happening now|in progress|as i (?:write|type)|ahora mismo|en este (?:momento|instante)|está pasando"
_DANGER = (
    r"help me|please help|call (?:the )?(?:police|ambulance|911|999|112)|send (?:the )?(?:police|an? (?:officer|car|ambulance))|"
    r"(?:has|have|holding|with|waving|pulled) a (?:gun|knife|weapon|machete)|shots? (?:being )?fired now|"
    r"is being (?:attacked|beaten|robbed|stabbed|raped|followed|kidnapped|chased)|are (?:fighting|shooting|breaking in)|"
    r"is (?:bleeding|unconscious|dying|not breathing|breaking in|shooting|following me|chasing)|(?:i am|i'm) (?:bleeding|trapped|being)|"
    r"kill (?:myself|himself|herself|me)|suicid\w*|overdos\w*|"
    r"ayúde\w*|ayudenme|socorro|llame\w* a la policía|llame\w* al (?:911|112)|tiene una? (?:pistola|arma|cuchillo)|"
    r"está(?:n)? (?:atacando|golpeando|robando|disparando|sangrando|siguiéndome|entrando)|se está muriendo|suicidi\w*|sobredosis|"
    r"(?:house|building|car|casa|edificio|coche) (?:is )?(?:on fire|burning|en llamas)"
)
_EMERGENCY = re.compile(rf"\b(?:{_DANGER})|\b(?:{_NOW})\b", re.I)


class EmergencyError(InputError):
    """A text that tells of danger now: nothing is saved, and the page says whom to call."""


class PersonalTextError(InputError):
    """A text that seems to name a person: nothing is saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRules:
    """Section ``[concerns]`` of a city file, as the pages need it."""

    emergency: str
    city_services: str
    categories: tuple[Category, ...]
    area_kind: str
    answer_days: int
    keep_days: int

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> ConcernRules:
        """The rules as the database keeps them."""
        return cls(**{**config, "categories": tuple(config["categories"])})  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernStatus:
    """The state that a resident sees by the secret link: everything but the text."""

    reference: str
    category: Category
    place: str
    received_at: datetime
    state: State
    read_at: datetime | None
    due: date | None
    answer: Answer | None
    answer_words: str | None
    answered_at: datetime | None
    reopened_at: datetime | None
    may_reopen: bool
    is_text_gone: bool


def checked_concern(text: str) -> str:
    """Return a concern's text without spaces round it.

    Raises
    ------
    EmergencyError
        It tells of danger now.
    PersonalTextError
        It seems to name a person, a plate or a telephone; the message repeats nothing of it.
    InputError
        It is too short or too long.
    """
    words = " ".join(plain_text(text).split())
    if _EMERGENCY.search(words):
        raise EmergencyError("This seems to be happening now. Nothing was saved.")
    if len(words) > LONGEST_TEXT:
        raise InputError(f"The text has {len(words)} characters: write at most {LONGEST_TEXT}.")
    try:
        words = checked_needed(words, field="The text", longest=LONGEST_TEXT)
    except InputError as error:
        if not words:
            raise InputError("The text is empty: write what troubles you there.") from None
        raise PersonalTextError(str(error)) from None
    if len(words) < SHORTEST_TEXT:
        raise InputError(f"The text has {len(words)} characters: write at least {SHORTEST_TEXT}.")
    return words
