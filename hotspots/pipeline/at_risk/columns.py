"""The columns of a list, once: name for programs, label for people, value; at most 12 are for people, the rest stands behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotspots.domain.language import DEFAULT
from hotspots.domain.phrase import phrase
from hotspots.domain.place_list import PlaceList, RankedPlace
from hotspots.pipeline.at_risk.question import language_of_list
from hotspots.words.language import LANGUAGES, Language

MOST_FACTORS, MOST_OTHERS = 2, 2
TELLS_FROM = 1.5  # times the share at a comparable place: another offence that brings less than that is no reason
FAMILY_LABELS = {
    "long memory": phrase("its own long record"),
    "recent": phrase("the last weeks here and nearby"),
    "other offences": phrase("other offences here and nearby"),
    "number of addresses": phrase("how many addresses it has"),
    "places": phrase("the places nearby"),
    "everywhere": phrase("the level of the whole city"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list."""

    name: str
    label: str
    value: Callable[[RankedPlace], Any]
    for_people: bool = False
    width: int = 12


def columns_of(places: PlaceList) -> list[Column]:
    """Return every column of a list, those for people first; labels and texts in the list's language."""
    language = language_of_list(places)
    ranked = {places.request.rank_by: language.say(" (ranked by)")}
    many = places.request.unit == "box"
    return [
        Column(
            "rank",
            language.say("Rank"),
            lambda p: p.letter or (language.say("blind") if p.chosen_by == "random" else p.rank),
            True,
            7,
        ),
        Column(
            "place",
            language.say("Place"),
            lambda p: p.words + (language.say(" (drawn blindly)") if p.chosen_by == "random" else ""),
            True,
            40,
        ),
        Column(
            "expected_incidents",
            language.say("Expected") + ranked.get("expected", ""),
            lambda p: round(p.expected, 3),
            True,
            11,
        ),
        Column(
            "expected_per_km2",
            language.say("Expected per km²") + ranked.get("density", ""),
            lambda p: round(p.expected / p.area_m2 * 1e6, 3),
            True,
            13,
        ),
        *_harm_columns(places),
        Column("likely_range", language.say("Nine times in ten"), lambda p: range_in_words(p, language), True, 11),
        Column("count_last_year", language.say("Last 12 months"), lambda p: p.count_last_year, True, 10),
        Column("typical_last_year", language.say("Comparable place"), lambda p: p.typical_count, True, 12),
        Column("reasons", language.say("Why here"), lambda p: "; ".join(reasons(p, language)), True, 70),
        *([Column("boxes", language.say("Boxes"), lambda p: p.boxes, True, 7)] if many else []),
        Column("longitude", language.say("Longitude"), lambda p: round(p.longitude, 6), True, 11),
        Column("latitude", language.say("Latitude"), lambda p: round(p.latitude, 6), True, 11),
        Column("rank_number", language.say("Rank as a number"), lambda p: p.rank),
        Column("code", language.say("Code"), lambda p: p.code, width=24),
        Column("area", language.say("Area"), lambda p: p.area_name or "", width=18),
        Column("share_of_city", language.say("Share of the city's expected"), lambda p: round(p.share_of_city, 5)),
        Column("count_low", language.say("Nine times in ten at least"), lambda p: p.count_low),
        Column("count_high", language.say("Nine times in ten at most"), lambda p: p.count_high),
        Column("chance_on_list", language.say("Chance of a place on this list"), lambda p: p.chance_on_list),
        Column("rank_low", language.say("Best rank"), lambda p: p.rank_low),
        Column("rank_high", language.say("Worst rank"), lambda p: p.rank_high),
        Column(
            "expected_from",
            language.say("Where the expectation comes from"),
            lambda p: shares_in_words(p, language),
            width=50,
        ),
        Column("other_offences", language.say("Other offences in it"), others_in_words, width=34),
        Column(
            "risk_factors",
            language.say("Risk factors that hold"),
            lambda p: risk_factors_in_words(p, language),
            width=60,
        ),
        Column("chosen_by", language.say("Chosen by"), lambda p: p.chosen_by, width=18),
        Column("listed_since", language.say("Listed since"), lambda p: p.listed_since, width=12),
        Column("lists_before", language.say("Lists before"), lambda p: p.lists_before),
        Column("area_km2", language.say("Area in km²"), lambda p: round(p.area_m2 / 1e6, 4)),
        *_factor_columns(places),
    ]


def range_in_words(place: RankedPlace, language: Language) -> str:
    """``1 to 4``: the range of the count, nine times in ten."""
    return language.say("{low} to {high}", low=place.count_low, high=place.count_high)


def _harm_columns(places: PlaceList) -> list[Column]:
    if places.harm is None:
        return []
    language = language_of_list(places)
    label = language.say("Expected harm, {unit}", unit=places.harm.unit)
    return [
        Column("expected_harm", label, lambda p: round(p.harm, 3), True, 11),
        Column(
            "expected_harm_per_km2",
            language.say("Expected harm per km² (ranked by)"),
            lambda p: round(p.harm / p.area_m2 * 1e6, 3),
            False,
            13,
        ),
    ]


def _factor_columns(places: PlaceList) -> list[Column]:
    language = language_of_list(places)
    columns = []
    for n, factor in enumerate(places.places[0].factors if places.places else ()):
        columns += [
            Column(
                f"{factor.name} within 150 m",
                language.say("{factor} within 150 m", factor=factor.name),
                lambda p, n=n: p.factors[n].within_150_m,
            ),
            Column(
                f"{factor.name} within 150 m, city median",
                language.say("{factor} within 150 m, city median", factor=factor.name),
                lambda p, n=n: p.factors[n].city_median_within_150_m,
            ),
            Column(
                f"{factor.name}, comparable places without",
                language.say("{factor}: share of comparable places without", factor=factor.name),
                lambda p, n=n: p.factors[n].absent_share,
            ),
            Column(
                f"{factor.name} nearest m",
                language.say("{factor}, metres to the nearest", factor=factor.name),
                lambda p, n=n: p.factors[n].nearest_m,
            ),
            Column(
                f"{factor.name} nearest m, city median",
                language.say("{factor}, metres to the nearest, city median", factor=factor.name),
                lambda p, n=n: p.factors[n].city_median_nearest_m,
            ),
        ]
    return columns


def rows_of(places: PlaceList, columns: list[Column]) -> list[dict[str, Any]]:
    """Return one row a place, by column name."""
    return [{column.name: column.value(place) for column in columns} for place in places.places]


def reasons(place: RankedPlace, language: Language = LANGUAGES[DEFAULT.code]) -> list[str]:
    """Return why this place, in words: its record beside that of comparable places, and what most comparable places lack.

    A factor that half of the comparable places have too tells nothing apart and is not said; nor is another offence that brings about as
    much at a comparable place.
    """
    said = [
        language.say(
            "{n} in the last 12 months, a comparable place {typical}",
            n=f"{place.count_last_year:g}",
            typical=f"{place.typical_count:g}",
        )
    ]
    near = [one for one in place.factors if one.within_150_m and one.absent_share >= 0.5]
    for one in sorted(near, key=lambda one: -one.absent_share)[:MOST_FACTORS]:
        said.append(
            language.say(
                "{factor} within 150 m: {n} ({share} % of comparable places have none)",
                factor=one.name,
                n=one.within_150_m,
                share=f"{100 * one.absent_share:.0f}",
            )
        )
    named = {one.name for one in near}
    terrain = [one for one in place.risk_values if one.discriminates and not any(name in one.words for name in named)]
    for risk in terrain[: max(MOST_FACTORS - len(near), 0)]:
        said.append(
            language.say(
                "{risk} ({share} % of comparable places are not)",
                risk=risk.words,
                share=f"{100 * risk.absent_share:.0f}",
            )
        )
    above = [
        language.say(
            "{type}: {share} % of what is expected ({usual} % at a comparable place)",
            type=label,
            share=f"{100 * share:.0f}",
            usual=f"{100 * place.usual_others[label]:.0f}",
        )
        for label, share in place.others.items()
        if share >= TELLS_FROM * place.usual_others[label]
    ]
    return [*said, *above[:MOST_OTHERS]]


def shares_in_words(place: RankedPlace, language: Language) -> str:
    """Where the place's expected incidents come from: ``62 % its own long record, 20 % the last weeks here and nearby``."""
    shares: Mapping[str, float] = place.shares
    return ", ".join(
        f"{100 * share:.0f} % {language.text(FAMILY_LABELS.get(family, family))}"
        for family, share in shares.items()
        if share >= 0.005
    )


def others_in_words(place: RankedPlace) -> str:
    """The other offences in the expectation: ``Theft 12 %, Assault 6 %``."""
    return ", ".join(f"{label} {100 * share:.0f} %" for label, share in place.others.items())


def risk_factors_in_words(place: RankedPlace, language: Language) -> str:
    """The risk factors that hold with their relative risk values, how much of the place they hold for, and who lacks them."""
    return "; ".join(
        f"{one.words} ×{one.relative_risk_value:.2f}"
        + (language.say(" (for {share} % of it)", share=f"{100 * one.share:.0f}") if one.share < 0.995 else "")
        + ("" if one.discriminates else language.say(" (most comparable places have it too: no reason)"))
        for one in place.risk_values
    )
