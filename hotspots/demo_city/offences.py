"""The police's code book of the invented city, and how each offence behaves: the truth that a model should find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offence:
    """One line of the code book.

    Attributes
    ----------
    count : reports in the two years, those that follow others included, before withdrawals.
    where : name of the attraction (see `attraction.py`) that says which addresses it prefers.
    hours, season, trend_percent : its rhythm (see `rhythms.py`); the trend is over the whole two years.
    delay : how long until it is reported.
    follow_percent : of a hundred reports, how many are followed by another near by within a month.
    window : hours of the longest from–to window; 0: the moment is known.
    street_percent, arrest_percent, domestic_percent, unlocated_percent : shares in a hundred.
    """

    code: int
    words: str
    count: int
    where: str
    hours: str
    season: str = "even"
    trend_percent: int = 0
    delay: str = "at once"
    follow_percent: int = 0
    window: int = 0
    street_percent: int = 0
    arrest_percent: int = 10
    domestic_percent: int = 0
    unlocated_percent: int = 3


OFFENCES: tuple[Offence, ...] = (
    Offence(
        110, "HOMICIDE", 66, "tension", "evening", "summer", street_percent=50, arrest_percent=45, unlocated_percent=0
    ),
    Offence(210, "ROBBERY", 1_500, "robbery", "evening", "summer", 6, follow_percent=12, street_percent=65),
    Offence(
        220,
        "ROBBERY - ARMED",
        700,
        "robbery",
        "evening",
        "summer",
        follow_percent=14,
        street_percent=60,
        arrest_percent=14,
    ),
    Offence(
        310,
        "AGGRAVATED ASSAULT",
        2_000,
        "tension",
        "evening",
        "summer",
        follow_percent=10,
        street_percent=45,
        arrest_percent=28,
        domestic_percent=22,
    ),
    Offence(320, "BATTERY", 3_700, "homes", "at home", "summer", arrest_percent=24, domestic_percent=70),
    Offence(
        321,
        "BATTERY - PUBLIC PLACE",
        3_300,
        "nightlife",
        "weekend nights",
        "summer",
        street_percent=45,
        arrest_percent=20,
    ),
    Offence(330, "THREATS", 900, "homes", "any time", arrest_percent=12, domestic_percent=45),
    Offence(
        410,
        "SEXUAL ASSAULT",
        480,
        "homes",
        "evening",
        delay="weeks later",
        arrest_percent=16,
        domestic_percent=25,
        unlocated_percent=6,
    ),
    Offence(
        420,
        "OFFENCE AGAINST A CHILD",
        300,
        "homes",
        "any time",
        delay="weeks later",
        arrest_percent=20,
        domestic_percent=50,
    ),
    Offence(430, "STALKING", 240, "homes", "any time", delay="when found", domestic_percent=60),
    Offence(
        510,
        "BURGLARY - DWELLING",
        3_900,
        "burglary",
        "while away",
        "winter",
        -12,
        "when found",
        30,
        10,
        arrest_percent=6,
    ),
    Offence(520, "BURGLARY - BUSINESS", 1_000, "shops", "overnight", "even", 0, "when found", 18, 12, arrest_percent=9),
    Offence(610, "VEHICLE THEFT", 3_200, "cars", "overnight", "even", 34, "when found", 22, 9, 75, 5),
    Offence(620, "THEFT FROM VEHICLE", 5_200, "cars", "overnight", "summer", 8, "when found", 26, 10, 75, 2),
    Offence(
        710, "THEFT", 5_600, "crowds", "daytime", "summer", street_percent=25, arrest_percent=8, delay="when found"
    ),
    Offence(
        720,
        "SHOPLIFTING",
        3_000,
        "tills",
        "shop hours",
        "before the holidays",
        10,
        arrest_percent=38,
        unlocated_percent=1,
    ),
    Offence(
        730,
        "BICYCLE THEFT",
        1_300,
        "students",
        "daytime",
        "high summer",
        delay="when found",
        window=8,
        street_percent=60,
        arrest_percent=2,
    ),
    Offence(
        810,
        "CRIMINAL DAMAGE",
        4_800,
        "damage",
        "evening",
        "summer",
        delay="when found",
        follow_percent=12,
        street_percent=30,
        arrest_percent=7,
    ),
    Offence(820, "ARSON", 150, "vacant", "overnight", follow_percent=20, arrest_percent=9),
    Offence(
        910,
        "FRAUD",
        2_400,
        "homes",
        "daytime",
        trend_percent=15,
        delay="weeks later",
        arrest_percent=3,
        unlocated_percent=14,
    ),
    Offence(920, "TRESPASS", 1_400, "vacant", "any time", arrest_percent=30),
    Offence(
        1010,
        "NARCOTICS - POSSESSION",
        1_300,
        "corners",
        "patrol",
        street_percent=85,
        arrest_percent=92,
        unlocated_percent=1,
    ),
    Offence(
        1020, "NARCOTICS - SALE", 420, "corners", "patrol", street_percent=85, arrest_percent=96, unlocated_percent=1
    ),
    Offence(
        1030,
        "WEAPON POSSESSION",
        760,
        "corners",
        "patrol",
        "summer",
        street_percent=80,
        arrest_percent=90,
        unlocated_percent=1,
    ),
    Offence(1040, "PROSTITUTION", 140, "nightlife", "patrol", street_percent=90, arrest_percent=95),
    Offence(1050, "PUBLIC ORDER", 850, "nightlife", "weekend nights", "summer", street_percent=80, arrest_percent=60),
    Offence(9010, "FOUND PROPERTY", 130, "crowds", "daytime", street_percent=40, arrest_percent=0),
    Offence(9020, "INCIDENT REPORT, SEE NARRATIVE", 45, "homes", "any time", arrest_percent=0),
)
CODES = {offence.code: index for index, offence in enumerate(OFFENCES)}


@dataclass(frozen=True, slots=True)
class Outbreak:
    """A hot spot with a beginning and an end: `count` more reports of an offence within `reach` lines of a point."""

    title: str
    code: int
    count: int
    u: float
    v: float
    reach: float
    first_day: str
    last_day: str


OUTBREAKS: tuple[Outbreak, ...] = (
    Outbreak("new: car parks of Eastfields", 610, 130, 61, 27.5, 4.5, "2025-08-01", "2025-12-31"),
    Outbreak("new: dwellings north of the works", 510, 110, 27, 55, 5.5, "2025-10-01", "2025-12-31"),
    Outbreak("former: shopping centre before it changed hands", 720, 320, 13.5, 31.5, 2.5, "2024-01-01", "2024-11-30"),
    Outbreak("former: robberies round Sixteenth Street station", 210, 90, 53, 13, 3.5, "2024-03-01", "2024-09-30"),
    Outbreak("seasonal: lakeshore, summer 2024", 620, 110, 68.5, 20, 4.5, "2024-06-01", "2024-08-31"),
    Outbreak("seasonal: lakeshore, summer 2025", 620, 110, 68.5, 20, 4.5, "2025-06-01", "2025-08-31"),
    Outbreak("lasting: bars on Ferry Street", 321, 420, 45, 38.5, 2.5, "2024-01-01", "2025-12-31"),
    Outbreak("lasting: corner of the old mill", 1010, 160, 20, 18, 2.0, "2024-01-01", "2025-12-31"),
)
