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
from hotspots.sources.files.archives import FoundFile, UnreadableFileError, find_files, is_workbook
from hotspots.sources.files.tables import DELIMITERS, Layout, read_table
from hotspots.sources.files.workbooks import workbook_as_text

if TYPE_CHECKING:
    import geopandas as gpd

SHAPES = (".shp", ".gpkg", ".kml", ".fgb")
MAYBE_SHAPES = (".geojson", ".json", ".zip")
SAMPLE_ROWS = 20_000
WIDE = (("\u3000", "\u9fff"), ("\uac00", "\ud7a3"), ("\uff00", "\uffef"))  # letters and signs of East Asian texts
# Encodings of two bytes a letter, each with a set of letters and the last row of its usual ones.
EAST_ASIAN = {"cp932": ("euc_jp", 0xCF), "cp949": ("euc_kr", 0xC8), "gb18030": ("gb2312", 0xD7), "big5": ("big5", 0xC6)}
LEAST_USUAL = 0.8
LINES_LOOKED_AT = 50
LINES_OF_AN_ENCODING = 5_000
MOST_TITLE_ROWS = 20


@dataclass(frozen=True, eq=False)
class Records:
    """A file of records: how it is read, and its first rows as text."""

    path: Path
    layout: Layout
    rows: Any
    count: int


@dataclass(frozen=True, eq=False)
class AreaFile:
    """A layer of polygons, in longitude and latitude; `layer` where the file holds several."""

    path: Path
    frame: gpd.GeoDataFrame
    crs_is_named: bool
    layer: str | None = None


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
        layers = _polygons(path) if path.suffix.lower() in (*SHAPES, *MAYBE_SHAPES) else []
        for layer, frame in layers:
            named = frame.crs is not None
            areas.append(AreaFile(path, frame.to_crs(4326) if named else frame.set_crs(4326), named, layer))
        if not layers:
            records.append(_records(path))
    return records, areas


def _polygons(path: Path) -> list[tuple[str | None, gpd.GeoDataFrame]]:
    """The layers of polygons of a file, with their names where it holds several layers; none where it is something else."""
    import warnings

    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    found: list[tuple[str | None, gpd.GeoDataFrame]] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = [str(layer) for layer, shape in pyogrio.list_layers(path) if shape is not None]
            for layer in layers:
                frame = pyogrio.read_dataframe(path, layer=layer)
                kinds = set(frame.geometry.geom_type.dropna())
                if kinds and kinds <= {"Polygon", "MultiPolygon"}:
                    found.append((layer if len(layers) > 1 else None, frame))
    except (DataSourceError, DataLayerError, ValueError, RuntimeError):
        return []
    return found


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
    if is_workbook(data):
        return _workbook_layout(data)
    if not file.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt")):
        return Layout()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = (
            "utf-8"
            if _is_mostly_utf8(data)
            else _east_asian(head) or ("cp1252" if _reads(data, "cp1252") else "latin-1")
        )
    lines = [line for line in head.decode(encoding, errors="replace").splitlines()[:LINES_LOOKED_AT] if line.strip()]
    delimiter = max(DELIMITERS, key=lambda one: _agreement(lines, one))
    title_rows = _title_rows(list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)))
    return Layout(encoding=encoding, delimiter=delimiter, title_rows=title_rows)


def _title_rows(rows: list[list[str]]) -> int:
    """The number of rows above the header: the first row as wide as most, or a later one where it has gaps that the other has not.

    Heads that were merged over several columns leave such gaps.
    """
    usual = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    first = next((index for index, row in enumerate(rows) if len(row) == usual), 0)

    def names(index: int) -> int:
        return len({cell.strip() for cell in rows[index] if cell.strip() and not cell.strip()[:1].isdigit()})

    if not rows or names(first) == usual:
        return first
    return max(range(first, min(first + MOST_TITLE_ROWS, len(rows))), key=lambda index: (names(index), -index))


def _workbook_layout(data: bytes) -> Layout:
    """Sheet and title rows of a workbook: the sheet with the most rows, where several have any."""
    import python_calamine

    sheets: dict[str, list[list[str]]] = {}
    for name in python_calamine.load_workbook(io.BytesIO(data)).sheet_names:
        text = workbook_as_text(data, sheet=name, wanted=()).decode()
        rows = [row for row in csv.reader(io.StringIO(text)) if any(row)]  # a blank line is no row
        if rows:
            sheets[name] = rows
    if not sheets:
        return Layout()
    best = max(sheets, key=lambda name: len(sheets[name]))
    width = max(map(len, sheets[best]))
    rows = [row + [""] * (width - len(row)) for row in sheets[best][:LINES_LOOKED_AT]]
    return Layout(sheet=best if len(sheets) > 1 else None, title_rows=_title_rows(rows))


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether a text is UTF-8, but for a few lines of another encoding: those are told by their lines, and the others stay right."""
    if _reads(data, "utf-8"):
        return True
    lines = [line for line in data.split(b"\n") if not line.isascii()][:LINES_OF_AN_ENCODING]
    return sum(_reads(line, "utf-8") for line in lines) >= 0.5 * len(lines)


def _east_asian(head: bytes) -> str | None:
    """The encoding of two bytes a letter as which a text reads best: nearly all of it but ASCII are such letters, and usual ones.

    An accent of a western text takes the letter after it along, and then stands behind a letter of ASCII. Read by the encoding of
    another language, a text is made of rare letters.
    """
    whole = head[: head.rfind(b"\n") + 1] or head
    found: list[tuple[float, str]] = []
    for encoding, usual in EAST_ASIAN.items():
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = re.findall(r"[^\x00-\x7f]", text)
        within_words = len(re.findall(r"[A-Za-z][^\x00-\x7f]", text))
        wide = sum(any(low <= letter <= high for low, high in WIDE) for letter in letters)
        if letters and within_words < 0.2 * len(letters) and wide >= 0.95 * len(letters):
            found.append((sum(_is_usual(letter, *usual) for letter in letters) / len(letters), encoding))
    share, encoding = max(found, key=lambda one: one[0], default=(0.0, ""))
    return encoding if share >= LEAST_USUAL else None


def _is_usual(letter: str, charset: str, last_row: int) -> bool:
    """Whether a letter stands in the rows of a national set of letters that hold its signs and its usual letters."""
    try:
        return len(code := letter.encode(charset)) == 2 and code[0] <= last_row
    except UnicodeEncodeError:
        return False


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
