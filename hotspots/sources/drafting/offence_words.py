"""The meaning of an agency's words for an offence: national code lists first, then words of six languages.

A guess names a crime type, its colour group, who mostly brings it to notice, and whether it is sensitive; where several would fit,
the earlier one counts, so that what is sensitive stands first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """A crime type as a city file writes it."""

    name: str
    label: str
    group: str
    initiated_by: str = "public"
    sensitive: bool = False


SEX = Meaning("sexual offence", "Sexual offence", "violence", sensitive=True)
CHILD = Meaning("offence against a child", "Offence against a child", "violence", sensitive=True)
DOMESTIC = Meaning("domestic offence", "Domestic offence", "violence", sensitive=True)
STALKING = Meaning("stalking", "Stalking", "violence", sensitive=True)
TRAFFICKING = Meaning("trafficking", "Human trafficking", "violence", sensitive=True)
KIDNAPPING = Meaning("kidnapping", "Kidnapping", "violence", sensitive=True)
NEGLECT = Meaning("abuse or neglect", "Abuse or neglect", "violence", sensitive=True)
PROTECTION = Meaning("protective order", "Protective order", "other", sensitive=True)
SUPERVISION = Meaning("registration and supervision", "Registration and supervision", "other", "police", sensitive=True)
CRISIS = Meaning("person in crisis", "Person in crisis", "other", sensitive=True)
HOMICIDE = Meaning("homicide", "Homicide", "violence", sensitive=True)
ROBBERY = Meaning("robbery", "Robbery", "violence")
ASSAULT = Meaning("assault", "Assault", "violence")
VIOLENCE = Meaning("violence and sexual offences", "Violence and sexual offences", "violence", sensitive=True)
BURGLARY = Meaning("burglary", "Burglary", "burglary")
VEHICLE = Meaning("vehicle theft", "Vehicle theft", "vehicle")
VEHICLE_CRIME = Meaning("vehicle crime", "Vehicle crime", "vehicle")
THEFT = Meaning("theft", "Theft", "theft")
SHOPLIFTING = Meaning("shoplifting", "Shoplifting", "theft")
BICYCLE = Meaning("bicycle theft", "Bicycle theft", "theft")
FROM_PERSON = Meaning("theft from the person", "Theft from the person", "theft")
FRAUD = Meaning("fraud", "Fraud", "theft")
ARSON = Meaning("arson", "Arson", "damage")
DAMAGE = Meaning("criminal damage", "Criminal damage", "damage")
DAMAGE_AND_ARSON = Meaning("criminal damage and arson", "Criminal damage and arson", "damage")
DRUGS = Meaning("drugs", "Drugs", "other", "police")
WEAPONS = Meaning("weapons", "Weapons", "other", "police")
PROSTITUTION = Meaning("prostitution", "Prostitution", "other", "police", sensitive=True)
DRUNK_DRIVING = Meaning("drunk driving", "Drunk driving", "other", "police")
DISORDER = Meaning("disorder", "Disorder", "other", "unknown")
ANTISOCIAL = Meaning("anti social behaviour", "Anti-social behaviour", "other")
TRESPASS = Meaning("trespass", "Trespass", "other")
OTHER = Meaning("other crime", "Other crime", "other", "unknown")

# police.uk: the fourteen categories of street-level crime, as files write them and as the interface does.
POLICE_UK = {
    "anti-social behaviour": ANTISOCIAL, "bicycle theft": BICYCLE, "burglary": BURGLARY,
    "criminal damage and arson": DAMAGE_AND_ARSON, "criminal-damage-arson": DAMAGE_AND_ARSON, "drugs": DRUGS,
    "other crime": OTHER, "other theft": THEFT, "possession of weapons": WEAPONS, "public order": DISORDER, "robbery": ROBBERY,
    "shoplifting": SHOPLIFTING, "theft from the person": FROM_PERSON, "vehicle crime": VEHICLE_CRIME,
    "violence and sexual offences": VIOLENCE, "violent-crime": VIOLENCE, "anti-social-behaviour": ANTISOCIAL,
    "bicycle-theft": BICYCLE, "other-crime": OTHER, "other-theft": THEFT, "possession-of-weapons": WEAPONS,
    "public-order": DISORDER, "theft-from-the-person": FROM_PERSON, "vehicle-crime": VEHICLE_CRIME,
}  # fmt: skip
NATIONAL_CODES = re.compile(r"nibrs|ucr", re.IGNORECASE)  # in a column's name
# NIBRS: offence codes of groups A and B.
NIBRS = {
    "09A": HOMICIDE, "09B": HOMICIDE, "09C": HOMICIDE, "100": KIDNAPPING, "11A": SEX, "11B": SEX, "11C": SEX, "11D": SEX,
    "120": ROBBERY, "13A": ASSAULT, "13B": ASSAULT, "13C": ASSAULT, "200": ARSON, "210": FRAUD, "220": BURGLARY,
    "23A": FROM_PERSON, "23B": FROM_PERSON, "23C": SHOPLIFTING, "23D": THEFT, "23E": THEFT, "23F": VEHICLE_CRIME,
    "23G": VEHICLE_CRIME, "23H": THEFT, "240": VEHICLE, "250": FRAUD, "26A": FRAUD, "26B": FRAUD, "26C": FRAUD, "26D": FRAUD,
    "26E": FRAUD, "26F": FRAUD, "26G": FRAUD, "270": FRAUD, "280": THEFT, "290": DAMAGE, "35A": DRUGS, "35B": DRUGS, "36A": SEX,
    "36B": SEX, "370": SEX, "39A": OTHER, "39B": OTHER, "39C": OTHER, "39D": OTHER, "40A": PROSTITUTION, "40B": PROSTITUTION,
    "40C": PROSTITUTION, "510": FRAUD, "520": WEAPONS, "64A": TRAFFICKING, "64B": TRAFFICKING, "720": OTHER, "90A": FRAUD,
    "90B": DISORDER, "90C": DISORDER, "90D": DRUNK_DRIVING, "90E": DISORDER, "90F": DOMESTIC, "90G": OTHER, "90H": SEX,
    "90I": OTHER, "90J": TRESPASS, "90Z": OTHER,
}  # fmt: skip
_SENSITIVE_WORDS = (
    (r"traffick|trata de personas|menschenhandel", TRAFFICKING),
    (r"\bchild|juvenile|\bminors?\b(?! injur)|infant|menor(es)?\b|kind(er|es)?\b|enfant", CHILD),
    (
        r"\brape|sex|sodomy|indecen|obscen|fondl|incest|porn|molest|voyeur|peeping"
        r"|violaci[oó]n|abusos|vergewalt|agresi[oó]n sexual|\bviol\b",
        SEX,
    ),
    (
        r"domestic|\bdom\.? ?viol|famil(y|iar)|intimate|violencia de g[eé]nero|dom[eé]stic|h[aä]uslich|conjugal",
        DOMESTIC,
    ),
    (
        r"order of protection|(protecti|restrain)\w* order|(violat|breach|viol\.?).{0,20}(protect|restrain|no[ -]contact)"
        r"|[oó]rden de (protecci|alejam)"
        r"|gewaltschutz|ordonnance de protection",
        PROTECTION,
    ),
    (r"stalk|harass|restraining|acoso|nachstell|harc[eè]lement", STALKING),
    (
        r"kidnap|abduct|hostage|unlawful restraint|false imprison|secuestr|entf[uü]hr|geisel|enl[eè]vement|s[eé]questr",
        KIDNAPPING,
    ),
    (r"\belder|\bneglect|\babus(e|ing|ed)\b|dependa?nt|vulnerable (adult|person)|maltrat|misshandl|maltrait", NEGLECT),
    (
        r"(fail|arsonist).{0,30}regist|\boffender\b|parole|gps monitor|probation|electronic monitoring"
        r"|libertad condicional|bew[aä]hrung",
        SUPERVISION,
    ),
    (
        r"suicid|overdos|mental|psychi|welfare check|runaway|missing (person|adult)|truan|selbstm|desaparecid|vermisst|disparu",
        CRISIS,
    ),
    (r"homicid|murder|manslaughter|asesinat|mord\b|totschlag|meurtre", HOMICIDE),
)
_WORDS = (
    *_SENSITIVE_WORDS,
    (r"prostitut", PROSTITUTION),
    (r"\brobber|mugging|carjack|robo con violencia|atraco|\broubo|raub|beroving|straatroof|rapina|vol avec violence", ROBBERY),
    (r"burgl|break(ing)?[ -]*(and|&|in)|\bb ?& ?e\b|robo con fuerza|robo en (casa|vivienda|local)", BURGLARY),
    (r"einbruch|cambriol|inbraak|arrombamento", BURGLARY),
    (r"(vehicle|auto)( theft|\W+stolen)|stolen (auto|vehicle)|theft of (a )?(motor )?vehicle|robo de veh|sustracci[oó]n de veh", VEHICLE),
    (r"kfz|vol de v[eé]hic", VEHICLE),
    (r"(from|in|break).{0,12}(vehicle|auto|car)\b|interior de veh|veh[ií]culo", VEHICLE_CRIME),
    (r"shoplift|ladendieb|vol [àa] l'[eé]talage", SHOPLIFTING),
    (r"bicycle|bicicleta|fahrrad|v[eé]lo\b", BICYCLE),
    (r"fraud|decept|forg|counterfeit|embezz|identity|scam|bad check|estafa|betrug|escroquer", FRAUD),
    (r"arson|incendi|brandstift", ARSON),
    (r"theft|larcen|steal|stolen|hurto|robo|furto|diebstahl|diefstal|\bvols?\b", THEFT),
    (r"damage|vandal|graffiti|mischief|da[ñn]os|sachbesch|vernieling|danos? |d[eé]gradation", DAMAGE),
    (r"assault|batter|wound|lesi[oó]n|les[aã]o corporal|mishandel|agresi|amenaza|k[oö]rperverletz|coups|violen", ASSAULT),
    (r"narcot|drug|cannabis|controlled sub|droga|bet[aä]ubungs|stup[eé]fiant", DRUGS),
    (r"weapon|firearm|gun\b|armas|waffen|\barme", WEAPONS),
    (r"\bdui\b|\bdwi\b|driving under|drunk driv|alcoholemia|trunkenheit", DRUNK_DRIVING),
    (r"trespass|allanamiento|hausfriedens", TRESPASS),
    (r"disorder|public (order|peace)|disturb|nuisance|desorden|ruhest[oö]r", DISORDER),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), meaning) for pattern, meaning in _WORDS)
_SENSITIVE = re.compile("|".join(pattern for pattern, meaning in _WORDS if meaning.sensitive), re.IGNORECASE)


def meaning_of(word: str, *, column: str | None = None) -> Meaning | None:
    """The likeliest crime type of a word or code for an offence; None where nothing tells.

    A bare number in a column is a code of NIBRS only where the column's name says so: other lists number their offences too.
    """
    plain = " ".join(word.split())
    if plain.isdigit() and column is not None and not NATIONAL_CODES.search(column):
        return None
    known = POLICE_UK.get(plain.casefold()) or NIBRS.get(plain.upper())
    if known is not None:
        return known
    return next((meaning for pattern, meaning in _PATTERNS if pattern.search(plain)), None)


def looks_sensitive(words: str) -> bool:
    """Whether words for an offence sound like one that is never published as a row."""
    return _SENSITIVE.search(words) is not None
