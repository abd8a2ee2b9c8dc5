"""Words for offences that a city should look at before it publishes them as rows."""

import pytest

from hotspots.sources.drafting.offence_words import looks_sensitive, meaning_of

SENSITIVE = (
    "VIOLATE ORDER OF PROTECTION", "VIOLATION OF CIVIL NO CONTACT ORDER", "Breach of non-molestation order", "BREACH OF PROTECTIVE ORDER", "SEX OFFENDER: FAIL TO REGISTER",
    "GUN OFFENDER: DUTY TO REPORT CHANGE OF INFORMATION", "VIOLENT OFFENDER: ANNUAL REGISTRATION", "ARSONIST: FAIL TO REGISTER NEW ADDRESS", "PAROLE VIOLATION",
    "VIOLATION GPS MONITORING DEVICE", "KIDNAPPING", "Unlawful restraint", "ABDUCTION", "ELDER ABUSE", "ABUSE/NEGLECT: CARE FACILITY", "FINAN EXPLOIT-ELDERLY/DISABLED",
    "VIO BAIL BOND: DOM VIOLENCE", "CHILD ENDANGERMENT", "HARASSMENT BY TELEPHONE", "OBSCENE TELEPHONE CALLS", "SUICIDE ATTEMPT", "OVERDOSE", "MENTAL HEALTH TRANSPORT",
    "WELFARE CHECK", "RUNAWAY", "MISSING PERSON", "secuestro", "Entführung", "enlèvement", "quebrantamiento de la orden de alejamiento", "100",
)  # fmt: skip
PLAIN = (
    "THEFT OVER $500", "OTHER VEHICLE OFFENSE", "VEHICLE TITLE/REG OFFENSE", "LICENSE VIOLATION", "BOMB THREAT", "AGG: HANDS/FIST/FEET NO/MINOR INJURY", "MONEY LAUNDERING",
    "FALSE FIRE ALARM", "POSSESSION OF BURGLARY TOOLS", "UNREGISTERED VEHICLE", "BURGLARY - FORCED ENTRY", "Criminal damage", "TRESPASS TO LAND", "220", "BICYCLE THEFT",
)  # fmt: skip


@pytest.mark.parametrize("words", SENSITIVE)
def test_what_a_city_should_look_at_first_sounds_sensitive(words: str) -> None:
    meaning = meaning_of(words)
    assert looks_sensitive(words) or (meaning is not None and meaning.sensitive)


@pytest.mark.parametrize("words", PLAIN)
def test_other_offences_do_not(words: str) -> None:
    assert not looks_sensitive(words)
