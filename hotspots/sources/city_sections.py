"""The tables of a city file, each with what its keys mean. `docs/city_file.md` documents them, held by a test."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, model_validator

from hotspots.domain.act.concern import CATEGORIES, Category
from hotspots.domain.language import DEFAULT, TRANSLATED
from hotspots.sources.city_values import Days, Kind, MetricCrs, Name, Section, Text, TimeZone
from hotspots.sources.conditions import Condition

CrimeGroup = Literal["violence", "burglary", "vehicle", "theft", "damage", "other"]
InitiatedBy = Literal["public", "police", "unknown"]


class CitySection(Section):
    """``[city]``: what the city and its service are called, and in which time and space its records stand."""

    name: Text = Field(description="The city's name.")
    service: Text = Field(description="The title of the public page.")
    timezone: TimeZone = Field(description="Time zone of all local times, such as America/Chicago.")
    crs: MetricCrs = Field(
        description="Projected coordinate reference system in metres; distances and grids are measured in it."
    )
    study_area: list[Kind] = Field(min_length=1, description="Kinds of area whose union is the study area.")
    attribution: Text = Field(description="Whose data it is; shown on the map.")
    disclaimer: Text = Field(description="The words that the agency wants beside its data.")
    licence: Text | None = Field(
        None, description="Licence or terms under which the agency gives its incidents, such as CC BY 4.0."
    )
    licence_url: Text | None = Field(
        None, pattern=r"^https?://[!#-;=?-~]+$", description="Address where the licence stands, https://…"
    )
    invented: bool = Field(False, description="true: a made-up city, and every page says so.")
    distances: Literal["metres", "miles"] | None = Field(
        None, description="Units of what residents read; left out, those of the time zone's country."
    )
    clock: Literal[12, 24] | None = Field(
        None, description="Hours of the clock in what residents read; left out, as in the time zone's country."
    )

    @model_validator(mode="after")
    def _licence_has_a_name(self) -> CitySection:
        if self.licence_url is not None and self.licence is None:
            raise ValueError("licence_url needs a licence, the name that stands beside the address")
        return self


class CrimeType(Section):
    """``[[crime_type]]``: which of the agency's words mean one crime type. The first entry that matches counts."""

    name: Name = Field(description="Short name, as in filters and on the command line.")
    label: Text = Field(description="Name as shown.")
    group: CrimeGroup = Field(description="Group of the map's colours.")
    when: Condition = Field(description="What the columns of source_type must hold.")
    initiated_by: InitiatedBy = Field(description="Who mostly brings it to notice: the public or the police.")
    sensitive: bool = Field(False, description="true: published by area and month only, never as a row.")


class GridSection(Section):
    """``[grid]``: the square cells of forecasts."""

    cell_m: PositiveFloat = Field(150.0, description="Side of a cell in metres.")


class HarmSection(Section):
    """``[harm]``: the weight of an incident of each crime type where lists rank by harm."""

    unit: Text = Field(description="What a weight counts, such as days.")
    source: Text = Field(description="Whose weights they are and where they stand; shown with every list.")
    weights: dict[str, PositiveFloat] = Field(
        min_length=1, description="Weight of one incident, by the name of a crime type."
    )


class LocationWordsSection(Section):
    """``[public.location_words]``: words of `incidents.location_type` that the rule for exact incidents shall know of."""

    told: list[Text] = Field([], description="Words that are nobody's door: published whatever the record shows.")
    rare: list[Text] = Field([], description="Words that few doors bear: published by their group alone.")
    groups: dict[Text, list[Text]] = Field({}, description="Coarser words, each with the words it may stand for.")

    @model_validator(mode="after")
    def _each_word_stands_once(self) -> LocationWordsSection:
        grouped = [word for words in self.groups.values() for word in words]
        for word in grouped:
            if grouped.count(word) > 1:
                raise ValueError(f"groups: {word!r} stands in more than one group; leave it in one")
        for word in self.told:
            if word in self.rare or word in grouped:
                where = "rare" if word in self.rare else "groups"
                raise ValueError(f"told: {word!r} stands in {where} too; what is always told is in no other list")
        return self


class PublicSection(Section):
    """``[public]``: what the public may see."""

    days: PositiveInt = Field(90, description="Length of the period that the public map shows first, in days.")
    delay_days: int = Field(7, ge=0, description="The newest public day is never later than today less this.")
    label_kinds: list[Kind] | None = Field(
        None, description="Kinds of area that are published with an anchor; left out, all kinds of [[area]]."
    )
    sensitive_kind: Kind = Field(description="Kind of area by which sensitive reports are counted, a month at a time.")
    suppress_below: PositiveInt = Field(5, description="Counts of sensitive reports below this are not shown.")
    arrest: bool = Field(False, description="true: publish whether an arrest was made.")
    withhold: list[Name] = Field([], description="Crime types that are not published at all.")
    other: Literal["withhold", "publish"] = Field(
        "withhold",
        description="What no [[crime_type]] names: not published until somebody has looked at the words, or published as Other.",
    )
    no_data: list[Days] = Field(
        [], description="Days inside the data of which nothing was delivered, as far as you know."
    )
    quiet: list[Days] = Field(
        [], description="Days that look as if nothing was delivered, but really had so few incidents."
    )
    min_addresses: PositiveInt = Field(8, description="Fewest addresses that an anchor of exact incidents stands for.")
    lattice_m: PositiveFloat = Field(
        300.0, description="Metres between the fixed points that stand for exact incidents without an address list."
    )
    location_words: LocationWordsSection = Field(
        LocationWordsSection.model_validate({}),
        description="Words for sorts of place: which are always told, which never, and by which group.",
    )


class ConcernsSection(Section):
    """``[concerns]``: without it the city takes none."""

    emergency: Text = Field(description="The number to call in an emergency, such as 911.")
    city_services: Text = Field(description="Whom to turn to with what is not for the police, such as 311.")
    area_kind: Kind = Field(description="Kind of area by which staff see concerns.")
    categories: list[Category] = Field(
        list(CATEGORIES), min_length=1, description="What residents may write of, in this order."
    )
    answer_days: PositiveInt = Field(14, description="Days until a concern should be answered.")
    keep_days: PositiveInt = Field(365, description="Days after the answer when the text is deleted.")


def _translated(code: str) -> str:
    if code not in TRANSLATED:
        raise ValueError(
            f"{code!r} is not a language of words; a city file is in {DEFAULT.name}, others are {', '.join(TRANSLATED)}"
        )
    return code


LanguageCode = Annotated[str, AfterValidator(_translated)]


class WordsSection(Section):
    """``[words.es]``: what the city file's own words are in another language; a word that is left out stays as it is."""

    service: Text | None = Field(None, description="The title of the public page.")
    attribution: Text | None = Field(None, description="Whose data it is.")
    disclaimer: Text | None = Field(
        None, description="The words beside the data. Left out, the agency's own are shown, marked as English."
    )
    labels: dict[Text, Text] = Field(
        {}, description="By label of a crime type or a kind of area or place, or by the source of the population."
    )
    location_types: dict[Text, Text] = Field(
        {}, description="By type of location as the incidents record it; one that never occurs does no harm."
    )
