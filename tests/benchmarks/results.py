"""The results tables of the forecasts: every model on two real cities, windows of 30 days, written into `docs/methods/README.md`
and `docs/research/forecast_models.md`.

``make results``, or ``python -m tests.benchmarks.results [--models NAME,…] [--again] [--keep FOLDER]``. Cities are loaded by the service itself into
a database of their own. Each model of a city and crime type runs in a process of its own, so that its peak memory is its own; what was measured
is kept in a folder, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hotspots.pipeline.forecast.training_data import days_since_epoch
from hotspots_models import registry
from hotspots_models.backtesting.folds import Fold, monthly_origins, tasks
from hotspots_models.backtesting.scores import ModelScore, Paired, summarise
from hotspots_models.backtesting.workers import run_on_processes
from tests.benchmarks.real_cities import CITIES, RealCity, city_world

HORIZON_DAYS = 30
DOCS = Path(__file__).parents[2] / "docs"
PAGE, METHODS = DOCS / "research" / "forecast_models.md", DOCS / "methods/README.md"
KEPT = Path(tempfile.gettempdir()) / "hotspots-results"
HEAD = (
    "| model | PAI 0.25 sq mi | 1 % | 5 % | over the count at 5 % | log skill | slope | top 1 %, o/e | s | MB |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)
SIZES = ("top 0.1 %", "top 1 %", "top 20 boxes", "top 100 boxes")
HEAD_OF_REACHED = (
    "| | blend over the count at 5 % | log skill | the best other model's | slope | top .1 % | top 1 % | first 20 boxes | first 100 boxes |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Run what is missing, then write the tables of all that is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.results", description=__doc__)
    parser.add_argument("--models", default=",".join(registry.names()), help="names with commas between [default: all]")
    parser.add_argument("--again", action="store_true", help="measure these models again")
    parser.add_argument("--keep", type=Path, default=KEPT, help=f"folder of what was measured [default: {KEPT}]")
    asked = parser.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    sections = []
    for city in CITIES:
        for crime_type in city.crime_types:
            for model in asked.models.split(","):
                measure(city, crime_type, model, asked.keep, again=asked.again)
            folds = [fold for model in registry.names() for fold in kept_folds(city, crime_type, model, asked.keep)]
            sections.append(section(city, crime_type, folds))
            between(PAGE, "results", "\n\n".join(sections) + "\n")
    lines = [reached(city, crime_type, asked.keep) for city in CITIES for crime_type in city.crime_types]
    between(METHODS, "reached", "\n".join([HEAD_OF_REACHED, *lines]) + "\n")
    print(f"written to {PAGE}", file=sys.stderr)


def kept_file(city: RealCity, crime_type: str, model: str, folder: Path) -> Path:
    """Where the folds of a model are kept."""
    return folder / f"{city.file}-{crime_type.replace(' ', '_')}-{model}.folds"


def kept_folds(city: RealCity, crime_type: str, model: str, folder: Path) -> list[Fold]:
    """The folds measured before; none where it was not."""
    file = kept_file(city, crime_type, model, folder)
    return pickle.loads(file.read_bytes()) if file.exists() else []


def measure(city: RealCity, crime_type: str, model: str, folder: Path, *, again: bool) -> None:
    """Run the windows of one model that were not run before in one process, one thread, and keep the folds."""
    kept = [] if again else kept_folds(city, crime_type, model, folder)
    missing = sorted(set(origins_of(city)) - {fold.task.origin for fold in kept})
    if not missing:
        return
    print(f"{city.name}, {crime_type}, {model}: {len(missing)} windows …", file=sys.stderr, flush=True)
    there = city_world(city, folder)
    todo = tasks(
        {crime_type: there.codes[crime_type]}, models=[model], origins=missing, horizons_days=[float(HORIZON_DAYS)]
    )
    folds = kept + run_on_processes(there.world, todo, workers=1)
    kept_file(city, crime_type, model, folder).write_bytes(pickle.dumps(folds))


def origins_of(city: RealCity) -> list[float]:
    """The first days of a city's windows, days since 1970."""
    return monthly_origins(end=days_since_epoch(city.end), horizon_days=HORIZON_DAYS, count=city.windows)


def section(city: RealCity, crime_type: str, folds: Sequence[Fold]) -> str:
    """A heading and the table of one city and crime type."""
    scores = summarise(folds)
    if not scores:
        return f"### {city.name}, {crime_type}\n\nNot measured yet."
    incidents, windows = scores[0].incidents, scores[0].origins
    title = f"### {city.name}, {crime_type} ({incidents:,.0f} incidents in {windows} windows)"
    return "\n".join([title, "", HEAD, *(row(score) for score in scores)])


def reached(city: RealCity, crime_type: str, folder: Path) -> str:
    """Return the blend of a city and crime type as a line: what it finds beside the count, and what came for each incident expected."""
    folds = [fold for model in registry.names() for fold in kept_folds(city, crime_type, model, folder)]
    scores = {score.model: score for score in summarise(folds)}
    blend = scores.pop("blend", None)
    name = f"{city.name}, {crime_type}"
    if blend is None:
        return f"| {name} | not measured yet |" + " |" * 7
    others = [score.log_skill for score in scores.values() if score.log_skill is not None]
    columns = [
        name,
        over(blend.against_baseline.get("hit rate 5 %")),
        said(blend.log_skill, ".4f"),
        said(max(others, default=None), ".4f"),
        said(blend.calibration_slope, ".2f"),
        *(came(blend, part) for part in SIZES),
    ]
    return "| " + " | ".join(columns) + " |"


def came(score: ModelScore, part: str) -> str:
    """Observed over expected in a part, with its interval."""
    interval = score.calibration_interval.get(part)
    between_ends = f" ({interval[0]:.2f}–{interval[1]:.2f})" if interval else ""
    return said(score.calibration[part][2], ".2f") + between_ends


def row(score: ModelScore) -> str:
    """One model as a line of the table; a model that could not run says why."""
    name = score.model.replace("_", " ")
    if not score.origins:
        return f"| {name} | {'; '.join(score.errors)} |" + " |" * 8
    top = score.calibration["top 1 %"][2]
    columns = [
        name,
        said(score.pai["0.25 sq mi"], ".1f"),
        said(score.hit_rate["1 %"], ".3f"),
        said(score.hit_rate["5 %"], ".4f"),
        over(score.against_baseline.get("hit rate 5 %")),
        said(score.log_skill, ".3f"),
        said(score.calibration_slope, ".2f"),
        said(top, ".2f"),
        f"{score.seconds_mean:.1f}",
        said(score.peak_mb, ".0f"),
    ]
    return "| " + " | ".join(columns) + " |"


def over(pair: Paired | None) -> str:
    """Ratio of the hit rates and the 95 % interval of their difference in percentage points."""
    if pair is None or pair.ratio is None or pair.low is None or pair.high is None:
        return ""
    return f"{pair.ratio:.3f}, {100 * pair.low:+.1f} to {100 * pair.high:+.1f}"


def said(value: float | None, form: str) -> str:
    """A figure, or a dash where nothing can be said."""
    return "–" if value is None else format(value, form)


def between(page: Path, name: str, text: str) -> None:
    """Replace what stands between the markers of a table on a page."""
    begin, end = f"<!-- {name}: made by `make results` -->", f"<!-- {name} end -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        sys.exit(f"{page} has no place for this table: put {begin} and {end} where it belongs")
    page.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
