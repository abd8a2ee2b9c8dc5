"""Load where the address search looks: addresses, intersections and blocks from files."""

from __future__ import annotations

from typing import Any

from hotspots.domain.whole_number import read_whole_number
from hotspots.pipeline.load.map_layers import MapLoad, counts_of, put_together, reading_of
from hotspots.sources.boundaries import Shapes, fingerprint_of_all
from hotspots.sources.map_sections import GazetteerSource
from hotspots.store.ledger import places as place_store


def load_gazetteer(load: MapLoad) -> None:
    """Load addresses, intersections and blocks from files; several entries of one kind are put together."""
    sources = [(number, source) for number, source in enumerate(load.city.gazetteer, start=1)]
    for kind in ("address", "intersection", "block"):
        of_kind = [(number, source) for number, source in sources if source.kind == kind and source.file]
        if not of_kind:
            if not any(source.kind == kind for _, source in sources):
                place_store.drop_gazetteer(load.connection, kind)
            continue
        dataset = f"gazetteer {kind}"
        load.tell(dataset)
        sha256 = fingerprint_of_all(((f"gazetteer[{number}]", source) for number, source in of_kind), load.folder)
        reading = reading_of(load.city.city.crs, *(source for _, source in of_kind))
        if load.is_loaded(dataset, sha256, reading):
            load.summary.note(dataset, unchanged=True)
            continue
        parts, entries = [], {name: [] for name in ("name", "street", "other_street", "number_from", "number_to")}
        for number, source in of_kind:
            part = load.shapes(
                source, dict.fromkeys(entry_columns(source), f"gazetteer[{number}]"), f"gazetteer[{number}]"
            )
            parts.append(part)
            for name, values in entries_of(source, part).items():
                entries[name] += values
        import shapely

        geometry = shapely.centroid(put_together(parts))
        changed = place_store.write_gazetteer(
            load.connection, kind=kind, entries=entries, geometry=geometry, srid=load.srid
        )
        load.keep(
            dataset,
            ", ".join(source.file or "" for _, source in of_kind),
            sha256,
            reading,
            **counts_of(parts),
            changed=changed,
        )


def entry_columns(source: GazetteerSource) -> list[str]:
    """List the columns that a source's entries are read from."""
    return [*(source.streets or []), *(source.street or []), *(source.number or [])]


def entries_of(source: GazetteerSource, shapes: Shapes) -> dict[str, list[Any]]:
    """Read the entries of a source: name, street, other_street, number_from, number_to, each (n,); None where there is none."""
    table, n = shapes.attributes, len(shapes.attributes)
    if source.streets is not None:
        first, second = (table[column].str.strip().tolist() for column in source.streets)
        names = [f"{one} & {other}" for one, other in zip(first, second, strict=True)]
        return {
            "name": names,
            "street": first,
            "other_street": second,
            "number_from": [None] * n,
            "number_to": [None] * n,
        }
    street = [" ".join(" ".join(words).split()) for words in table[source.street or []].itertuples(index=False)]
    words = [table[column].str.strip().tolist() for column in source.number or []]
    numbers = [[read_whole_number(word) for word in column] for column in words]
    if source.kind == "address":
        names = [f"{number} {name}" for number, name in zip(words[0], street, strict=True)]
        return {
            "name": names,
            "street": street,
            "other_street": [None] * n,
            "number_from": numbers[0],
            "number_to": numbers[0],
        }
    names = [f"{first}-{last} {name}" for first, last, name in zip(*words, street, strict=True)]
    return {
        "name": names,
        "street": street,
        "other_street": [None] * n,
        "number_from": numbers[0],
        "number_to": numbers[1],
    }
