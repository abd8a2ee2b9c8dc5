"""The city file: one TOML that says all that differs between cities, checked word by word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from pydantic import Field, model_validator

from hotspots.sources.calendar_section import CalendarSection
from hotspots.sources.city_sections import (
    CitySection,
    ConcernsSection,
    CrimeType,
    GridSection,
    HarmSection,
    LanguageCode,
    PublicSection,
    WordsSection,
)
from hotspots.sources.city_values import Section, closest
from hotspots.sources.conditions import columns_of
from hotspots.sources.feeds.sections import FeedSource
from hotspots.sources.incidents_section import IncidentsSection
from hotspots.sources.map_sections import (
    AreaSource,
    BackdropSource,
    GazetteerSource,
    PlaceSource,
    PopulationSource,
    RiskFactorSource,
)
from hotspots.sources.record_kinds.section import RecordKind

OTHER = CrimeType.model_construct(
    name="other", label="Other", group="other", when=[], initiated_by="unknown", sensitive=False
)  # what no entry of the city file names


class CityFile(Section):
    """A validated city file."""

    city: CitySection = Field(description="What the city and its service are called.")
    incidents: IncidentsSection = Field(description="Which files hold the incidents and how a row is read.")
    feed: list[FeedSource] = Field([], description="Where new files of incidents come from.")
    record_kind: list[RecordKind] = Field([], description="Records beside the incidents, such as calls for service.")
    crime_type: list[CrimeType] = Field([], description="The agency's words, as crime types; the rest becomes other.")
    area: list[AreaSource] = Field(min_length=1, description="Areas by kind, with vintages.")
    place: list[PlaceSource] = Field([], description="Places by kind.")
    backdrop: list[BackdropSource] = Field([], description="What lies beside the city's ground.")
    risk_factor: list[RiskFactorSource] = Field([], description="Factors that a risk model may use.")
    gazetteer: list[GazetteerSource] = Field([], description="Where the address search looks.")
    population: PopulationSource | None = Field(None, description="Residents by area.")
    grid: GridSection = Field(GridSection(cell_m=150.0), description="The square cells of forecasts.")
    harm: HarmSection | None = Field(None, description="What an incident of each crime type weighs.")
    public: PublicSection = Field(description="What the public may see.")
    calendar: CalendarSection = Field(
        CalendarSection.model_validate({}), description="Shifts, weeks, periods and districts of the desk."
    )
    concerns: ConcernsSection | None = Field(None, description="What residents may write of; left out, nothing.")
    words: dict[LanguageCode, WordsSection] = Field({}, description="The city file's own words in other languages.")

    @property
    def kinds(self) -> dict[str, str]:
        """Kinds of area with their labels; the position in it is the slot of recorded codes and label sets."""
        labels: dict[str, str] = {}
        for source in self.area:
            labels.setdefault(source.kind, source.label)
        return labels

    @property
    def label_kinds(self) -> list[str]:
        """Kinds of area that are published with an anchor: those that the file names, else all."""
        return list(self.kinds) if self.public.label_kinds is None else self.public.label_kinds

    def as_config(self) -> dict[str, Any]:
        """The file as the database keeps it, with what follows from it: the kinds that are labels, whether records tell months only."""
        config = self.model_dump(mode="json", by_alias=True)
        config["public"]["label_kinds"] = self.label_kinds
        config["incidents"]["by_month"] = self.incidents.is_by_month
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> CityFile:
        """Return the city file that `as_config` was made of. Raises ValueError where another version made it."""
        incidents = {key: value for key, value in config["incidents"].items() if key != "by_month"}
        return cls.model_validate({**config, "incidents": incidents})

    def of_file(self, name: str) -> CityFile:
        """The city file as it holds for an incident file of this name."""
        return self.model_copy(update={"incidents": self.incidents.of_file(name)}) if self.incidents.reading else self

    def of_records(self, kind: RecordKind) -> CityFile:
        """The city file with the files of a kind of records in place of its incidents."""
        other = {"incidents": kind.as_incidents(), "crime_type": [], "feed": [], "record_kind": []}
        return self.model_copy(update=other)

    @property
    def crime_types(self) -> list[CrimeType]:
        """The crime types of the file and, last, `other`."""
        return self.crime_type if any(entry.name == "other" for entry in self.crime_type) else [*self.crime_type, OTHER]

    @property
    def places_by_address(self) -> bool:
        """Whether records without a point are placed by their address: as the file says, else where no record has a point."""
        asked = self.incidents.place_by_address
        can = self.incidents.address is not None and any(source.file for source in self.gazetteer)
        return can and (self.incidents.location is None if asked is None else asked)

    @property
    def labels(self) -> set[str]:
        """The words of crime types and kinds, and those beside rates."""
        shown = {entry.label for entry in (*self.crime_types, *self.area, *self.place)}
        return shown | ({self.population.source} if self.population and self.population.source else set())

    @model_validator(mode="after")
    def _weights_are_of_crime_types(self) -> CityFile:
        names = [entry.name for entry in self.crime_types]
        for name in self.harm.weights if self.harm else ():
            if name not in names:
                raise ValueError(f"harm.weights: {name!r} is no crime type of this city file{closest(name, names)}")
        return self

    @model_validator(mode="after")
    def _location_words_have_a_column(self) -> CityFile:
        words = self.public.location_words
        if (words.told or words.rare or words.groups) and self.incidents.location_type is None:
            raise ValueError("public.location_words: incidents.location_type names no column that holds any")
        return self

    @model_validator(mode="after")
    def _words_are_of_this_city(self) -> CityFile:
        for code, words in self.words.items():
            for label in words.labels:
                if label not in self.labels:
                    near = closest(label, sorted(self.labels))
                    raise ValueError(f"words.{code}.labels: {label!r} is no label of this city file{near}")
            if words.location_types and self.incidents.location_type is None:
                raise ValueError(f"words.{code}.location_types: incidents.location_type names no column that holds any")
        return self

    def folder_of(self, feed: FeedSource) -> PurePath:
        """The folder below the data folder where a feed's files are found by a pattern of `incidents.files`."""
        return PurePath(next(pattern for pattern in self.incidents.files if _finds(pattern, feed))).parent

    @model_validator(mode="after")
    def _feeds_bring_incidents(self) -> CityFile:
        names = [feed.name for feed in self.feed]
        for feed in self.feed:
            if names.count(feed.name) > 1:
                raise ValueError(f"feed {feed.name!r} appears twice")
            if not any(_finds(pattern, feed) for pattern in self.incidents.files):
                example = feed.file_name("2026-01-31", 1, feed.ending)
                raise ValueError(
                    f"feed {feed.name!r}: its files, such as {example}, match none of incidents.files "
                    f"({', '.join(self.incidents.files)}); add {feed.name}_*{feed.ending}"
                )
            if self.incidents.supply == "snapshot" and not feed.is_whole:
                raise ValueError(
                    f'feed {feed.name!r}: what changed is no snapshot, and supply = "snapshot" would withdraw all else; '
                    'write reads = "whole", or supply = "increment"'
                )
            if self.incidents.scope == "file" or (self.incidents.scope == "all" and feed.kind.startswith("police_uk")):
                raise ValueError(
                    f"feed {feed.name!r}: each run has a file name of its own and may hold a part of the time; "
                    'write scope = "period"'
                )
        return self

    @model_validator(mode="after")
    def _addresses_can_be_found(self) -> CityFile:
        if self.incidents.place_by_address and not self.places_by_address:
            raise ValueError(
                "incidents.place_by_address needs incidents.address and a [[gazetteer]] with a file of addresses, blocks or intersections"
            )
        return self

    @model_validator(mode="after")
    def _kinds_of_records_are_apart(self) -> CityFile:
        names = [one.name for one in self.record_kind]
        for one in self.record_kind:
            if names.count(one.name) > 1:
                raise ValueError(f"record_kind {one.name!r} appears twice; its files may be several patterns")
        return self

    @model_validator(mode="after")
    def _names_fit_together(self) -> CityFile:
        kinds = {source.kind for source in self.area}
        asked = [("city.study_area", kind) for kind in self.city.study_area]
        asked += [("incidents.areas", kind) for kind in self.incidents.areas]
        asked += [("public.label_kinds", kind) for kind in self.public.label_kinds or []]
        asked += [("public.sensitive_kind", self.public.sensitive_kind)]
        asked += [("concerns.area_kind", self.concerns.area_kind)] if self.concerns else []
        asked += [("population.kind", self.population.kind)] if self.population else []
        asked += [("calendar.districts", self.calendar.districts)] if self.calendar.districts else []
        for number, one in enumerate(self.record_kind, start=1):
            asked += [(f"record_kind[{number}].areas", kind) for kind in one.areas]
        for key, kind in asked:
            if kind not in kinds:
                raise ValueError(
                    f"{key}: {kind!r} is not a kind of [[area]]{closest(kind, kinds)}; allowed are {', '.join(sorted(kinds))}"
                )
        offence_columns = set(self.incidents.source_type)
        for entry in self.crime_type:
            for column in columns_of(entry.when):
                if column not in offence_columns:
                    raise ValueError(
                        f"crime_type {entry.name!r}, when: {column!r} is not a column of incidents.source_type"
                        f"{closest(column, offence_columns)}; allowed are {', '.join(self.incidents.source_type)}"
                    )
        names = [entry.name for entry in self.crime_type]
        for name in self.incidents.repeated_id.order if self.incidents.repeated_id else []:
            if name not in {*names, "other"}:
                raise ValueError(f"incidents.repeated_id.order: {name!r} is not a crime type{closest(name, names)}")
        for name in self.public.withhold:
            if name not in {*names, "other"}:
                raise ValueError(f"public.withhold: {name!r} is not a crime type{closest(name, names)}")
        if "other" in names and self.public.other == "withhold":
            raise ValueError(
                'crime_type "other" is the name of what no entry names, which public.other withholds: give it another name, '
                'or say other = "publish"'
            )
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"crime_type {name!r} appears twice; write its alternatives as when = [{{…}}, {{…}}]")
        for kind in kinds:
            vintages = sorted(
                (source.valid.from_ or date.min, source.valid.to or date.max)
                for source in self.area
                if source.kind == kind
            )
            if any(later[0] < earlier[1] for earlier, later in pairwise(vintages)):
                raise ValueError(
                    f"area {kind!r}: two entries hold on the same days; give each vintage its valid = {{ from, to }}"
                )
        if self.incidents.precision == "exact" and any(source.from_ for source in self.gazetteer):
            raise ValueError(
                'gazetteer.from = "incidents" is allowed only with incidents.precision = "block": '
                "an address list made of exact incidents would tell at which door something was reported"
            )
        return self


def _finds(pattern: str, feed: FeedSource) -> bool:
    path = PurePath(pattern)
    in_one_folder = not any(mark in str(path.parent) for mark in "*?[")
    return in_one_folder and fnmatch(feed.file_name("2026-01-31", 1, feed.ending), path.name)
