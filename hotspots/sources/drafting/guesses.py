"""Guess from names and values which column says where and what. Values decide; names only break ties."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hotspots.sources.drafting.offence_words import meaning_of
from hotspots.sources.drafting.time_guess import DATE_NAME, NEARLY_ALL, SAMPLE, filled
from hotspots.sources.points import decimal_degrees

MOST_WORDS = 400  # distinct words of a column of offences
ID = re.compile(
    r"(^|[^a-z])(id|no|nr|num|number|key|case|incident|complaint|expediente|aktenzeichen|bo)([^a-z]|$)|(number|nummer|番号|id|_?no)$",
    re.IGNORECASE,
)
_SYSTEM = (
    r"([_. ]?(wgs.?84|dd|dec|deg|l(am)?b?\w*93|lambert|utm|etrs|gda|mga|nztm|rd|bng|osgb|epsg|sirgas|\d{4,5}|m|ft)\w*)?"
)
X = re.compile(
    r"^(x|lon|lng|long|longitudi?n?e?|lengtegraad|l[äa]ngengrad|easting|rechtswert|経度|ลองจิจูด|долгота|x.?[ck]oo?rd.*|coord.*x|"
    rf".*[_. ]?(lon|lng|longitude|longitud|x)){_SYSTEM}$",
    re.IGNORECASE,
)
Y = re.compile(
    r"^(y|lat|latitudi?n?e?|breedtegraad|breitengrad|northing|hochwert|緯度|ละติจูด|широта|y.?[ck]oo?rd.*|coord.*y|"
    rf".*[_. ]?(lat|latitude|latitud|y)){_SYSTEM}$",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"address|block|street|location|direcci|calle|stra(ss|ß)e|adresse|intersection", re.IGNORECASE)
OFFENCE = re.compile(
    r"offen[cs]e|crime|primary.?type|category|charge|nibrs|ucr|iucr|delito|tipo|delikt|delict|straftat|infraction|rubrica|natureza|"
    r"hecho|modalidad|brott|手口|罪|ประเภท|فئة|نوع|преступ|descr|type|call",
    re.IGNORECASE,
)
PLACE_TYPE = re.compile(
    r"(location|premise|place|scene).{0,3}(desc|type)|premis|tipo.?(de.?)?(lugar|local)|tatort|場所", re.IGNORECASE
)
BLOCK = re.compile(r"^\d+X+\b|\bX{2,}\b|\b(?:BLOCK|BLK)\b|^\d*00\s|\bon or near\b", re.IGNORECASE)
COUNTS = re.compile(
    r"^(counts?|n|total|sum|incidents?|offen[cs]es|crimes|victimi[sz]ations?|cases|casos|cantidad|ocurrencias|ocorrencias|quantidade|qtd\w*|"
    r"anzahl|f[äa]lle|nombre|faits|aantal|(no|num|number)[_. ]?of[_. ]?\w+|\w+[_. ]count)$",
    re.IGNORECASE,
)
# A point in one cell, bare or in brackets behind the words of an address.
PAIR = re.compile(r"(?s)^(?:\D*?|.*\(\s*)\(?\s*([-+]?\d{1,3}\.\d+)\s*[,; ]\s*([-+]?\d{1,3}\.\d+)\s*\)?\s*$")
GRID_REFERENCE = re.compile(
    r"^([A-Z]{2}|\d{1,2}[C-X]\s?[A-Z]{2})\s?(\d{2}\s?\d{2}|\d{3}\s?\d{3}|\d{4}\s?\d{4}|\d{5}\s?\d{5})$", re.IGNORECASE
)
OBJECT_ID = re.compile(r"^(objectid|fid|ogc_fid|gid)\b", re.IGNORECASE)
NUMBER = re.compile(r"^[-+]?\d{1,3}([ .,']?\d{3})*([.,]\d+)?$|^[-+]?\d+([.,]\d+)?$")


@dataclass(frozen=True)
class PointGuess:
    """Columns of a point. `x` with `y`, or `cell`, one column with both; `key` says how.

    thousands : sign between thousands, None for none. has_zeros : some points have a 0, which stands for no location.
    """

    key: str
    columns: list[str]
    decimal: str
    is_degrees: bool
    xy: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    thousands: str | None = None
    has_zeros: bool = False
    is_exchanged: bool = False

    def fitted_into(self, box: tuple[float, float, float, float] | None) -> PointGuess:
        """The same with its axes exchanged, where only so the middle point lies in the box (west, south, east, north, degrees)."""
        if box is None or not self.is_degrees:
            return self
        first, second = np.nanmedian(self.xy, axis=0)

        def inside(x: float, y: float) -> bool:
            return bool((x - box[0]) % 360 <= box[2] - box[0] and box[1] <= y <= box[3])

        if inside(first, second) or not inside(second, first):
            return self
        # A text of a shape has the longitude first; read as words and two numbers, it may have the latitude first.
        key = {"lat_lon": "lon_lat", "lon_lat": "lat_lon", "wkt": "lat_lon"}.get(self.key, self.key)
        return replace(self, key=key, columns=self.columns[::-1], xy=self.xy[:, ::-1], is_exchanged=True)


def guess_point(rows: Any) -> PointGuess | None:
    """The columns of a point: a pair of numbers, or one cell that holds both."""
    numbers = {column: values for column in rows.columns if (values := _numbers(rows[column])) is not None}
    pairs = []
    for x in (column for column in numbers if X.match(column)):
        for y in (column for column in numbers if Y.match(column) and column != x):
            xy = np.column_stack([numbers[x][0], numbers[y][0]])
            is_alike = X.sub("", x) == Y.sub("", y)
            middle = np.nanmedian(xy, axis=0)
            is_degrees = bool(abs(middle[0]) <= 180 and abs(middle[1]) <= 90)
            pairs.append(
                (
                    (is_degrees, is_alike, -abs(list(rows.columns).index(x) - list(rows.columns).index(y))),
                    x,
                    y,
                    xy,
                    is_degrees,
                )
            )
    if pairs:
        _, x, y, xy, is_degrees = max(pairs, key=lambda one: one[0])
        dotted = rows[x].str.contains(r"\d\.\d{3}[.,]").any() or rows[y].str.contains(r"\d\.\d{3}[.,]").any()
        commas = rows[x].str.contains(r"\d,\d{3}\b").any() or rows[y].str.contains(r"\d,\d{3}\b").any()
        decimal = numbers[x][1]
        thousands = "." if decimal == "," and dotted else "," if decimal == "." and commas else None
        has_zeros = bool(rows[[x, y]].isin(["0", "0.0", "0,0", "0.00"]).any().any())
        return PointGuess("x", [x, y], decimal, is_degrees, xy, thousands, has_zeros)
    for column in rows.columns:
        words = filled(rows[column]).head(SAMPLE)
        if not len(words):
            continue
        if words.str.match(r"^\s*POINT\s*\(", case=False).mean() >= NEARLY_ALL:
            found = words.str.extract(r"\(\s*([-\d.]+)\s+([-\d.]+)").astype(float).to_numpy()
            return PointGuess("wkt", [column], ".", True, found)
        pair = words.str.extract(PAIR).astype(float)
        if pair.notna().all(axis=1).mean() >= NEARLY_ALL:
            first, second = pair[0].abs().max(), pair[1].abs().max()
            key = "lon_lat" if first > 90 or X.match(column.split(",")[0]) else "lat_lon"
            del second
            found = pair.to_numpy()
            return PointGuess(key, [column], ".", True, found if key == "lon_lat" else found[:, ::-1])
    return None


def _numbers(column: Any) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], str] | None:
    column = _decimal_degrees(column)
    words = filled(column)
    if not len(words) or words.head(SAMPLE).str.match(NUMBER).mean() < NEARLY_ALL:
        return None
    import pandas as pd

    has_comma = words.head(SAMPLE).str.contains(r"\d,\d+$", regex=True).mean() > 0.5
    plain = column.str.replace(r"[ '.]" if has_comma else r"[ ',]", "", regex=True)
    numbers: Any = pd.to_numeric(plain.str.replace(",", ".", regex=False), errors="coerce")
    values = numbers.to_numpy(float)
    values = np.where(values == 0, np.nan, values)
    return None if np.isnan(values).all() else (values, "," if has_comma else ".")


def _decimal_degrees(column: Any) -> Any:
    """The column with degrees, minutes and seconds as decimal degrees; as it is, where it holds none."""
    import pyarrow as pa

    words = filled(column).head(SAMPLE)
    if not len(words) or words.str.contains("[°º]").mean() < NEARLY_ALL:
        return column
    plain = pa.array(column.tolist(), pa.string())
    return column.__class__(decimal_degrees(plain).to_pylist(), index=column.index)


def guess_offence(rows: Any, *, but: set[str]) -> str | None:
    """The column of the agency's words for the offence: the one whose words are understood most."""
    best: tuple[tuple[float, bool, int], str] | None = None
    for column in rows.columns:
        words = filled(rows[column])
        distinct = words.value_counts()
        if (
            column in but
            or not len(words)
            or not 1 <= len(distinct) <= MOST_WORDS
            or len(distinct) > 0.9 * len(words) > 20
        ):
            continue
        understood = sum(count for word, count in distinct.items() if meaning_of(str(word), column=column)) / len(rows)
        is_named = OFFENCE.search(column) is not None and PLACE_TYPE.search(column) is None
        if understood < 0.2 and not is_named:
            continue
        rank = (round(understood + 0.3 * is_named, 1), is_named, -len(distinct))
        if best is None or rank > best[0]:
            best = rank, column
    return best[1] if best else None


def why_no_point(rows: Any) -> str:
    """Say of a column of grid references with letters that it is not read; else nothing."""
    for column in rows.columns:
        words = filled(rows[column]).head(SAMPLE)
        if len(words) and words.str.fullmatch(GRID_REFERENCE).mean() >= NEARLY_ALL:
            return (
                f"; {column} (such as {words.iloc[0]!r}) holds grid references with letters, which are not read: have eastings and "
                "northings written as numbers, or degrees"
            )
    return ""


def guess_ids(rows: Any, *, but: set[str], times: list[str]) -> tuple[list[str], bool]:
    """Columns that name an incident, and whether they repeat. None: an empty list.

    An id whose rows tell other times begins anew, such as each year: it names an incident together with the time, where that does.
    """
    named = [
        column
        for column in rows.columns
        if column not in but and ID.search(column) and not DATE_NAME.search(column) and (rows[column] != "").all()
    ]
    order = list(rows.columns)
    unique = [column for column in named if rows[column].is_unique]
    if unique:  # an object id is new whenever a layer is replaced
        return [min(unique, key=lambda column: (OBJECT_ID.search(column) is not None, order.index(column)))], False
    often = [column for column in named if rows[column].nunique() > 0.3 * len(rows)]
    if not often:
        return [], False
    best = max(often, key=lambda column: rows[column].nunique())
    of_id = rows.groupby(best)[times[0]].nunique() if times else None
    if of_id is not None and (of_id[rows[best].value_counts() > 1] > 1).mean() > 0.5:
        return ([best, *times], False) if not rows.duplicated([best, *times]).any() else ([], False)
    return [best], True


def guess_address(rows: Any, *, but: set[str]) -> tuple[str, bool] | None:
    """The column of addresses, and whether they name blocks rather than doors."""
    for column in rows.columns:
        words = filled(rows[column])
        if column in but or not len(words) or not ADDRESS.search(column) or PLACE_TYPE.search(column):
            continue
        if (
            words.str.contains("[A-Za-z]{3}").mean() < NEARLY_ALL
            or words.nunique() < 2
            or NUMBER.match(str(words.iloc[0]))
        ):
            continue
        if words.str.contains(r"\d").mean() < 0.3 and not words.str.contains(BLOCK).any():
            continue
        return column, bool(words.str.contains(BLOCK).mean() >= NEARLY_ALL)
    return None


def guess_counts(rows: Any, *, but: set[str]) -> str | None:
    """The column that says how many incidents a row stands for, where rows are sums."""
    for column in rows.columns:
        words = filled(rows[column])
        if (
            column not in but
            and COUNTS.search(column)
            and len(words)
            and words.str.fullmatch(r"\d{1,6}").all()
            and (words != "1").any()
        ):
            return column
    return None


def guess_place_type(rows: Any, *, but: set[str]) -> str | None:
    """The column that says what sort of place it was."""
    return next((column for column in rows.columns if column not in but and PLACE_TYPE.search(column)), None)
