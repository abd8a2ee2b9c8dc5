"""Publish: write what the public may know into `open`, in one transaction that no reader waits for.

Only what the deliveries since the last publication changed is written; everything is written anew when the rules of the
city file or the areas changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from hotspots.errors import InputError
from hotspots.pipeline.publish.erase import purge_returned
from hotspots.pipeline.publish.gaps import write_gaps
from hotspots.pipeline.publish.partition import keep_sites, make_sites, merge_rare_points
from hotspots.pipeline.publish.place_words import settle_place_words
from hotspots.pipeline.publish.record_months import write_record_months
from hotspots.pipeline.publish.sensitive_months import BEGINNING, complete_months, write_months
from hotspots.store import audit
from hotspots.store.publication import anchor_sites, anchors, city_layers, known_counts, publication, sensitive_counts
from hotspots.store.publication.completeness import write_completeness
from hotspots.store.publication.done_actions import write_done_actions
from hotspots.store.publication.place_words import read_coarser
from hotspots.store.publication.publication import ALL_VERSIONS, DUE_VERSIONS, Connection
from hotspots.store.publication.rules import (
    LastPublication,
    Rules,
    crosses_vintage,
    newest_complete_day,
    read_last,
    read_rules,
    unpublished_deliveries,
    whole_months_to,
)
from hotspots.store.server.connection import Database

Progress = Callable[[str], None]
MANY_LOCATIONS = 10_000  # placed at once, after which the planner must know of them


@dataclass(frozen=True, slots=True)
class Published:
    """The result of a publication.

    `incidents` are all rows now public, `gaps` the first and last days of stretches of which nothing is known, `coarser` the groups of
    words for sorts of place with their members and incidents (where everything was published), the others are this publication's work.
    """

    vintage_id: int
    everything: bool
    newest_day: date | None
    incidents: int
    written: int
    removed: int
    locations: int
    withheld_locations: int
    merged_points: int
    new_anchors: int
    months: int
    gaps: tuple[tuple[date, date], ...] = ()
    coarser: tuple[tuple[str, tuple[str, ...], int], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """The work of a publication: everything, or the changes of `deliveries` and the days [old_end, end).

    `counts`: count what is never a row anew. Only where a month ended, or a rule that decides the counts changed: in between nothing public
    moves with a report that may not be told.
    """

    everything: bool
    layers: bool
    counts: bool
    deliveries: Sequence[int]
    old_end: date
    end: date
    newest_day: date | None
    today: date
    last: LastPublication | None


def publish(
    owner: Database,
    *,
    today: date,
    newest_day: date | None = None,
    everything: bool = False,
    clock_may_be_back: bool = False,
    progress: Progress = lambda _: None,
) -> Published:
    """Publish what was loaded.

    Parameters
    ----------
    owner : key of the owner.
    today : the newest public day is never later than this less the city's delay.
    newest_day : an earlier newest public day than the data would allow.
    everything : write all anew even if nothing asks for it.
    clock_may_be_back : publish though `today` is before the last publication's and days would leave the map.
    progress : told each step in words.

    Raises
    ------
    InputError
        Nothing is loaded yet, or the clock was set back.
    """
    with publication.publishing(owner) as connection:
        rules = read_rules(connection)
        purge_returned(connection, rules)
        task = _task(connection, rules, today=today, newest_day=newest_day, everything=everything)
        if not clock_may_be_back:
            _refuse_a_clock_set_back(task)
        if (task.everything or task.layers) and keep_sites(connection, rules):
            task = replace(task, everything=True)
        if task.counts and not task.everything and _words_move(connection, rules, task):
            task = replace(task, everything=True)
        done = (
            _publish_everything(connection, rules, task, progress)
            if task.everything
            else _publish_changes(connection, rules, task, progress)
        )
        audit.write_line(connection, "publish", asdict(done))
    publication.vacuum(owner)
    return done


def _task(connection: Connection, rules: Rules, *, today: date, newest_day: date | None, everything: bool) -> Task:
    last = read_last(connection)
    complete = newest_complete_day(connection, rules)
    newest = (
        None
        if complete is None
        else min(filter(None, (complete, today - timedelta(days=rules.delay_days), newest_day)))
    )
    newest = whole_months_to(connection, newest)
    end = BEGINNING if newest is None else newest + timedelta(days=1)
    old_end = BEGINNING if last is None or last.newest_day is None else last.newest_day + timedelta(days=1)
    return Task(
        everything=everything or last is None or last.rules != rules.fingerprint,
        layers=last is None or last.layers != rules.layers or crosses_vintage(connection, last.newest_day, newest),
        counts=last is None or last.counts != rules.counts or old_end.replace(day=1) != end.replace(day=1),
        deliveries=unpublished_deliveries(connection),
        old_end=old_end,
        end=end,
        newest_day=newest,
        today=today,
        last=last,
    )


def _words_move(connection: Connection, rules: Rules, task: Task) -> bool:
    """Judge the words of places by the record, when a month ends; whether incidents that are public change theirs."""
    return settle_place_words(connection, rules, ALL_VERSIONS, end=task.end, judge=True)


def _refuse_a_clock_set_back(task: Task) -> None:
    last = task.last
    if last is None or last.today is None or last.newest_day is None or task.today >= last.today:
        return
    if task.newest_day is None or task.newest_day < last.newest_day:
        raise InputError(
            f"Today is {task.today}, before the last publication's {last.today}: the newest public day would go back from "
            f"{last.newest_day} to {task.newest_day}, and its incidents off the map. Set the clock, or say --yes if it is right."
        )


def _publish_everything(connection: Connection, rules: Rules, task: Task, progress: Progress) -> Published:
    is_first = publication.is_open_empty(connection)
    anchors.unlink_withheld(connection)
    progress("finding the anchor of every location")
    placed = _place_locations(connection, rules, ALL_VERSIONS, end=task.end)
    settle_place_words(connection, rules, ALL_VERSIONS, end=task.end, judge=True)
    progress(f"writing incidents up to {task.newest_day}")
    if is_first:
        with publication.indexes_built_at_the_end(connection):
            incidents = written = publication.insert_incidents(
                connection, rules, ALL_VERSIONS, end=task.end, today=task.today
            )
        removed = 0
    else:
        incidents, written, removed = publication.replace_incidents(connection, rules, end=task.end, today=task.today)
    publication.analyse_incidents(connection)
    publication.count_all_days(connection)
    publication.write_choices(connection, rules, ALL_VERSIONS)
    n_anchors = anchors.write_used_anchors(connection, anew=True)
    progress("writing areas, places, streets and distances")
    city_layers.write_city(connection)
    city_layers.write_layers(connection, rules, newest_day=task.newest_day or task.today)
    city_layers.write_search(connection, blocks_from_incidents=rules.blocks_from_incidents)
    city_layers.add_blocks(connection, rules)
    anchors.write_distances(connection)
    if task.counts:
        progress("counting sensitive incidents by area and month")
    n_months = _count_sensitive(connection, rules, task)
    progress("counting what was known on the day of each delivery")
    known_counts.write_all(connection, rules, end=task.end)
    publication.analyse(connection)
    return _close_books(
        connection, rules, task, incidents=incidents, written=written, removed=removed, **placed, new_anchors=n_anchors, months=n_months,
    )  # fmt: skip


def _publish_changes(connection: Connection, rules: Rules, task: Task, progress: Progress) -> Published:
    assert task.last is not None
    progress(f"looking at {len(task.deliveries)} new deliveries and the days up to {task.newest_day}")
    publication.collect_due(connection, task.deliveries, old_end=task.old_end, new_end=task.end)
    placed = _place_locations(connection, rules, DUE_VERSIONS, end=task.end)
    settle_place_words(connection, rules, DUE_VERSIONS, end=task.end, judge=False)
    left, days_left = publication.delete_changed(connection, end=task.end)
    written = publication.insert_incidents(connection, rules, DUE_VERSIONS, end=task.end, today=task.today)
    publication.renew_days(connection, days_left, due=True)
    progress(f"{written} incidents written, {len(left)} taken out")
    publication.write_choices(connection, rules, DUE_VERSIONS)
    n_anchors = anchors.write_used_anchors(connection, anew=False)
    anchors.delete_unused_anchors(connection, left)
    city_layers.write_city(connection)
    if task.layers:
        anchors.take_all_anchors(connection)
        city_layers.write_layers(connection, rules, newest_day=task.newest_day or task.today)
        city_layers.write_search(connection, blocks_from_incidents=rules.blocks_from_incidents)
    elif n_anchors:
        city_layers.add_areas(connection, rules, newest_day=task.newest_day or task.today)
    city_layers.add_blocks(connection, rules)
    if left:
        city_layers.delete_unused_blocks(connection, left)
    anchors.write_distances(connection)
    n_months = _count_sensitive(connection, rules, task)
    known_counts.write_changes(connection, rules, deliveries=task.deliveries, old_end=task.old_end, end=task.end)
    return _close_books(
        connection, rules, task, incidents=task.last.incidents + written - len(left), written=written, removed=len(left),
        **placed, new_anchors=n_anchors, months=n_months,
    )  # fmt: skip


def _place_locations(connection: Connection, rules: Rules, versions: Any, *, end: date) -> dict[str, int]:
    """Give every location that is due its anchor; count them, those that show no area for want of a site, and merged points."""
    is_first = publication.is_open_empty(connection)
    n_due = anchors.collect_due_locations(connection, rules, versions, end=end)
    anchors.place_at_blocks(connection, rules)
    if anchor_sites.sites_are_due(connection):
        make_sites(connection, rules)
    anchors.place_exact(connection, rules)
    n_merged = merge_rare_points(connection, rules, is_first=is_first)
    if versions is ALL_VERSIONS:
        anchors.relabel_anchors(connection, rules)
    n_withheld = anchors.link_anchors(connection, rules, versions, end=end)
    if versions is ALL_VERSIONS or n_due > MANY_LOCATIONS:
        publication.analyse_placed(connection)
    return {"locations": n_due, "withheld_locations": n_withheld, "merged_points": n_merged}


def _count_sensitive(connection: Connection, rules: Rules, task: Task) -> int:
    if not task.counts:
        return 0
    months = complete_months(sensitive_counts.months_to_count(connection, end=task.end), end=task.end)
    write_months(connection, rules, months)
    publication.write_hidden(connection)
    return len(months)


def _close_books(connection: Connection, rules: Rules, task: Task, *, incidents: int, **counts: int) -> Published:
    before = publication.fingerprint_beside(connection)
    write_done_actions(connection, today=task.today)
    write_record_months(connection, rules, end=task.end)
    moved = (
        task.everything
        or task.layers
        or task.counts
        or task.end != task.old_end
        or counts["written"]
        or counts["removed"]
    )
    if moved or task.last is None or publication.fingerprint_beside(connection) != before:
        write_completeness(connection, rules, anew=task.everything)
        vintage_id = publication.write_vintage(
            connection, rules, incidents=incidents, newest_day=task.newest_day, today=task.today, renew=task.counts
        )
    else:  # a vintage of its own would tell that something came that may not be told
        vintage_id = task.last.vintage_id
    publication.close_books(
        connection,
        rules,
        vintage_id=vintage_id,
        newest_day=task.newest_day,
        deliveries=task.deliveries,
        today=task.today,
    )
    return Published(
        vintage_id=vintage_id,
        everything=task.everything,
        newest_day=task.newest_day,
        incidents=incidents,
        **counts,
        gaps=tuple((gap.start, gap.last_day) for gap in write_gaps(connection, vintage_id, everything=task.everything)),
        coarser=read_coarser(connection) if task.everything else (),
    )
