"""A backtest to read: capture curves, table, calibration and one plain sentence a model, as HTML or PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.pipeline.output_file import check_output, write_whole
from hotspots_models import figures, registry
from hotspots_models.backtesting.scores import ModelScore, sentence
from hotspots_models.scoring.calibration import CalibrationRow
from hotspots_models.scoring.metrics import CaptureCurve

if TYPE_CHECKING:
    from hotspots.pipeline.forecast.backtest import BacktestResult
    from hotspots_models.backtesting.gate import GateDecision

ENDINGS = (".html", ".pdf")
HEADS = (
    "Model",
    "Windows",
    "Hit rate 1 %",
    "Hit rate 5 %",
    "PAI 0.25 sq mi",
    "Log skill",
    "Slope",
    "Top 1 % o/e",
    "Seconds a fit",
    "Peak MB",
)
SIZES = ("top 0.1 %", "top 1 %", "top 20 boxes", "top 100 boxes")
SAYS_NOT = (
    "A backtest says how well past reports foretold later reports here. It does not say that the same will hold elsewhere or later, "
    "and nothing in it establishes suspicion of anybody."
)


@dataclass(frozen=True, slots=True)
class Section:
    """One crime type and horizon: sentences, table and two figures as SVG."""

    title: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sizes: tuple[tuple[str, ...], ...]
    figures: tuple[tuple[str, str], ...]


def write_report(result: BacktestResult, path: Path, *, city: str, attribution: str) -> None:
    """Write the report; the file's ending says whether as HTML or PDF. The file appears whole or not at all.

    Raises
    ------
    InputError
        Another ending, or a file that cannot be written.
    """
    check_output(path, option="--report", endings=ENDINGS)
    page = {
        "title": f"Backtest of place-based forecasts, {city}",
        "facts": facts(result),
        "sections": sections(result),
        "heads": HEADS,
        "size_heads": ("Model", *(part.capitalize() for part in SIZES)),
        "says_not": SAYS_NOT,
        "attribution": attribution,
    }
    content = _pdf(page) if path.suffix.lower() == ".pdf" else _html(page)
    write_whole(path, content, option="--report")


def facts(result: BacktestResult) -> list[tuple[str, str]]:
    """The models and the data that were tested."""
    asked = result.request
    return [
        (
            "Windows",
            f"{asked.origins} of {' and '.join(str(days) for days in asked.horizons_days)} days, up to {asked.end}",
        ),
        ("Cells", f"{result.n_cells:,} of {asked.cell_size_m:g} m"),
        ("Learnt from", f"{result.n_events:,} events, {asked.basis}"),
        ("Data known on", result.known_on.isoformat()),
        *(("Note", note) for note in result.notes),
    ]


def sections(result: BacktestResult) -> list[Section]:
    """One section a crime type and horizon, what is served first."""
    return [
        _section([one for one in result.scores if _key(one) == _key(decision)], decision)
        for decision in result.decisions
    ]


def _key(one: ModelScore | GateDecision) -> tuple[str, float]:
    return one.crime_type, one.horizon_days


def _section(scores: Sequence[ModelScore], decision: GateDecision) -> Section:
    best = max(scores, key=lambda score: score.log_skill if score.log_skill is not None else -np.inf)
    ordered = [best, *(score for score in scores if score is not best)]
    curves = {_name(one.model): curve for one in ordered if (curve := _curve(one)) is not None}
    drawn = []
    if curves:
        drawn.append(("Capture curves", _svg(figures.capture_curves(curves), 7.2, 4.6)))
    rows = _calibration_rows(best)
    if rows:
        drawn.append((f"Calibration of {_name(best.model)}", _svg(figures.calibration(rows), 7.2, 3.8)))
    sentences = [sentence(score) for score in scores if score.model != registry.BASELINE]
    return Section(
        f"{scores[0].crime_type.capitalize()}, windows of {scores[0].judged_days:g} days"
        + (f" of forecasts for {scores[0].horizon_days:g}" if scores[0].window_days else ""),
        (decision.words, *((decision.faster,) if decision.faster else ()), *sentences),
        tuple(_row(score) for score in ordered),
        tuple(size_row(score) for score in ordered),
        tuple(drawn),
    )


def _row(score: ModelScore) -> tuple[str, ...]:
    interval = score.hit_rate_interval["5 %"]
    between = f" ({interval[0]:.3f}–{interval[1]:.3f})" if interval else ""
    top = score.calibration.get("top 1 %")
    return (
        _name(score.model),
        str(score.origins),
        _said(score.hit_rate["1 %"], ".3f"),
        _said(score.hit_rate["5 %"], ".3f") + between,
        _said(score.pai["0.25 sq mi"], ".1f"),
        _said(score.log_skill, ".3f"),
        _said(score.calibration_slope, ".2f"),
        _said(top[2] if top else None, ".2f"),
        f"{score.seconds_mean:.1f}",
        _said(score.peak_mb, ".0f"),
    )


def size_row(score: ModelScore) -> tuple[str, ...]:
    """Return the model and what came for each incident expected in the top of its forecast, at the sizes of use, with 95 % intervals."""
    return _name(score.model), *(_came(score, part) for part in SIZES)


def _came(score: ModelScore, part: str) -> str:
    ratio = score.calibration[part][2] if part in score.calibration else None
    interval = score.calibration_interval.get(part)
    return _said(ratio, ".2f") + (f" ({interval[0]:.2f}–{interval[1]:.2f})" if ratio is not None and interval else "")


def _curve(score: ModelScore) -> CaptureCurve | None:
    if score.capture_curve is None or score.best_curve is None:
        return None
    return CaptureCurve(np.array(score.area_share), np.array(score.capture_curve), np.array(score.best_curve))


def _calibration_rows(score: ModelScore) -> list[CalibrationRow]:
    return [
        CalibrationRow(part, 0.0, observed, expected)
        for part, (observed, expected, _) in score.calibration.items()
        if "boxes" not in part
    ]


def _svg(chart: figures.Chart, width_inches: float, height_inches: float) -> str:
    figure = figures.to_matplotlib(chart, width_inches=width_inches, height_inches=height_inches)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight")
    return buffer.getvalue()[buffer.getvalue().index("<svg") :]


def _name(model: str) -> str:
    return model.replace("_", " ")


def _said(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _html(page: dict[str, Any]) -> bytes:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("backtest_report.html").render(page).encode()


def _pdf(page: dict[str, Any]) -> bytes:
    import json
    import shutil
    import tempfile

    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(Path(__file__).with_name("backtest_report.typ"), folder / "report.typ")
        files = []
        for n, section in enumerate(page["sections"]):
            for k, (_, svg) in enumerate(section.figures):
                (folder / f"figure-{n}-{k}.svg").write_text(svg)
            files.append(
                {
                    "title": section.title,
                    "sentences": section.sentences,
                    "rows": section.rows,
                    "sizes": section.sizes,
                    "figures": [
                        {"title": title, "file": f"figure-{n}-{k}.svg"} for k, (title, _) in enumerate(section.figures)
                    ],
                }
            )
        (folder / "report.json").write_text(json.dumps({**page, "sections": files}))
        return typst.compile(folder / "report.typ", pdf_standards=["ua-1"])
