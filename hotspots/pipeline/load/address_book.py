"""Place records that tell an address and no point by the city's own address lists, and say of each by what it was placed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.places.street_name import HouseNumbers, parse_house_numbers, parse_intersection, street_key
from hotspots.pipeline.load.gazetteer import entries_of, entry_columns
from hotspots.sources.boundaries import read_shapes
from hotspots.sources.locations import with_points

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspots.sources.city_file import CityFile
    from hotspots.sources.normalise import Incidents

ADDRESS, BLOCK, INTERSECTION = "address", "block", "intersection"
FARTHEST_APART_M = 300.0  # entries of one name farther apart are several streets of that name, and place nothing
NUMBER_LAST = re.compile(r"^\s*(\D.*?)[\s,]+(?:n[oº°]?\.?\s*)?(\d{1,5})\s*[a-z]?\s*(?:,.*)?$", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class AddressBook:
    """The city's addresses, blocks and intersections, from files.

    Attributes
    ----------
    entries : kind, street, other (keys; the two of an intersection in order), first, last (house numbers), x, y (metres, city CRS)
    kept : by address as written, the point (metres, city CRS) and the sort of entry that placed it in an earlier load
    """

    entries: pd.DataFrame
    kept: Mapping[str, tuple[float, float, str]] = field(default_factory=dict)

    def find(self, texts: list[str]) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
        """Find the place of each distinct text.

        A point that a list gave before stays, unless the present lists have the address more than 300 m from it: it may be published, and
        a finer place beside it would leave fewer doors than either (docs/decisions/0020). What they no longer have keeps its point too.

        Returns
        -------
        xy_m : (n, 2) float, metres, city CRS; NaN where none, or several far apart, are so called
        placed_by : (n,) object, `address`, `block` or `intersection`; None where it is not placed
        """
        xy_m, placed_by = np.full((len(texts), 2), np.nan), np.full(len(texts), None, object)
        readings = [readings_of(text) for text in texts]
        for rank in range(max(map(len, readings), default=0)):
            asked: pd.DataFrame = _frame(
                [(no, *of[rank]) for no, of in enumerate(readings) if len(of) > rank and placed_by[no] is None]
            )
            for meeting, how in (self._at_number, ADDRESS), (self._in_block, BLOCK), (self._at_crossing, INTERSECTION):
                placed = np.isfinite(xy_m[:, 0])
                left = asked.loc[~placed[asked["no"].to_numpy()]]
                found = _one_place(meeting(left))
                index = found.index.to_numpy()
                xy_m[index], placed_by[index] = found.to_numpy(), how
        for no, text in enumerate(texts):
            if (kept := self.kept.get(text)) is not None:
                apart_m = np.hypot(*(xy_m[no] - kept[:2]))
                if not apart_m > FARTHEST_APART_M:  # not found counts as near
                    xy_m[no], placed_by[no] = kept[:2], kept[2]
        return xy_m, placed_by

    def _at_number(self, asked: pd.DataFrame) -> pd.DataFrame:
        """Entries at the very house number."""
        single = asked.loc[(asked["first"] == asked["last"]) & (asked["other"] == "")]
        entries = self.entries.loc[self.entries["kind"] == ADDRESS]
        return single.merge(entries, on=["street", "first"], suffixes=("", "_of"))

    def _in_block(self, asked: pd.DataFrame) -> pd.DataFrame:
        """Blocks that hold the number, or addresses that lie in the asked block."""
        numbered = asked.loc[(asked["first"] >= 0) & (asked["other"] == "")]
        entries = self.entries.loc[self.entries["kind"] != INTERSECTION]
        both = numbered.merge(entries, on="street", suffixes=("", "_of"))
        is_block = both["kind"] == BLOCK
        holds = is_block & (both["first_of"] <= both["first"]) & (both["last"] <= both["last_of"])
        lies_in = (
            ~is_block
            & (both["first"] < both["last"])
            & (both["first"] <= both["first_of"])
            & (both["first_of"] <= both["last"])
        )
        return both.loc[holds | lies_in]

    def _at_crossing(self, asked: pd.DataFrame) -> pd.DataFrame:
        entries = self.entries.loc[self.entries["kind"] == INTERSECTION]
        return asked.loc[asked["other"] != ""].merge(entries, on=["street", "other"], suffixes=("", "_of"))


def read_address_book(
    city: CityFile, folder: Path, *, kept: Mapping[str, tuple[float, float, str]] | None = None
) -> AddressBook | None:
    """Read the address lists of a city that places records by their address; None where it does not.

    Parameters
    ----------
    kept : where earlier loads placed addresses, and by what.
    """
    if not city.places_by_address:
        return None
    import pandas as pd
    import shapely

    parts = []
    for number, source in enumerate(city.gazetteer, start=1):
        if source.file is None:
            continue
        key = f"gazetteer[{number}]"
        shapes = read_shapes(
            source, folder, city_crs=city.city.crs, wanted=dict.fromkeys(entry_columns(source), key), key=key
        )
        entries, centres = entries_of(source, shapes), np.asarray(shapely.centroid(shapes.geometry), dtype=object)
        streets = [street_key(name) for name in entries["street"]]
        others = ["" if name is None else street_key(name) for name in entries["other_street"]]
        part = pd.DataFrame(
            {
                "kind": source.kind,
                "street": [min(pair) if pair[1] else pair[0] for pair in zip(streets, others, strict=True)],
                "other": [max(pair) if pair[1] else "" for pair in zip(streets, others, strict=True)],
                "first": [-1 if first is None else first for first in entries["number_from"]],
                "last": [-1 if last is None else last for last in entries["number_to"]],
                "x": shapely.get_x(centres),
                "y": shapely.get_y(centres),
            }
        )
        parts.append(part[np.isfinite(part["x"])])
    return AddressBook(pd.concat(parts, ignore_index=True), kept or {})


def readings_of(text: str) -> list[tuple[str, str, int, int]]:
    """List what an address may mean, the likeliest first: street, other street, first and last house number (-1 for none)."""
    plain = " ".join(text.split())
    before_comma = plain.split(",")[0].strip() or plain
    found = []
    for words in dict.fromkeys((before_comma, plain)):
        if (numbers := parse_house_numbers(words)) is not None:
            found.append((street_key(numbers.street), "", numbers.number_from, numbers.number_to))
    if (crossing := parse_intersection(before_comma)) is not None:
        first, second = sorted(map(street_key, crossing))
        found.append((first, second, -1, -1))
    if (match := NUMBER_LAST.match(plain)) is not None:
        numbers = HouseNumbers(int(match[2]), int(match[2]), match[1])
        found.append((street_key(numbers.street), "", numbers.number_from, numbers.number_to))
    return list(dict.fromkeys(reading for reading in found if reading[0]))


def place_by_address(incidents: Incidents, book: AddressBook | None, *, precision: str) -> Incidents:
    """Give the records without a point the place of their address.

    A house is `exact` whatever the city file says of its own points: only a block or a crossing stands for more than one door.
    """
    frame = incidents.locations.frame
    if book is None or frame.num_rows == 0:
        return incidents
    import pandas as pd

    addresses = frame.column("address").to_pylist()
    wanting = np.array([address is not None for address in addresses], bool) & ~frame.column("x").is_valid().to_numpy()
    numbers, texts = pd.factorize(np.array(addresses, object)[wanting])
    found_m, found_by = book.find([str(text) for text in texts])
    xy_m, placed_by = np.full((frame.num_rows, 2), np.nan), np.full(frame.num_rows, None, object)
    xy_m[wanting], placed_by[wanting] = found_m[numbers], found_by[numbers]
    locations = with_points(
        incidents.locations, xy_m, placed_by, precision=np.where(np.equal(placed_by, ADDRESS), "exact", precision)
    )
    rows = incidents.rows
    moved = rows.set_column(
        rows.column_names.index("location_no"), "location_no", locations.renumbered(rows.column("location_no"))
    )
    counted = locations.frame.column("placed_by").take(moved.column("location_no").drop_null()).to_pylist()
    has_address = locations.frame.column("address").is_valid().take(moved.column("location_no").drop_null())
    has_point = locations.frame.column("x").is_valid().take(moved.column("location_no").drop_null())
    unplaced = int((has_address.to_numpy() & ~has_point.to_numpy()).sum())
    notes = {f"placed_by_{how}": counted.count(how) for how in (ADDRESS, BLOCK, INTERSECTION)}
    return replace(
        incidents, rows=moved, locations=locations, notes={**incidents.notes, **notes, "unplaced_addresses": unplaced}
    )


def _frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows, columns=pd.Index(["no", "street", "other", "first", "last"]))
    return frame.astype({"no": int, "street": object, "other": object, "first": int, "last": int})


def _one_place(met: pd.DataFrame) -> pd.DataFrame:
    """The median point of the entries that each text meets; none where they lie far apart."""
    by_text = met.groupby("no")[["x", "y"]]
    apart_m = by_text.agg(np.ptp).max(axis=1)
    return by_text.median().loc[apart_m <= FARTHEST_APART_M]
