"""The columns of a list, once: name for programs, label for people, value; at most 12 are for people, the rest stands behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotspots.domain.place_list import PlaceList, RankedPlace

MOST_FACTORS, MOST_OTHERS = 2, 2
TELLS_FROM = 1.5  # times the share at a comparable place: another offence that brings less than that is no reason
FAMILY_LABELS = {
    "long memory": "its own long record",
    "recent": "the last weeks here and nearby",
    "other offences": "other offences here and nearby",
    "number of addresses": "how many addresses it has",
    "places": "the places nearby",
    "everywhere": "the level of the whole city",
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
    """Return every column of a list, those for people first."""
    ranked_by = {places.request.rank_by: " (ranked by)"}
    many = places.request.unit == "box"
    return [
        Column("rank", "Rank", lambda p: p.letter or ("blind" if p.chosen_by == "random" else p.rank), True, 7),
        Column("place", "Place", lambda p: p.words + (" (drawn blindly)" if p.chosen_by == "random" else ""), True, 40),
        Column(
            "expected_incidents", "Expected" + ranked_by.get("expected", ""), lambda p: round(p.expected, 3), True, 11
        ),
        Column(
            "expected_per_km2",
            "Expected per km²" + ranked_by.get("density", ""),
            lambda p: round(p.expected / p.area_m2 * 1e6, 3),
            True,
            13,
        ),
        *_harm_columns(places),
        Column("likely_range", "Nine times in ten", lambda p: f"{p.count_low} to {p.count_high}", True, 11),
        Column("count_last_year", "Last 12 months", lambda p: p.count_last_year, True, 10),
        Column("typical_last_year", "Comparable place", lambda p: p.typical_count, True, 12),
        Column("reasons", "Why here", lambda p: "; ".join(reasons(p)), True, 70),
        *([Column("boxes", "Boxes", lambda p: p.boxes, True, 7)] if many else []),
        Column("longitude", "Longitude", lambda p: round(p.longitude, 6), True, 11),
        Column("latitude", "Latitude", lambda p: round(p.latitude, 6), True, 11),
        Column("rank_number", "Rank as a number", lambda p: p.rank),
        Column("code", "Code", lambda p: p.code, width=24),
        Column("area", "Area", lambda p: p.area_name or "", width=18),
        Column("share_of_city", "Share of the city's expected", lambda p: round(p.share_of_city, 5)),
        Column("count_low", "Nine times in ten at least", lambda p: p.count_low),
        Column("count_high", "Nine times in ten at most", lambda p: p.count_high),
        Column("chance_on_list", "Chance of a place on this list", lambda p: p.chance_on_list),
        Column("rank_low", "Best rank", lambda p: p.rank_low),
        Column("rank_high", "Worst rank", lambda p: p.rank_high),
        Column("expected_from", "Where the expectation comes from", shares_in_words, width=50),
        Column("other_offences", "Other offences in it", others_in_words, width=34),
        Column("risk_factors", "Risk factors that hold", risk_factors_in_words, width=60),
        Column("chosen_by", "Chosen by", lambda p: p.chosen_by, width=18),
        Column("listed_since", "Listed since", lambda p: p.listed_since, width=12),
        Column("lists_before", "Lists before", lambda p: p.lists_before),
        Column("area_km2", "Area in km²", lambda p: round(p.area_m2 / 1e6, 4)),
        *_factor_columns(places),
    ]


def _harm_columns(places: PlaceList) -> list[Column]:
    if places.harm is None:
        return []
    return [
        Column("expected_harm", f"Expected harm, {places.harm.unit}", lambda p: round(p.harm, 3), True, 11),
        Column(
            "expected_harm_per_km2",
            "Expected harm per km² (ranked by)",
            lambda p: round(p.harm / p.area_m2 * 1e6, 3),
            False,
            13,
        ),
    ]


def _factor_columns(places: PlaceList) -> list[Column]:
    columns = []
    for n, factor in enumerate(places.places[0].factors if places.places else ()):
        columns += [
            Column(
                f"{factor.name} within 150 m", f"{factor.name} within 150 m", lambda p, n=n: p.factors[n].within_150_m
            ),
            Column(
                f"{factor.name} within 150 m, city median",
                f"{factor.name} within 150 m, city median",
                lambda p, n=n: p.factors[n].city_median_within_150_m,
            ),
            Column(
                f"{factor.name}, comparable places without",
                f"{factor.name}: share of comparable places without",
                lambda p, n=n: p.factors[n].absent_share,
            ),
            Column(
                f"{factor.name} nearest m",
                f"{factor.name}, metres to the nearest",
                lambda p, n=n: p.factors[n].nearest_m,
            ),
            Column(
                f"{factor.name} nearest m, city median",
                f"{factor.name}, metres to the nearest, city median",
                lambda p, n=n: p.factors[n].city_median_nearest_m,
            ),
        ]
    return columns


def rows_of(places: PlaceList, columns: list[Column]) -> list[dict[str, Any]]:
    """Return one row a place, by column name."""
    return [{column.name: column.value(place) for column in columns} for place in places.places]


def reasons(place: RankedPlace) -> list[str]:
    """Return why this place, in words: its record beside that of comparable places, and what most comparable places lack.

    A factor that half of the comparable places have too tells nothing apart and is not said; nor is another offence that brings about as
    much at a comparable place.
    """
    said = [f"{place.count_last_year:g} in the last 12 months, a comparable place {place.typical_count:g}"]
    near = [one for one in place.factors if one.within_150_m and one.absent_share >= 0.5]
    for one in sorted(near, key=lambda one: -one.absent_share)[:MOST_FACTORS]:
        said.append(
            f"{one.name} within 150 m: {one.within_150_m} ({100 * one.absent_share:.0f} % of comparable places have none)"
        )
    named = {one.name for one in near}
    terrain = [one for one in place.risk_values if one.discriminates and not any(name in one.words for name in named)]
    for risk in terrain[: max(MOST_FACTORS - len(near), 0)]:
        said.append(f"{risk.words} ({100 * risk.absent_share:.0f} % of comparable places are not)")
    above = [
        f"{label}: {100 * share:.0f} % of what is expected ({100 * place.usual_others[label]:.0f} % at a comparable place)"
        for label, share in place.others.items()
        if share >= TELLS_FROM * place.usual_others[label]
    ]
    return [*said, *above[:MOST_OTHERS]]


def shares_in_words(place: RankedPlace) -> str:
    """Where the place's expected incidents come from: ``62 % its own long record, 20 % the last weeks here and nearby``."""
    shares: Mapping[str, float] = place.shares
    return ", ".join(
        f"{100 * share:.0f} % {FAMILY_LABELS.get(family, family)}" for family, share in shares.items() if share >= 0.005
    )


def others_in_words(place: RankedPlace) -> str:
    """The other offences in the expectation: ``Theft 12 %, Assault 6 %``."""
    return ", ".join(f"{label} {100 * share:.0f} %" for label, share in place.others.items())


def risk_factors_in_words(place: RankedPlace) -> str:
    """The risk factors that hold with their relative risk values, how much of the place they hold for, and who lacks them."""
    return "; ".join(
        f"{one.words} ×{one.relative_risk_value:.2f}"
        + (f" (for {100 * one.share:.0f} % of it)" if one.share < 0.995 else "")
        + ("" if one.discriminates else " (most comparable places have it too: no reason)")
        for one in place.risk_values
    )
