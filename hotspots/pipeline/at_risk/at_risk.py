"""The ranked list of places at risk that a prevention team or a patrol planner takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import numpy as np

from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.language import DEFAULT
from hotspots.domain.phrase import phrase
from hotspots.domain.place_list import BOX, CELL, RANK_WORDS, SAYS_NOT, USUAL_PLACES, ListRequest, PlaceList
from hotspots.errors import InputError
from hotspots.pipeline.at_risk.city_words import labels_of
from hotspots.pipeline.at_risk.descriptions import described
from hotspots.pipeline.at_risk.evidence import evidence_for
from hotspots.pipeline.at_risk.explanations import give_reasons
from hotspots.pipeline.at_risk.exposure import exposure
from hotspots.pipeline.at_risk.harm import harm_weights
from hotspots.pipeline.at_risk.letters import rank_letters
from hotspots.pipeline.at_risk.stored import stored_forecasts
from hotspots.pipeline.at_risk.units import Units, last_year, raster_of, read_units, weight_of
from hotspots.pipeline.at_risk.within import inside_area
from hotspots.store import audit
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import grids
from hotspots.words.language import LANGUAGES, Language
from hotspots_models.boxes import BOX_M, merge_neighbours
from hotspots_models.scoring.metrics import densest_first
from hotspots_models.statistics.hour_profile import city_share

LARGEST_RANDOM_SHARE = 0.5
FEWEST_EXPECTED = 0.05  # a place: below that a ranking would be one of noise
NOT_PROVEN = phrase(
    "Reasons are associations, not causes: what stands near a place may stand for something else, such as how many people pass."
)


def at_risk(connection: Connection, request: ListRequest, *, today: date) -> PlaceList:
    """Rank the places by expected incidents until their number or their share of the study area is spent, and describe them.

    Reads stored forecasts from true points, so it logs in as staff; a line in the audit is committed before the first row is read. A list
    that is issued leaves a second one with its places.

    Parameters
    ----------
    today : the day on which the list is made.

    Raises
    ------
    InputError
        An unknown unit, area or crime type, a share outside its limits, a forecast that has ended or was overtaken, or too little to rank.
    NotFoundError
        No forecast of these crime types is stored.
    """
    city = staff_lists.read_city(connection)
    kinds = staff_lists.read_area_kinds(connection)
    _check(request, kinds, cell_size_m=city.cell_size_m)
    language = LANGUAGES[request.language]
    labelled = labels_of(city, language)
    kinds = {kind: labelled(label) for kind, label in kinds.items()}
    audit.commit_line(connection, "at_risk", {**_asked(request), "issued": False})
    forecasts = stored_forecasts(connection, request, today=today)
    newest = forecasts[0]
    cells = grids.read_cells(connection, newest.grid_id)
    origin_m, size_m = raster_of(request, cells)
    past = last_year(connection, request, on_day=newest.trained_to, origin_m=origin_m, cell_size_m=size_m)
    known = {kind.name: kind for kind in forecast_store.read_crime_types(connection)}
    stored = [forecast_store.read_expected(connection, one.forecast_id) for one in forecasts]
    in_shift = [
        expected * _shift_share(past, [known[name].crime_type_id for name in one.crime_types])
        for one, (expected, _) in zip(forecasts, stored, strict=True)
    ]
    harm, weights = harm_weights(
        city.config, request, forecasts, labels={name: labelled(one.label) for name, one in known.items()}
    )
    units = read_units(connection, request, cells, in_shift, past, newest.trained_to)
    harm_city = 0.0
    if harm is not None:
        of_cells = np.sum([weight * one for weight, one in zip(weights, in_shift, strict=True)], axis=0)
        harm_city = float(of_cells.sum())
        units = replace(units, weight=weight_of(units.sums(of_cells), units.expected))
    within_label, inside = inside_area(connection, request, units.geometry, on_day=newest.trained_to)
    if inside is not None:
        units = units.take(np.flatnonzero(inside))
    n_units, ground_m2 = len(units.unit_id), float(units.area_m2.sum())
    groups, n_random, chosen_units = choose(units, request, seed=newest.forecast_id)
    _refuse_noise(units, groups, request)
    units = units.merged(groups)
    chosen = np.arange(len(groups))
    listed_m2 = float(units.area_m2[chosen].sum())
    before = staff_lists.read_listed(
        connection, unit=request.unit, grid_id=newest.grid_id, crime_types=request.crime_types
    )
    reasons = give_reasons(forecasts, stored, units, chosen=chosen, budget_m2=listed_m2)
    n_ranked = len(groups) - n_random
    ranks = list(
        zip(reasons.sure.rank_low[:n_ranked].tolist(), reasons.sure.rank_high[:n_ranked].tolist(), strict=True)
    )
    places = described(
        connection, city, units, reasons,
        chosen=chosen, n_random=n_random, letters=[*rank_letters(ranks), *[None] * n_random], before=before, on_day=newest.trained_to,
        language=language, labelled=labelled,
    )  # fmt: skip
    if not any(place.count_high for place in places):
        raise InputError(_too_few("every interval is 0 to 0"))
    listed = np.asarray(units.share_of_cell[chosen].sum(axis=0)).ravel()
    living, exposure_words = exposure(connection, city, cells, listed, on_day=newest.trained_to, language=language)
    expected_city = float(units.expected_in_cell.sum())
    evidence, evidence_words = evidence_for(
        connection, request, forecasts, kinds=kinds, units=chosen_units,
        weights={name: weight for one, weight in zip(forecasts, weights, strict=False) for name in one.crime_types},
    )  # fmt: skip
    made = PlaceList(
        city=city.name,
        invented=bool(city.config["city"].get("invented", False)),
        request=request,
        type_labels=tuple(labelled(known[name].label) for name in request.crime_types),
        unit_label=unit_label(request.unit, kinds, cells.cell_size_m, language=language),
        within_label=within_label,
        places=tuple(places),
        model=language.both(
            list(
                dict.fromkeys(
                    language.say(
                        "{model}, version {version}", model=one.model.replace("_", " "), version=one.model_version
                    )
                    for one in forecasts
                )
            )
        ),
        forecast_from=newest.trained_to,
        forecast_until=newest.until,
        known_on=newest.known_on,
        review_date=newest.review_date,
        past=request.as_of if request.as_of and request.as_of < today else None,
        made_on=today,
        expected_city=expected_city,
        expected_share=float(units.expected[chosen].sum()) / expected_city if expected_city else 0.0,
        area_share=listed_m2 / float(cells.area_m2.sum()),
        n_units=n_units,
        chosen_units=chosen_units,
        seed=newest.forecast_id,
        evidence=evidence,
        evidence_words=evidence_words,
        exposure=living,
        exposure_words=exposure_words,
        notes=(
            language.text(NOT_PROVEN),
            *(
                _in_english(note, language)
                for note in (
                    *_forecast_notes(forecasts, {name: labelled(one.label) for name, one in known.items()}),
                    *(f"Risk terrain: {warning}" for warning in reasons.warnings),
                )
            ),
            *_share_note(request, listed_m2 / ground_m2, language),
            *_shift_notes(request, language),
            _random_note(request, n_random, newest.forecast_id, language),
        ),
        attribution=city.config["city"].get("attribution", ""),
        disclaimer=city.config["city"].get("disclaimer", ""),
        harm=harm,
        harm_share=float(units.harm[chosen].sum()) / harm_city if harm and harm_city else None,
        says_not=language.text(SAYS_NOT),
    )
    if request.issue:
        audit.commit_line(connection, "at_risk", _issued_line(made, forecasts))
    return made


def unit_label(
    unit: str, kinds: dict[str, str], cell_size_m: float, *, language: Language = LANGUAGES[DEFAULT.code]
) -> str:
    """Return a unit in words: box of 250 m, cell of 150 m, Police beat."""
    if unit == BOX:
        return language.say("box of {m} m", m=f"{BOX_M:g}")
    return language.say("cell of {m} m", m=f"{cell_size_m:g}") if unit == CELL else kinds[unit]


def _in_english(note: str, language: Language) -> str:
    """A text that a forecast was stored with, marked where the list is in another language."""
    return note if language.code == DEFAULT.code else language.say("(in English) {note}", note=note)


def choose(units: Units, request: ListRequest, *, seed: int) -> tuple[list[list[int]], int, int]:
    """Return the units of each place in the order of rank, those drawn blindly last; how many those are; and how many units were ranked.

    The same seed draws the same places. A list too short for one random place has none.
    """
    order = densest_first(units.key)
    order = order[units.expected[order] > 0]
    if request.share is not None:
        spent = np.cumsum(units.area_m2[order])
        n = max(1, int(np.searchsorted(spent, request.share * units.area_m2.sum() * (1 + 1e-9), side="right")))
        order = order[:n]
    most = None if request.share is not None else (request.places or USUAL_PLACES)
    if units.lattice is not None:
        groups = merge_neighbours(order, units.lattice, places=most)
    else:
        groups = [[n] for n in order[:most].tolist()]
    n_random = round(request.random_share * len(groups))
    others = np.setdiff1d(np.arange(len(units.unit_id)), [n for group in groups for n in group])
    n_random = min(n_random, len(others))
    drawn = np.random.default_rng(seed).choice(others, size=n_random, replace=False) if n_random else others[:0]
    ranked = groups[: len(groups) - n_random]
    # a place that is merged is ranked by the mean of its boxes
    merged = [float(units.harm[group].sum() / units.ranked_by_m2[group].sum()) for group in ranked]
    if request.rank_by == "expected":
        merged = [float(units.expected[group].sum()) for group in ranked]
    ranked = [ranked[n] for n in np.argsort(-np.array(merged), kind="stable").tolist()]
    return [*ranked, *[[n] for n in drawn.tolist()]], n_random, sum(len(group) for group in ranked)


def _check(request: ListRequest, kinds: dict[str, str], *, cell_size_m: float) -> None:
    if request.unit not in (BOX, CELL) and request.unit not in kinds:
        raise InputError(f"--unit {request.unit} is not one of: box, cell, {', '.join(kinds)}.")
    if request.unit == BOX and cell_size_m > BOX_M:
        raise InputError(
            f"--unit box: boxes of {BOX_M:g} m are smaller than this city's cells of {cell_size_m:g} m; give --unit cell."
        )
    if request.places is not None and request.share is not None:
        raise InputError("--places and --share say the same thing twice; give one of them.")
    if request.places is not None and not 1 <= request.places <= 10_000:
        raise InputError(f"--places {request.places} is not between 1 and 10,000.")
    if request.share is not None and not 0 < request.share <= 1:
        raise InputError(f"--share {request.share:g} is not above 0 and at most 1: 0.01 is one hundredth of the area.")
    if request.language not in LANGUAGES:
        raise InputError(f"--language {request.language} is not one of: {', '.join(LANGUAGES)}.")
    if request.rank_by not in RANK_WORDS:
        raise InputError(f"--rank-by {request.rank_by} is not one of: {', '.join(RANK_WORDS)}.")
    if not 0 <= request.random_share <= LARGEST_RANDOM_SHARE:
        raise InputError(
            f"--random-share {request.random_share:g} is not between 0 and {LARGEST_RANDOM_SHARE:g}: 0.03 is three places in a hundred."
        )


def _refuse_noise(units: Units, groups: list[list[int]], request: ListRequest) -> None:
    if not groups:
        raise InputError(_too_few("nothing at all is expected"))
    a_place = float(np.mean([units.expected[group].sum() for group in groups]))
    if a_place < FEWEST_EXPECTED:
        raise InputError(
            _too_few(f"{a_place:.3f} incidents are expected a place, and below {FEWEST_EXPECTED:g} a rank says nothing")
        )


def _too_few(why: str) -> str:
    return (
        f"Too few to rank: {why}. Choose places by problem, or ask for more: larger places (--unit), more hours, a longer forecast "
        "(hotspots forecast --horizon), or several crime types."
    )


def _shift_share(past: Any, crime_type_ids: Sequence[int]) -> float:
    return city_share(past.in_shift[np.isin(past.crime_type_id, crime_type_ids)])


def _random_note(request: ListRequest, n_random: int, seed: int, language: Language) -> str:
    if n_random == 1:
        return language.say(
            "1 place was drawn blindly from all others (seed {seed}), so that what the list finds can be compared with chance.",
            seed=seed,
        )
    if n_random:
        return language.say(
            "{n} places were drawn blindly from all others (seed {seed}), so that what the list finds can be compared with chance.",
            n=n_random,
            seed=seed,
        )
    if request.random_share == 0:
        return language.say(
            "No place was drawn blindly, as was asked: nothing says what would have been found elsewhere."
        )
    return language.say("No place was drawn blindly: the list is too short for its random share.")


def _forecast_notes(forecasts: Sequence[StoredForecast], labels: Mapping[str, str]) -> list[str]:
    """The notes of the forecasts: what all of them say once, what some say with their crime types before it."""
    said: dict[str, list[str]] = {}
    for one in forecasts:
        for note in one.settings.notes:
            said.setdefault(note, []).append(", ".join(labels[name] for name in one.crime_types))
    return [note if len(of) == len(forecasts) else f"{', '.join(of)}: {note}" for note, of in said.items()]


def _share_note(request: ListRequest, area_share: float, language: Language) -> tuple[str, ...]:
    if request.share is None or area_share <= request.share * 1.001:
        return ()
    return (
        language.say(
            "The place that ranks first alone covers {share} of the area, more than the {asked} asked for (--share).",
            share=f"{area_share:.1%}",
            asked=f"{request.share:.1%}",
        ),
    )


def _shift_notes(request: ListRequest, language: Language) -> tuple[str, ...]:
    if not (request.hours or request.weekdays):
        return ()
    days = ", ".join(language.weekday(day) for day in request.weekdays) or language.say("every day")
    return (
        language.say(
            "For the shift {hours} on {days}, hours past midnight counted to the evening's date. A reported window counts by "
            "the part of it inside the shift; each place has the share of the shift in the whole city's last year.",
            hours=request.hours or "00-24",
            days=days,
        ),
    )


def _asked(request: ListRequest) -> dict[str, Any]:
    detail = asdict(request)
    detail["hours"] = str(request.hours) if request.hours else None
    detail["as_of"] = request.as_of.isoformat() if request.as_of else None
    return detail


def _issued_line(made: PlaceList, forecasts: Sequence[StoredForecast]) -> dict[str, Any]:
    return {
        **_asked(made.request),
        "issued": True,
        "forecast_ids": [one.forecast_id for one in forecasts],
        "grid_id": forecasts[0].grid_id,
        "seed": made.seed,
        "places": len(made.places),
        "codes": [place.code for place in made.places],
        "random_codes": [place.code for place in made.places if place.chosen_by == "random"],
        "review_date": made.review_date.isoformat(),
    }
