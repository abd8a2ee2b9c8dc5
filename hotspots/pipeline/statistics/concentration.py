"""How concentrated are incidents: the share of them in the top share of boxes, cells or areas."""

from __future__ import annotations

import numpy as np

from hotspots.errors import InputError
from hotspots.pipeline.statistics.reading import CAVEAT, Incidents, Question, labels_of, read_incidents
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as store
from hotspots.store.staff import grids
from hotspots_models import figures
from hotspots_models.boxes import BOX_M
from hotspots_models.grid import Grid
from hotspots_models.statistics.concentration import concentration_curve, generalised_gini

TOP_SHARES = (0.005, 0.01, 0.02, 0.05, 0.10, 0.20, 0.50)
BOX = "box"


def concentration(connection: Connection, question: Question, *, unit: str) -> Report:
    """Return the concentration curve at round shares of the ground, and how few units hold half of the incidents.

    Parameters
    ----------
    unit : ``box`` (250 m) or a kind of area.
    """
    kinds = store.read_area_kinds(connection)
    if unit != BOX and unit not in kinds:
        raise InputError(f"--unit {unit} is not one of: box, {', '.join(kinds)}.")
    incidents = read_incidents(connection, question, statistic="concentration")
    counts, size_m2 = _counts(connection, incidents, question, unit)
    curve = concentration_curve(counts, size=size_m2)
    gini = generalised_gini(counts)
    asked = question.in_words(labels_of(connection, question.crime_types))
    asked["Unit"] = (
        f"{len(counts):,} boxes of {BOX_M:g} m" if unit == BOX else f"{len(counts):,} of the kind {kinds[unit]}"
    )
    rows = [
        {"share of the ground": share, "share of incidents": None if held is None else round(held, 4)}
        for share in TOP_SHARES
        for held in [curve.share_held_by(share)]
    ]
    half = curve.units_that_hold(0.5)
    return Report(
        "Concentration of incidents",
        asked,
        rows,
        (
            "No incident."
            if half is None
            else f"Half of {curve.incidents:,.0f} incidents lie in {half:,} of {len(counts):,} units.",
            *(
                ()
                if gini is None
                else (
                    f"Generalised Gini coefficient {gini:.3f}: 0 is as even as so few incidents can be, 1 all in one unit.",
                )
            ),
            CAVEAT,
        ),
        chart=figures.concentration(curve),
    )


def _counts(
    connection: Connection, incidents: Incidents, question: Question, unit: str
) -> tuple[np.ndarray, np.ndarray]:
    if unit == BOX:
        grid = Grid.over(grids.read_study_area(connection).geometry, cell_size_m=BOX_M)
        return grid.counts(incidents.xy_m), grid.area_m2
    areas = store.read_units(connection, kind=unit, on_day=question.last_day)
    slot = {area_id: n for n, area_id in enumerate(areas.unit_id.tolist())}
    of_labels = store.read_label_set_areas(connection, kind=unit)
    where = np.array(
        [slot.get(of_labels.get(labels, 0), -1) for labels in incidents.label_set_id.tolist()], dtype=np.int64
    )
    return np.bincount(where[where >= 0], minlength=len(slot)).astype(float), areas.area_m2
