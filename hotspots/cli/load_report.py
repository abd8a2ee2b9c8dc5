"""How ``hotspots load`` looks: a progress bar on a terminal, then tables."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from hotspots.pipeline.load.summary import COUNTS, PARTS

MOST_LINES = 12  # of a list that may be long
WIDTH = 140  # of tables in a file or a pipe


@contextmanager
def draw_progress() -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error where that is a terminal; yields what is told each step and its share."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("start", total=1.0)

        def tell(step: str, share: float) -> None:
            progress.update(task, description=step or "finish", completed=share)

        yield tell


def print_summary(report: dict[str, Any]) -> None:
    """Print what became of a load."""
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    datasets = report["datasets"]
    if datasets:
        table = Table("dataset", "what became of it", title=f"{report['city']}: the map", title_justify="left")
        for name, counts in datasets.items():
            table.add_row(name, "unchanged" if counts.get("unchanged") is True else _in_words(counts))
        console.print(table)
    if report["locations_relabelled"]:
        console.print(f"Areas changed: {report['locations_relabelled']:,} locations lie in other areas now.")
    if (anew := report.get("placed_anew")) is not None:
        placed, moved = anew.get("placed", 0), anew.get("moved", 0)
        console.print(
            f"Address lists changed: {placed:,} incidents of earlier loads have a point now, and {moved:,} another one.",
            highlight=False,
        )
    incidents = report.get("incidents")
    if incidents is not None:
        _print_incidents(console, report["city"], incidents)
    for counts in report.get("record_kinds", {}).values():
        for line in record_lines(counts):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    _print_agreement(console, (incidents or {}).get("agreement") or report["agreement"])


def record_lines(counts: dict[str, Any]) -> list[str]:
    """The lines that tell what became of one kind of records beside the incidents."""
    parts = [
        name for name in ("new", "changed", "unchanged", "left_out", "rejected") if counts[name] or name != "left_out"
    ]
    began = counts["initiated_by"]
    lines = [
        f"{counts['label']} (beside the incidents, never added to them): read {counts['read']:,} = "
        + " + ".join(f"{name.replace('_', ' ')} {counts[name]:,}" for name in parts),
    ]
    if any(began.values()):
        lines.append(
            f"  begun by citizens {began['public']:,}, by officers {began['police']:,}, not known by whom {began['unknown']:,}; "
            f"without a point {counts['without_location']:,}, in no known area {counts['without_area']:,}"
        )
    return lines + [f"  {count:>9,}  {reason}" for reason, count in list(counts["rejects"].items())[:MOST_LINES]]


def _print_incidents(console: Console, city: str, incidents: dict[str, Any]) -> None:
    counts = [name for name in COUNTS if incidents[name] or name not in ("merged", "left_out")]
    table = Table("file", "known on", title=f"{city}: incidents", title_justify="left")
    for name in counts:
        table.add_column(name.replace("_", " "), justify="right", no_wrap=name != "without_location")
    for file in incidents["files"]:
        name_and_note = file["file"] + (f" ({file['note']})" if "note" in file else "")
        table.add_row(name_and_note, file["known_on"], *(f"{file[name]:,}" for name in counts))
    table.add_section()
    table.add_row("all", "", *(f"{incidents[name]:,}" for name in counts))
    console.print(table)
    console.print("read = " + " + ".join(name.replace("_", " ") for name in counts if name in PARTS))
    for text in incidents["suspicions"]:
        console.print(f"Look at this: {text}", style="bold", highlight=False, markup=False, soft_wrap=True)
    if incidents["columns_left_out"]:
        named = ", ".join(incidents["columns_left_out"])
        told = f"Columns that the city file does not name, of which nothing is kept: {named}"
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    if incidents["withdrawn_by_absence"]:
        console.print(f"Withdrawn because the snapshot no longer has them: {incidents['withdrawn_by_absence']:,}")
    for kind, codes in incidents["unknown_codes"].items():
        _print_counts(console, f"{kind}: recorded, but not on the map", codes)
    for name, count in incidents["notes"].items():
        console.print(f"{name.replace('_', ' ')}: {count:,}")
    for file in incidents["files"]:
        if file["read"] and file["rejected"] == file["read"]:
            told = f"Not one record of {file['file']} could be read: look at the reasons and at the city file."
            console.print(told, style="bold", soft_wrap=True)
    first = {reason: f"{reason} (first: {where})" for reason, where in incidents["first_rejects"].items()}
    _print_counts(console, "Rejected, by reason", {first[why]: count for why, count in incidents["rejects"].items()})
    if "rejects_file" in incidents:
        console.print(f"Rejected records with file and line: {incidents['rejects_file']}", soft_wrap=True)
    title = 'No crime type names these words; they count as "other", which is public: name what is sensitive in [[crime_type]]'
    _print_counts(console, title, incidents["other"])


def _print_counts(console: Console, title: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    console.print(f"{title} ({sum(counts.values()):,}):", markup=False, soft_wrap=True)
    for words, count in list(counts.items())[:MOST_LINES]:
        console.print(f"  {count:>9,}  {words}", highlight=False, markup=False)
    if len(counts) > MOST_LINES:
        console.print(f"  and {len(counts) - MOST_LINES:,} more; --json lists all")


def _print_agreement(console: Console, agreement: dict[str, dict[str, int]]) -> None:
    for kind, counts in agreement.items():
        located = counts.get("recorded_with_point", 0)
        share = (
            f"{counts.get('point_agrees', 0) / located:.1%} of {located:,} points lie in the recorded area"
            if located
            else "no points"
        )
        console.print(
            f"{kind}: {share}; {counts.get('joined', 0):,} had no known code and got their area from the point"
            + (f"; the codes of {counts['unknown']:,} records name no area" if counts.get("unknown") else "")
        )


def _in_words(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items() if count)
