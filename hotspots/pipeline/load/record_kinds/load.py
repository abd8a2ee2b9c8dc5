"""Load records beside the incidents: the newest word of each, with its areas and who began it. Nothing of incidents is touched."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.errors import InputError
from hotspots.pipeline.load.area_labels import label
from hotspots.pipeline.load.map_layers import reading_of
from hotspots.pipeline.load.record_kinds.reading import (
    COUNTS,
    RecordSummary,
    area_ids_of,
    initiators,
    note,
    read_records,
    refusals,
)
from hotspots.sources.city_values import find_crs
from hotspots.sources.locations import boundary_eras
from hotspots.store.ledger import areas as area_store
from hotspots.store.ledger import erasure
from hotspots.store.ledger import records as record_store
from hotspots.store.ledger.locations import points_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from hotspots.pipeline.load.deliveries import ReadDelivery
    from hotspots.sources.city_file import CityFile
    from hotspots.sources.record_kinds.section import RecordKind


def load_record_kinds(
    connection: psycopg.Connection[Any],
    city: CityFile,
    folder: Path,
    *,
    known_on: date | None,
    today: date,
    anyway: bool,
    tell: Callable[[str, float], None],
) -> dict[str, dict[str, Any]]:
    """Load the files of every kind; return what became of each, by name.

    Raises
    ------
    InputError
        Nearly nothing of a kind can be read or placed, and `anyway` does not say to go on.
    """
    record_store.keep_only(connection, [kind.name for kind in city.record_kind])
    if not city.record_kind:
        return {}
    record_store.prepare_incoming(connection)
    areas, erased = area_store.read_areas(connection), erasure.read_erased(connection)
    summaries = {}
    for kind in city.record_kind:
        done = RecordSummary(kind.label)
        how = kind.model_dump(mode="json", by_alias=True, exclude={"label", "files", "member", "known_on", "public"})
        reading = reading_of(
            how, city.city.crs, city.city.timezone, list(city.kinds), [str(day) for day in boundary_eras(city)]
        )
        loaded = record_store.read_deliveries(connection, record_kind=kind.name, reading=reading)
        srid, number = find_crs(city.city.crs).to_epsg() or 0, 0
        of_file: Counter[str] = Counter()
        for part in read_records(
            kind, city, folder, areas=areas, loaded=loaded, known_on=known_on, today=today, erased=erased
        ):
            tell(part.file.name, 0.0)
            if part.table is None and part.sha256 in loaded:
                _count_again(done, loaded[part.sha256].summary)
                continue
            before = done.counts.copy()
            note(done, kind, part)
            if part.is_first:
                day = today if part.known_on == date.min else part.known_on
                number = record_store.write_delivery(
                    connection, record_kind=kind.name, file=part.file.name, sha256=part.sha256, reading=reading, known_on=day
                )  # fmt: skip
                of_file.clear()
            if part.incidents is not None and part.incidents.rows.num_rows:
                rows = _rows(kind, part, srid)
                new, changed = record_store.write_records(
                    connection, rows, record_kind=kind.name, number=number, known_on=part.known_on
                )
                done.counts.update(new=new, changed=changed, unchanged=rows.num_rows - new - changed)
            of_file.update(done.counts - before)
            if part.is_last:
                record_store.write_summary(connection, number, dict(of_file))
        if (reasons := refusals(done, kind, city)) and not anyway:
            listed = "".join(f"\n  {text}." for text in reasons)
            raise InputError(
                f"Nothing was loaded, because this cannot be right:{listed}\nMend the city file or the files; or load it with --anyway."
            )
        summaries[kind.name] = done.as_dict()
    return summaries


def _count_again(done: RecordSummary, summary: Any) -> None:
    """A file that was loaded before changes nothing."""
    counts = {name: int(summary.get(name, 0)) for name in COUNTS}
    done.files += 1
    done.counts.update(
        {name: counts[name] for name in ("read", "left_out", "rejected", "without_location")},
        unchanged=counts["read"] - counts["left_out"] - counts["rejected"],
    )


def _rows(kind: RecordKind, part: ReadDelivery, srid: int) -> Any:
    import pyarrow as pa

    assert part.incidents is not None
    rows, frame = part.incidents.rows, part.incidents.locations.frame
    of_row = rows.column("location_no").combine_chunks()
    in_study_area = part.labels.in_study_area if part.labels is not None else pa.nulls(frame.num_rows, pa.bool_())
    return pa.table(
        {
            "line": rows.column("line"),
            "record_key": rows.column("incident_key"),
            **{name: rows.column(name) for name in ("occurred_from", "occurred_to", "time_precision")},
            "initiated_by": pa.array(initiators(kind, part), pa.string()),
            "geom": points_of(frame, srid).take(of_row),
            **{name: frame.column(name).combine_chunks().take(of_row) for name in ("recorded", "era")},
            "area_ids": _array_literals(area_ids_of(part)),
            "in_study_area": in_study_area.take(of_row),
        }
    )


def relabel_records(connection: psycopg.Connection[Any]) -> None:
    """Find the areas of every record anew."""
    import pyarrow as pa
    import pyarrow.compute as pc

    areas, points = area_store.read_areas(connection), record_store.read_points(connection)
    if areas is None or points is None:
        return
    columns = {name: points.column(name).combine_chunks() for name in points.column_names}
    xy_m = np.column_stack([pc.cast(columns[axis], "float64").to_numpy(zero_copy_only=False) for axis in ("x", "y")])
    era = pc.cast(columns["era"], "date32").to_numpy(zero_copy_only=False).astype("datetime64[D]")
    labels = label(areas, xy_m=xy_m, recorded=pc.cast(columns["recorded"], "string"), era=era)
    record_store.relabel(
        connection,
        pa.table(
            {
                "record_kind": pc.cast(columns["record_kind"], "string"),
                "record_key": pc.cast(columns["record_key"], "string"),
                "area_ids": _array_literals(labels.area_ids),
                "in_study_area": labels.in_study_area,
            }
        ),
    )


def _array_literals(area_ids: np.ndarray[Any, Any]) -> Any:
    """PostgreSQL's text of arrays of area numbers; 0 is null."""
    import pyarrow as pa

    from hotspots.pipeline.load.area_labels import distinct_label_sets

    if area_ids.shape[1] == 0:
        return pa.array(["{}"] * len(area_ids), pa.string())
    sets, set_no = distinct_label_sets(area_ids)
    words = pa.array(
        ["{" + ",".join(str(area) if area else "NULL" for area in row) + "}" for row in sets.tolist()], pa.string()
    )
    return words.take(pa.array(set_no))
