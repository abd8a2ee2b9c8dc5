"""Load what stands on the map: areas, population, places and risk factors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.places.area_code import area_code_key
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import InputError
from hotspots.sources.boundaries import (
    Shapes,
    fingerprint,
    fingerprint_of_all,
    names_of,
    other_names_of,
    polygons_by_code,
    postcodes_of,
    read_attributes,
    read_shapes,
)
from hotspots.sources.city_values import Validity, find_crs
from hotspots.sources.map_sections import AreaSource, PlaceSource, PopulationSource
from hotspots.store.ledger import areas as area_store
from hotspots.store.ledger import incidents as ledger
from hotspots.store.ledger import places as place_store

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from hotspots.sources.city_file import CityFile

    Connection = psycopg.Connection[Any]


AREAL = ("Polygon", "MultiPolygon", "GeometryCollection")


@dataclass
class MapSummary:
    """The result of each source, by dataset."""

    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    areas_changed: bool = False

    def note(self, dataset: str, **counts: Any) -> None:
        """Add what became of one source."""
        self.datasets[dataset] = counts


@dataclass(frozen=True)
class MapLoad:
    """The context of every step: where to write, what the city file says, where the files lie, when they were known."""

    connection: Connection
    city: CityFile
    folder: Path
    known_on: date
    summary: MapSummary
    tell: Callable[[str], None]

    @property
    def srid(self) -> int:
        """EPSG number of the city's CRS."""
        return find_crs(self.city.city.crs).to_epsg() or 0

    def is_loaded(self, dataset: str, sha256: str, reading: str) -> bool:
        """Whether the newest delivery of a dataset had this content and was read by the same words."""
        newest = ledger.newest_delivery(self.connection, dataset=dataset)
        same = ledger.read_deliveries(self.connection, dataset=dataset, reading=reading).get(sha256)
        return newest is not None and same is not None and same.delivery_id == newest.delivery_id

    def shapes(self, source: Any, wanted: dict[str, str], key: str) -> Shapes:
        """Read a source."""
        return read_shapes(source, self.folder, city_crs=self.city.city.crs, wanted=wanted, key=key)

    def keep(self, dataset: str, file: str, sha256: str, reading: str, **counts: Any) -> None:
        """Note the delivery and what became of it."""
        number = ledger.write_delivery(
            self.connection, dataset=dataset, file=file, sha256=sha256, header=None, known_on=self.known_on
        )
        ledger.write_summary(self.connection, number, {"reading": reading, **counts})
        self.summary.note(dataset, **counts)


def reading_of(*sections: Any) -> str:
    """A fingerprint of tables of the city file: the same content read by other words is another reading."""
    words = [
        section.model_dump(mode="json", by_alias=True) if hasattr(section, "model_dump") else section
        for section in sections
    ]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]


def date_range(valid: Validity) -> str:
    """PostgreSQL's text of a validity."""
    return f"{'[' + valid.from_.isoformat() if valid.from_ else '('},{valid.to.isoformat() if valid.to else ''})"


def load_areas(load: MapLoad) -> None:
    """Load areas of every kind and vintage, then the study area."""
    city = load.city
    area_store.write_kinds(load.connection, city.kinds)
    changed = 0
    for kind in city.kinds:
        kept = [date_range(source.valid) for source in city.area if source.kind == kind]
        changed += area_store.delete_vintages(load.connection, kind=kind, kept=kept)
    for number, source in enumerate(city.area, start=1):
        key, valid = f"area[{number}]", date_range(source.valid)
        dataset = f"area {source.kind}" + ("" if valid == "(,)" else f" {valid}")
        load.tell(dataset)
        sha256, reading = fingerprint(source, load.folder, key=key), reading_of(source, city.city.crs)
        if load.is_loaded(dataset, sha256, reading):
            load.summary.note(dataset, unchanged=True)
            continue
        wanted = {source.code: f"{key}.code"} | ({source.name: f"{key}.name"} if source.name else {})
        shapes = load.shapes(source, wanted, key)
        distinct, first_names, geometry, n_polygonal = areas_of(source, shapes, key=key)
        changed += area_store.write_areas(
            load.connection,
            kind=source.kind,
            valid=valid,
            codes=distinct,
            code_keys=[area_code_key(code) for code in distinct],
            names=first_names,
            geometry=geometry,
            srid=load.srid,
        )
        load.keep(
            dataset,
            source.file,
            sha256,
            reading,
            **counts_of([shapes]),
            areas=len(distinct),
            merged=n_polygonal - len(distinct),
            other=shapes.not_meant + len(shapes.geometry) - n_polygonal,
        )
    load.summary.areas_changed = changed > 0
    area_store.write_study_area(load.connection, city.city.study_area)
    if city.population is not None:
        load_population(load, city.population)


def areas_of(source: AreaSource, shapes: Shapes, *, key: str) -> tuple[list[str], list[str], Any, int]:
    """Codes, names and polygons of a source's areas, each code once, and how many rows had polygons.

    Raises
    ------
    InputError
        There is no polygon, or an area without a code.
    """
    polygonal = [index for index, shape in enumerate(shapes.geometry) if shape.geom_type in AREAL]
    codes = [shapes.attributes[source.code].iloc[index] for index in polygonal]
    names = [shapes.attributes[source.name or source.code].iloc[index] for index in polygonal]
    if not polygonal:
        raise InputError(
            f"{key}.file: {source.file} holds no polygons in the city's part of the world; check its file and its crs."
        )
    if "" in codes:
        raise InputError(f"{key}.code: {source.file} has an area with an empty {source.code}; choose rows with where.")
    keys = {area_code_key(code): code for code in reversed(codes)}
    codes = [keys[area_code_key(code)] for code in codes]
    distinct, first_names, geometry = polygons_by_code(codes, names, shapes.geometry[polygonal])
    return distinct, first_names, geometry, len(polygonal)


def load_population(load: MapLoad, source: PopulationSource) -> None:
    """Load residents by area."""
    wanted = {source.code: "population.code"} | {
        column: f"population.residents.{year}" for year, column in source.residents.items()
    }
    wanted |= {column: f"population.groups.{label}" for label, column in source.groups.items()}
    table = read_attributes(source.file, load.folder, encoding=source.encoding, wanted=wanted, key="population")

    def numbers(columns: Mapping[Any, str]) -> list[tuple[str, Any, int]]:
        """Area, key of the column and residents, where a number stands."""
        return [
            (area_code_key(code), key, number)
            for key, column in columns.items()
            for code, words in zip(table[source.code], table[column], strict=True)
            if (number := read_whole_number(words.strip().replace(",", ""))) is not None
        ]

    residents, groups = numbers(source.residents), numbers(source.groups)
    written = area_store.write_population(load.connection, kind=source.kind, rows=residents)
    in_groups = area_store.write_population_groups(
        load.connection, kind=source.kind, year=max(source.residents), labels=list(source.groups), rows=groups
    )
    load.summary.note("population", read=len(table), numbers=len(residents), written=written)
    if source.groups:
        load.summary.note("population groups", read=len(table), numbers=len(groups), written=in_groups)


def load_places(load: MapLoad) -> None:
    """Load places of every kind; several entries of one kind are put together."""
    sources = load.city.place
    place_store.drop_other_kinds(load.connection, [source.kind for source in sources])
    for kind in dict.fromkeys(source.kind for source in sources):
        numbered = [(number, source) for number, source in enumerate(sources, start=1) if source.kind == kind]
        dataset = f"place {kind}"
        load.tell(dataset)
        sha256 = fingerprint_of_all(((f"place[{number}]", source) for number, source in numbered), load.folder)
        reading = reading_of(load.city.city.crs, *(source for _, source in numbered))
        if load.is_loaded(dataset, sha256, reading):
            load.summary.note(dataset, unchanged=True)
            continue
        parts = [
            load.shapes(source, place_columns(source, f"place[{number}]"), f"place[{number}]")
            for number, source in numbered
        ]
        pairs = [(source, part) for part, (_, source) in zip(parts, numbered, strict=True)]
        valid = [
            date_range(source.valid) for part, (_, source) in zip(parts, numbered, strict=True) for _ in part.geometry
        ]
        changed = place_store.write_places(
            load.connection,
            kind=kind,
            label=numbered[0][1].label,
            names=[name for pair in pairs for name in names_of(*pair)],
            aliases=[names for pair in pairs for names in other_names_of(*pair)],
            postcodes=[word for pair in pairs for word in postcodes_of(*pair)],
            valid=valid,
            geometry=put_together(parts),
            srid=load.srid,
        )
        load.keep(
            dataset,
            ", ".join(source.file or "the city file" for _, source in numbered),
            sha256,
            reading,
            **counts_of(parts),
            changed=changed,
        )
    load_backdrop(load)


def place_columns(source: PlaceSource, key: str) -> dict[str, str]:
    """Columns that places are read from, with the key of the city file that names each."""
    named = {"name": [source.name], "aliases": source.aliases or [], "postcode": [source.postcode]}
    return {column: f"{key}.{word}" for word, columns in named.items() for column in columns if column}


def load_backdrop(load: MapLoad) -> None:
    """Load water, towns and airports that the map shows beside the city's ground."""
    sources = list(enumerate(load.city.backdrop, start=1))
    for kind in ("water", "town", "airport"):
        numbered = [(f"backdrop[{number}]", source) for number, source in sources if source.kind == kind]
        if not numbered:
            place_store.write_backdrop(
                load.connection, kind=kind, names=[], geometry=np.array([], object), srid=load.srid
            )
            continue
        dataset = f"backdrop {kind}"
        load.tell(dataset)
        sha256 = fingerprint_of_all(numbered, load.folder)
        reading = reading_of(load.city.city.crs, *(source for _, source in numbered))
        if load.is_loaded(dataset, sha256, reading):
            load.summary.note(dataset, unchanged=True)
            continue
        parts = [
            load.shapes(source, {source.name: f"{key}.name"} if source.name else {}, key) for key, source in numbered
        ]
        names = [name for part, (_, source) in zip(parts, numbered, strict=True) for name in names_of(source, part)]
        written = place_store.write_backdrop(
            load.connection, kind=kind, names=names, geometry=put_together(parts), srid=load.srid
        )
        files = ", ".join(source.file or "the city file" for _, source in numbered)
        load.keep(dataset, files, sha256, reading, **counts_of(parts), written=written)


def load_risk_factors(load: MapLoad) -> None:
    """Load risk factors with the days on which they are known."""
    sources = load.city.risk_factor
    place_store.drop_other_risk_factors(
        load.connection, [(source.name, date_range(source.valid)) for source in sources]
    )
    for number, source in enumerate(sources, start=1):
        key, valid = f"risk_factor[{number}]", date_range(source.valid)
        dataset = f"risk factor {source.name}" + ("" if valid == "(,)" else f" {valid}")
        load.tell(dataset)
        sha256, reading = fingerprint(source, load.folder, key=key), reading_of(source, load.city.city.crs)
        if load.is_loaded(dataset, sha256, reading):
            load.summary.note(dataset, unchanged=True)
            continue
        shapes = load.shapes(source, {}, key)
        place_store.write_risk_factor(
            load.connection, name=source.name, valid=valid, geometry=shapes.geometry, srid=load.srid
        )
        load.keep(dataset, source.file, sha256, reading, **counts_of([shapes]))


def put_together(parts: list[Shapes]) -> Any:
    """The shapes of several sources."""
    return np.concatenate([part.geometry for part in parts])


def counts_of(parts: list[Shapes]) -> dict[str, int]:
    """The counts of the rows of several sources."""
    return {name: sum(getattr(part, name) for part in parts) for name in ("read", "made_valid", "without_shape")}
