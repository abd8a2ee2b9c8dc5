"""Change of types by areas between two periods of equal length, and whether it is more than chance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import numpy as np

from hotspots.domain.period import Period
from hotspots.errors import InputError
from hotspots.pipeline.statistics.reading import CAVEAT, Question, labels_of, read_incidents, refuse_broken
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as store
from hotspots_models.statistics.change import change_between
from hotspots_models.statistics.false_discovery import adjusted_p

EPOCH = date(1970, 1, 1)
RATE = 0.10
FEWEST = 10  # in both periods: below that counts alone are shown
CITY = "city"


def change(
    connection: Connection, question: Question, *, areas: str, against: Literal["before", "year"], rate: float = RATE
) -> Report:
    """Compare each crime type in each area with the period before, or with the same days a year earlier.

    z is that of two Poisson counts, p that of the exact E-test; flags hold at a false discovery rate over all that was tested.

    Parameters
    ----------
    areas : a kind of area, or ``city``.
    """
    kinds = store.read_area_kinds(connection)
    if areas != CITY and areas not in kinds:
        raise InputError(f"--areas {areas} is not one of: city, {', '.join(kinds)}.")
    if not 0 < rate < 1:
        raise InputError(f"--false-discoveries {rate:g} is not between 0 and 1: 0.1 is one flag in ten false.")
    # 52 whole weeks keep the weekdays
    back = timedelta(days=question.n_days if against == "before" else 364)
    by_month = store.read_city(connection).by_month
    if against == "year" and question.n_days > (366 if by_month else 364):
        raise InputError("--against year compares periods of at most 364 days; give --against before.")
    past = Period(question.first_day - back, question.end - back)
    if by_month:
        past = _months_before(Period(question.first_day, question.end), against)
    remedy = "Give other days with --from and --to, or the other --against."
    refuse_broken(connection, Period(question.first_day, question.end), "The period", remedy)
    refuse_broken(connection, past, "The period that it is compared with", remedy)
    incidents = read_incidents(connection, question, statistic="change", since=past.start)
    first, old_first, old_end = ((day - EPOCH).days for day in (question.first_day, past.start, past.end))
    now = incidents.take(incidents.day >= first)
    old = incidents.take((incidents.day >= old_first) & (incidents.day < old_end))
    names, codes, area_of = _areas(connection, areas, question)
    types = _type_ids(connection, question)
    rows, shapes = [], []
    for label, type_id in types.items():
        counts = [
            np.bincount(slots[slots >= 0], minlength=len(names))
            for part in (old, now)
            for slots in [_slots(part.take(part.crime_type_id == type_id).label_set_id, area_of, areas)]
        ]
        for n, (before, present) in enumerate(zip(*counts, strict=True)):
            if not before and not present:
                continue
            found = change_between(int(before), int(present), exposure_ratio=question.n_days / past.n_days)
            low, high = found.ratio_interval
            few = before < FEWEST or present < FEWEST
            rows.append(
                {
                    "crime type": label,
                    "area": names[n],
                    "code": codes[n],
                    "past": int(before),
                    "now": int(present),
                    "ratio": None if few or found.ratio is None else round(found.ratio, 2),
                    "ratio low": None if few or low is None else round(low, 2),
                    "ratio high": None if few or high is None else round(high, 2),
                    "z": round(found.z, 2),
                    "p (E-test)": round(found.p, 5),
                }
            )
            shapes.append(n)
    adjusted = adjusted_p([row["p (E-test)"] for row in rows]) if rows else []
    for row, p in zip(rows, adjusted, strict=True):
        row["p adjusted"] = round(float(p), 5)
        row["flagged"] = "yes" if p <= rate else "no"
    order = sorted(range(len(rows)), key=lambda n: (rows[n]["p (E-test)"], -abs(rows[n]["z"])))
    flagged = sum(row["flagged"] == "yes" for row in rows)
    past_words = f"{past.start} to {past.last_day}"
    geometry = None
    if areas != CITY:
        drawn = store.read_units(connection, kind=areas, on_day=question.last_day).geometry
        geometry = [drawn[shapes[n]] for n in order]
    beyond = (
        f"{flagged} of {len(rows)} comparisons are flagged"
        if flagged
        else f"Nothing beyond chance in {len(rows)} comparisons"
    )
    return Report(
        title=f"Change: {question.first_day} to {question.last_day} against {past_words}",
        question={
            **question.in_words(list(types)),
            "Against": past_words,
            "Areas": kinds.get(areas, "the whole city"),
            "False discovery rate": f"{rate:.0%}",
        },
        rows=[rows[n] for n in order],
        notes=(
            f"{beyond} at a false discovery rate of {rate:.0%}.",
            f"A ratio is shown from {FEWEST} incidents in both periods on.",
            "z and p hold for independent incidents; runs make them too sure.",
            CAVEAT,
        ),
        geometry=geometry,
        srid=store.read_city(connection).srid,
    )


def _months_before(now: Period, against: str) -> Period:
    """As many whole months before these, or the same months last year."""
    months = (now.end.year - now.start.year) * 12 + now.end.month - now.start.month
    back = months if against == "before" else 12
    start, end = (_months_back(day, back) for day in (now.start, now.end))
    return Period(start, end)


def _months_back(first: date, n: int) -> date:
    years, month = divmod(first.year * 12 + first.month - 1 - n, 12)
    return date(years, month + 1, 1)


def _areas(connection: Connection, areas: str, question: Question) -> tuple[list[str], list[str], dict[int, int]]:
    """Names, codes, and the slot of each label set."""
    if areas == CITY:
        return [store.read_city(connection).name], [""], {}
    units = store.read_units(connection, kind=areas, on_day=question.last_day)
    slot = {area_id: n for n, area_id in enumerate(units.unit_id.tolist())}
    of_labels = store.read_label_set_areas(connection, kind=areas)
    return list(units.name), list(units.code), {k: slot[v] for k, v in of_labels.items() if v in slot}


def _slots(label_set_id: np.ndarray, area_of: dict[int, int], areas: str) -> np.ndarray:
    if areas == CITY:
        return np.zeros(len(label_set_id), dtype=np.int64)
    return np.array([area_of.get(labels, -1) for labels in label_set_id.tolist()], dtype=np.int64)


def _type_ids(connection: Connection, question: Question) -> dict[str, int]:
    from hotspots.store.staff.forecasts import read_crime_types

    ids = {kind.name: kind.crime_type_id for kind in read_crime_types(connection)}
    labels = labels_of(connection, question.crime_types)
    return {label: ids[name] for label, name in zip(labels, question.crime_types, strict=True)}
