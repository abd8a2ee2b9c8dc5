"""``[[record_kind]]``: records beside the incidents, such as calls for service, read by the same rules and never added to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hotspots.sources.city_values import Columns, Kind, Location, Text
from hotspots.sources.conditions import Condition, columns_of, rows_where
from hotspots.sources.incidents_section import AreaColumn, FilesSection, IncidentsSection, KnownOn
from hotspots.sources.time_values import Occurrence

if TYPE_CHECKING:
    import pandas as pd

BY_OFFICERS, BY_CITIZENS, NOT_KNOWN = "police", "public", "unknown"
INITIATORS = (BY_CITIZENS, BY_OFFICERS, NOT_KNOWN)


class RecordKind(FilesSection):
    """``[[record_kind]]``: one kind of records beside the incidents. Its files are no files of ``[incidents]``."""

    name: Kind = Field(description="Short name, such as calls.")
    label: Text = Field(description="The kind's name as shown, such as Calls for service.")
    where: Condition | None = Field(None, description="Which rows are meant; the others are left out and counted.")
    id: Columns = Field(description="Columns that name a record; a later row with the same id stands in its place.")
    known_on: KnownOn | None = Field(None, description="Where a delivery's date stands; left out, the day of loading.")
    occurred: Occurrence = Field(description="When it happened, as in [incidents].")
    location: Location | None = Field(None, description="Where it happened.")
    areas: dict[
        Kind,
        Annotated[AreaColumn, BeforeValidator(lambda given: {"column": given} if isinstance(given, str) else given)],
    ] = Field({}, description="Column of the recorded area code, by kind of area; it wins over the map.")
    officer_initiated: Condition | None = Field(
        None, description="Which records an officer began, such as a stop; these are looked for first."
    )
    citizen_initiated: Condition | None = Field(
        None, description="Which records somebody called in. What neither names is not known, and is counted so."
    )
    earliest: date = Field(date(1950, 1, 1), description="A record before this day is rejected.")
    public: Literal["withhold", "months"] = Field(
        "withhold",
        description='"withhold": for staff only; "months": counts by area of public.sensitive_kind and whole month, small ones hidden.',
    )

    @model_validator(mode="after")
    def _somewhere(self) -> RecordKind:
        if self.location is None and not self.areas:
            raise ValueError("nothing says where: give location = { x = …, y = … }, or areas = { kind = column }")
        return self

    def as_incidents(self) -> IncidentsSection:
        """The table as one of incidents, so that one reader serves both."""
        shared = set(type(self).model_fields) & set(IncidentsSection.model_fields)
        return IncidentsSection.model_construct(
            **{name: getattr(self, name) for name in shared},
            supply="increment",
            precision="exact",
            source_type=list(dict.fromkeys([*columns_of(self.officer_initiated), *columns_of(self.citizen_initiated)])),
        )

    def initiators_of(self, words: pd.DataFrame) -> list[str]:
        """Who began each row of words: one of `INITIATORS`."""
        by_officers, by_citizens = (
            rows_where(condition, words) if condition is not None else [False] * len(words)
            for condition in (self.officer_initiated, self.citizen_initiated)
        )
        return [
            BY_OFFICERS if officer else BY_CITIZENS if citizen else NOT_KNOWN
            for officer, citizen in zip(by_officers, by_citizens, strict=True)
        ]
