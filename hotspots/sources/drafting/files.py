"""Look at an agency's files: what each is, how its text is written, and a sample of its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspots.errors import InputError
from hotspots.sources.files.archives import FoundFile, UnreadableFileError, find_files
from hotspots.sources.files.tables import DELIMITERS, Layout, read_table

if TYPE_CHECKING:
    import geopandas as gpd

SHAPES = (".shp", ".gpkg", ".kml", ".fgb")
MAYBE_SHAPES = (".geojson", ".json", ".zip")
SAMPLE_ROWS = 20_000
WIDE = (("\u3000", "\u9fff"), ("\uac00", "\ud7a3"), ("\uff00", "\uffef"))  # letters and signs of East Asian texts
# Encodings of two bytes a letter, each with letters that its text cannot do without.
EAST_ASIAN = {"cp932": ("\u3040", "\u30ff"), "cp949": ("\uac00", "\ud7a3"), "gb18030": ("\u4e00", "\u9fff")}
LINES_LOOKED_AT = 50


@dataclass(frozen=True, eq=False)
class Records:
    """A file of records: how it is read, and its first rows as text."""

    path: Path
    layout: Layout
    rows: Any
    count: int


@dataclass(frozen=True, eq=False)
class AreaFile:
    """A file of polygons, in longitude and latitude."""

    path: Path
    frame: gpd.GeoDataFrame
    crs_is_named: bool


def look_at_files(paths: list[Path]) -> tuple[list[Records], list[AreaFile]]:
    """Tell files of records from files of polygons.

    Raises
    ------
    InputError
        A file is neither, or cannot be read.
    """
    records: list[Records] = []
    areas: list[AreaFile] = []
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path} does not exist.")
        frame = _polygons(path) if path.suffix.lower() in (*SHAPES, *MAYBE_SHAPES) else None
        if frame is not None:
            named = frame.crs is not None
            areas.append(AreaFile(path, frame.to_crs(4326) if named else frame.set_crs(4326), named))
        else:
            records.append(_records(path))
    return records, areas


def _polygons(path: Path) -> gpd.GeoDataFrame | None:
    """The layer of a file of polygons; None where it is something else."""
    import warnings

    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info = pyogrio.read_info(path)
            if info.get("geometry_type") is None:
                return None
            frame = pyogrio.read_dataframe(path)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError):
        return None
    kinds = set(frame.geometry.geom_type.dropna())
    return frame if kinds and kinds <= {"Polygon", "MultiPolygon"} else None


def _records(path: Path) -> Records:
    try:
        found = next(iter(find_files(path.parent, path.name, key="FILES")))
        data = found.read()
        layout = _layout(found, data)
        table = read_table(data, layout, name=found.name)
    except UnreadableFileError as error:
        raise InputError(f"{path.name} cannot be read: {error}.") from None
    if table.rows.num_rows == 0:
        raise InputError(
            f"{path.name} holds no rows under its header; it has {', '.join(table.columns[:10]) or 'nothing'}."
        )
    rows = table.rows.slice(0, SAMPLE_ROWS).to_pandas().astype(object).apply(lambda column: column.str.strip())
    return Records(path, layout, rows, table.rows.num_rows)


def _layout(file: FoundFile, data: bytes) -> Layout:
    """Encoding, delimiter and title rows of a text; what is no text is read as it is."""
    head = data[: 1 << 20]
    if not file.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt")):
        return Layout()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = (
            "utf-8"
            if _reads(data, "utf-8")
            else _east_asian(head) or ("cp1252" if _reads(data, "cp1252") else "latin-1")
        )
    lines = [line for line in head.decode(encoding, errors="replace").splitlines()[:LINES_LOOKED_AT] if line.strip()]
    delimiter = max(DELIMITERS, key=lambda one: _agreement(lines, one))
    widths = [len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)]
    usual = Counter(widths).most_common(1)[0][0] if widths else 0
    title_rows = next((index for index, width in enumerate(widths) if width == usual), 0)
    return Layout(encoding=encoding, delimiter=delimiter, title_rows=title_rows)


def _east_asian(head: bytes) -> str | None:
    """The encoding of two bytes a letter as which a text reads well: nearly all of it but ASCII are such letters, its own among them.

    An accent of a western text takes the letter after it along, and then stands behind a letter of ASCII.
    """
    whole = head[: head.rfind(b"\n") + 1] or head
    for encoding, (first, last) in EAST_ASIAN.items():
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = re.findall(r"[^\x00-\x7f]", text)
        within_words = len(re.findall(r"[A-Za-z][^\x00-\x7f]", text))
        wide = sum(any(low <= letter <= high for low, high in WIDE) for letter in letters)
        own = sum(first <= letter <= last for letter in letters)
        if letters and within_words < 0.2 * len(letters) and wide >= 0.95 * len(letters) and own >= 0.05 * len(letters):
            return encoding
    return None


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _agreement(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How many lines have the most usual number of columns, and how many columns that is."""
    widths = Counter(len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]))
    return (count if width > 1 else 0) / len(lines), width
