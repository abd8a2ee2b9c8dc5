"""Figures of an analyst's statistics: weeks, hours, near repeats, concentration, local statistics."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.figures import palette
from hotspots_models.figures.chart import Band, Bars, Chart, Line, Points, Tiles
from hotspots_models.figures.forecasts import map_tiles, scale_bar
from hotspots_models.statistics.aoristic import HOURS_OF_WEEK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from hotspots_models.grid import Grid
    from hotspots_models.statistics.clusters import Clusters
    from hotspots_models.statistics.concentration import ConcentrationCurve
    from hotspots_models.statistics.funnel import FunnelLimits
    from hotspots_models.statistics.near_repeat import KnoxTable, WarmZones
    from hotspots_models.statistics.weekly_band import WeeklyBand

SAME_PLACE_M = 1.0
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekly_counts(band: WeeklyBand, *, weeks: ArrayLike | None = None, caption: str = "") -> Chart:
    """Show weeks as bars with the normal band; a week outside it stands out.

    Parameters
    ----------
    band : WeeklyBand
    weeks : (n,) what stands under the bars, datetime64 of the first days for example; the weeks' numbers if left out
    """
    weeks = np.arange(band.first, band.first + band.counts.size) if weeks is None else np.asarray(weeks)
    if weeks.size == 0:
        raise InputError("the band is empty: a weekly band needs more weeks than those before the first")
    last = ("within what is normal here", "above what is normal here", "below what is normal here")[
        int(band.outside[-1])
    ]
    colours = np.where(band.outside == 0, palette.SEQUENTIAL[2], palette.SEQUENTIAL[4]).tolist()
    return Chart(
        title=f"{band.counts[-1]:.0f} reported incidents in the last week: {last} ({band.lower[-1]:.0f} to {band.upper[-1]:.0f})",
        x_label="Week",
        y_label="Reported incidents a week",
        layers=(
            Band(weeks, band.lower, band.upper, "normal band"),
            Bars(weeks, band.counts, "", colours),
            Line(weeks, band.expected, "expected", palette.BASELINE, "dash"),
        ),
        caption=caption,
    )


def hour_of_week(profile: ArrayLike, *, caption: str = "") -> Chart:
    """Show the hours of the week as a grid.

    Parameters
    ----------
    profile : (168,) incidents or shares by hour of the week, Monday 00:00 first
    """
    week = np.asarray(profile, dtype=float)
    if week.shape != (HOURS_OF_WEEK,):
        raise InputError(f"profile has shape {week.shape}: give one value for each of the 168 hours of the week")
    table = week.reshape(7, 24)[::-1]
    total = week.sum()
    title = "No reported incidents in any hour of the week"
    if total > 0:
        window = np.convolve(np.concatenate([week, week[:7]]), np.ones(8), mode="valid")
        start = int(np.argmax(window))
        title = (
            f"{100 * window[start] / total:.0f} % of reported incidents fall in the eight hours "
            f"from {WEEKDAYS[start // 24]} {start % 24:02d}:00 (5 % if even)"
        )
    return Chart(
        title=title,
        x_label="Hour of the day",
        y_label="Day",
        layers=(Tiles(np.arange(24), np.arange(7), 100 * table / total if total else table, "% of the week"),),
        caption=caption,
        x_words=tuple(f"{hour:02d}" for hour in range(24)),
        y_words=WEEKDAYS[::-1],
    )


def knox_table(table: KnoxTable, *, rate: float = 0.05, caption: str = "") -> Chart:
    """Show the ratio of observed to expected pairs by distance and time; a star marks what chance does not explain."""
    ratio, significant = table.ratio, table.p <= rate
    first = ratio[0, 0]
    soon, near = table.time_edges_days[1], table.distance_edges_m[1]
    where = "At the same place" if near <= SAME_PLACE_M else f"Within {near:g} m"
    if np.isfinite(first) and significant[0, 0]:
        title = f"{where} and within {soon:g} days lie {first:.1f} times the pairs that chance makes"
    else:
        title = f"{where} and within {soon:g} days lie no more pairs than chance makes"
    texts = np.where(np.isfinite(ratio), np.char.mod("%.2f", np.nan_to_num(ratio)), "–").astype(object)
    texts = texts + np.where(significant, " *", "").astype(object)
    return Chart(
        title=title,
        x_label="Days between two incidents",
        y_label="Metres between two incidents",
        layers=(
            Tiles(np.arange(ratio.shape[1]), np.arange(ratio.shape[0]), ratio, "observed / expected", texts=texts),
        ),
        caption=f"* p ≤ {rate:g} over {table.permutations} permutations of the dates. {caption}".strip(),
        x_words=_bands(table.time_edges_days),
        y_words=_bands(table.distance_edges_m),
    )


def concentration(
    curve: ConcentrationCurve, *, units: str = "cells", top_share: float = 0.05, caption: str = ""
) -> Chart:
    """Show the share of incidents in the top share of units beside an even spread."""
    held = curve.share_held_by(top_share)
    title = "No reported incidents: no concentration to show"
    if held is not None:
        title = f"{100 * top_share:g} % of the {units} hold {100 * held:.0f} % of the reported incidents"
    return Chart(
        title=title,
        x_label=f"Share of the {units}, most incidents first",
        y_label="Share of the reported incidents",
        layers=(
            Line(np.array([0.0, 1.0]), np.array([0.0, 1.0]), "even spread", palette.BASELINE, "dot"),
            Line(curve.unit_share, curve.incident_share, "", palette.ACCENT),
        ),
        caption=caption,
        x_percent=True,
        y_percent=True,
    )


def funnel(limits: FunnelLimits, counts: ArrayLike, *, names: Sequence[str] = (), caption: str = "") -> Chart:
    """Show areas against the rate of all of them, within three standard deviations of chance and of how areas vary anyway.

    Parameters
    ----------
    limits : FunnelLimits
    counts : (n,) incidents, as the limits were made from
    names : (n,) of the areas; the title names the one farthest out
    """
    seen = np.asarray(counts, dtype=float)
    if seen.shape != limits.expected.shape or not seen.size:
        raise InputError(
            f"counts has shape {seen.shape}, the limits are of {limits.expected.size} areas: give at least one area"
        )
    order = np.argsort(limits.expected, kind="stable")
    x = limits.expected[order]
    outside = np.abs(limits.z) > 3 * np.sqrt(limits.overdispersion)
    farthest = int(np.argmax(np.abs(limits.z)))
    named = f", {names[farthest]} farthest" if len(names) and outside.any() else ""
    return Chart(
        title=f"{int(outside.sum())} of {seen.size} areas depart from the rate of all by more than areas vary anyway{named}",
        x_label="Incidents expected at the rate of all areas",
        y_label="Reported incidents",
        layers=(
            Band(x, limits.at(-3, wide=True)[order], limits.at(3, wide=True)[order], "as areas vary anyway"),
            Line(x, limits.at(-3)[order], "", palette.BASELINE, "dot"),
            Line(x, limits.at(3)[order], "chance alone", palette.BASELINE, "dot"),
            Line(x, x, "rate of all", palette.BASELINE, "dash"),
            Points(limits.expected, seen),
        ),
        caption=caption,
    )


def warm_zones(zones: WarmZones, xy_m: ArrayLike, *, caption: str = "") -> Chart:
    """Show the incidents whose zone is still warm: those with another one in reach, and those alone.

    Parameters
    ----------
    zones : WarmZones
    xy_m : (n, 2) float, metres, all the incidents that were searched
    """
    points = np.asarray(xy_m, dtype=float).reshape(-1, 2)[zones.incident]
    shared = zones.incidents_in_zone > 1
    n_zones, last = np.unique(zones.zone).size, float(zones.days_left.max(initial=0))
    return Chart(
        title=f"{len(points)} incidents keep {n_zones} {'zone' if n_zones == 1 else 'zones'} warm; the last one cools in {last:.1f} days"
        if len(points)
        else "No incident keeps a zone warm",
        x_label="East, metres",
        y_label="North, metres",
        layers=(Points(*points[~shared].T, colour=palette.SEQUENTIAL[2]), Points(*points[shared].T)),
        caption=caption,
    )


def cluster_map(found: Clusters, xy_m: ArrayLike, *, caption: str = "") -> Chart:
    """Show incidents in clusters, those in none pale, and the centre of each cluster.

    Parameters
    ----------
    found : Clusters
    xy_m : (n, 2) float, metres, the incidents that were searched
    """
    points = np.asarray(xy_m, dtype=float).reshape(-1, 2)
    if len(points) != found.label.size:
        raise InputError(f"{len(points)} points for {found.label.size} incidents: give those that were searched")
    inside = found.label >= 0
    largest = f", the largest of {found.count[0]} incidents" if found.count.size else ""
    return Chart(
        title=f"{found.count.size} clusters{largest}; {found.outside} of {found.label.size} incidents in none",
        x_label="East, metres",
        y_label="North, metres",
        layers=(
            Points(*points[~inside].T, colour=palette.SEQUENTIAL[2]),
            Points(*points[inside].T),
            Points(*found.centre_m.T, colour=palette.HUES[1], symbol="diamond"),
        ),
        caption=caption,
    )


def class_map(classes: ArrayLike, grid: Grid, *, caption: str = "") -> Chart:
    """Show what each cell is: kinds of a local statistic, or classes of hot spots over time.

    Parameters
    ----------
    classes : (n_cells,) words such as "hot" or "emerging"
    grid : Grid
    """
    words = np.asarray(classes, dtype=str)
    if words.shape != (grid.n_cells,):
        raise InputError(f"classes has shape {words.shape}, the grid has {grid.n_cells} cells")
    known = [word for word in palette.CLASS_HUES if word in words]
    known += sorted(set(words.tolist()) - set(known))
    colours = tuple(palette.CLASS_HUES.get(word, palette.HUES[k % len(palette.HUES)]) for k, word in enumerate(known))
    number = np.select([words == word for word in known], [float(k) for k in range(len(known))])
    quiet = {"never", "neither"}
    counted = ", ".join(f"{np.sum(words == word)} {word}" for word in known if word not in quiet)
    return Chart(
        title=f"Of {grid.n_cells} cells: {counted}" if counted else f"None of {grid.n_cells} cells stands out",
        x_label="",
        y_label="",
        layers=(map_tiles(number, grid, label="", words=tuple(known), colours=colours),),
        caption=caption,
        is_map=True,
        scale_bar_m=scale_bar(grid),
    )


def _bands(edges: tuple[float, ...]) -> tuple[str, ...]:
    first = f"0–{edges[1]:g}"
    return (first, *(f">{low:g}–{high:g}" for low, high in pairwise(edges[1:])))
