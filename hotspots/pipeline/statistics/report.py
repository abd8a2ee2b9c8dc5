"""The result of a statistic, with its question, and the formats in which it leaves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.spreadsheet import guarded
from hotspots.errors import InputError
from hotspots.pipeline.output_file import check_output, write_whole

if TYPE_CHECKING:
    from hotspots_models.figures import Chart

FORMATS = ("table", "json", "csv", "geojson", "png", "html")


@dataclass(frozen=True, eq=False)
class Report:
    """A statistic as rows of plain values.

    Attributes
    ----------
    question : what was asked, by label; every format carries it.
    rows : one dict a row, all with the same keys.
    notes : what must be known to read it.
    geometry : (n_rows,) shapely shapes, metres, city CRS; None where rows have no place.
    srid : of the city's CRS.
    chart : a picture; None where there is none.
    """

    title: str
    question: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
    notes: tuple[str, ...] = ()
    geometry: Sequence[Any] | None = None
    srid: int = 0
    chart: Chart | None = field(default=None, repr=False)


def check_format(output: str, out: Path | None) -> None:
    """Refuse what cannot be written, before anything is read.

    Raises
    ------
    InputError
        A picture without a file, or a file that cannot be written.
    """
    if out is not None:
        check_output(out, option="--out")
    elif output == "png":
        raise InputError("--format png needs a file: --out change.png.")


def write_report(report: Report, *, output: str, out: Path | None) -> str | None:
    """Write a report to a file, which appears whole or not at all, or return it as text.

    Raises
    ------
    InputError
        A format that this report does not have.
    """
    content = _content(report, output)
    if out is None:
        return content.decode()
    write_whole(out, content, option="--out")
    return None


def _content(report: Report, output: str) -> bytes:
    if output == "json":
        return (json.dumps(_body(report), ensure_ascii=False) + "\n").encode()
    if output == "csv":
        return _csv(report)
    if output == "geojson":
        return _geojson(report)
    if output == "png":
        return _png(report)
    if output == "html":
        return _html(report)
    return _table(report).encode()


def _body(report: Report) -> dict[str, Any]:
    return {
        "title": report.title,
        "question": dict(report.question),
        "rows": [{key: _plain(value) for key, value in row.items()} for row in report.rows],
        "notes": list(report.notes),
    }


def _plain(value: Any) -> Any:
    """A value as JSON knows it; a number that is none is not known."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def _csv(report: Report) -> bytes:
    names = list(report.rows[0]) if report.rows else []
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(guarded(name) for name in names), "question"])
    question = json.dumps(dict(report.question), ensure_ascii=False)
    for row in report.rows:
        values = [_plain(value) for value in row.values()]
        writer.writerow([*("" if value is None else guarded(value) for value in values), question])
    return text.getvalue().encode("utf-8-sig")  # so that Excel reads it as UTF-8


def _can_be(report: Report) -> str:
    """The formats that a report can be written in, in words."""
    lacking = {"geojson": report.geometry is None, "png": report.chart is None}
    names = [name for name in FORMATS if not lacking.get(name)]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _geojson(report: Report) -> bytes:
    if report.geometry is None:
        raise InputError(f"--format geojson: this statistic has no places; choose {_can_be(report)}.")
    import pyproj
    import shapely

    to_degrees = pyproj.Transformer.from_crs(report.srid, 4326, always_xy=True)
    features = []
    for row, shape in zip(_body(report)["rows"], report.geometry, strict=True):
        degrees = shapely.transform(shape, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))
        drawn = json.loads(shapely.to_geojson(shapely.set_precision(degrees, 1e-7)))
        features.append({"type": "Feature", "geometry": drawn, "properties": row})
    body = {
        "type": "FeatureCollection",
        "title": report.title,
        "question": dict(report.question),
        "notes": list(report.notes),
        "features": features,
    }
    return (json.dumps(body, ensure_ascii=False) + "\n").encode()


def _png(report: Report) -> bytes:
    if report.chart is None:
        raise InputError(f"--format png: this statistic has no picture; choose {_can_be(report)}.")
    from hotspots_models.figures.paper import to_matplotlib

    picture = io.BytesIO()
    figure = to_matplotlib(report.chart)
    words = {"Title": report.title, "Description": "; ".join(f"{k}: {v}" for k, v in report.question.items())}
    figure.savefig(picture, format="png", dpi=160, bbox_inches="tight", metadata=words)
    return picture.getvalue()


def _html(report: Report) -> bytes:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html").render(**_body(report)).encode()


def _table(report: Report) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(*(report.rows[0] if report.rows else ["nothing found"]))
    for row in report.rows:
        table.add_row(*("–" if _plain(value) is None else str(_plain(value)) for value in row.values()))
    console = Console(width=150, record=True, file=io.StringIO())
    console.print(table)
    lines = [report.title, *(f"{label}: {value}" for label, value in report.question.items())]
    return "\n".join([*lines, "", console.export_text(), *report.notes, ""])
