"""`docs/city_file.md` documents every key of a city file, no more and no less, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from hotspots.sources.calendar_section import CalendarSection
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_file_reading import read_city_file
from hotspots.sources.city_sections import (
    CitySection,
    ConcernsSection,
    CrimeType,
    GridSection,
    HarmSection,
    LocationWordsSection,
    PublicSection,
    WordsSection,
)
from hotspots.sources.city_values import Days, Location, Validity
from hotspots.sources.conditions import Matcher
from hotspots.sources.feeds.sections import FeedSource
from hotspots.sources.incidents_section import (
    AreaColumn,
    FileReading,
    IncidentsSection,
    KnownOn,
    RepeatedId,
    Withdrawal,
)
from hotspots.sources.map_sections import (
    AreaSource,
    BackdropSource,
    GazetteerSource,
    Listed,
    PlaceSource,
    PopulationSource,
    RiskFactorSource,
)
from hotspots.sources.record_kinds.section import RecordKind
from hotspots.sources.time_values import Time, TimeWindow, UnknownHours

DOCUMENT = Path(__file__).parents[2] / "docs" / "city_file.md"
SECTIONS: dict[str, type[BaseModel]] = {
    "`[city]`": CitySection,
    "`[incidents]`": IncidentsSection,
    "`[[incidents.reading]]`": FileReading,
    "`incidents.repeated_id`": RepeatedId,
    "`incidents.areas`": AreaColumn,
    "`incidents.known_on`": KnownOn,
    "`incidents.withdrawal`": Withdrawal,
    "Times": Time,
    "`unknown_hours`": UnknownHours,
    "Windows": TimeWindow,
    "Locations": Location,
    "Conditions": Matcher,
    "`[[feed]]`": FeedSource,
    "`[[record_kind]]`": RecordKind,
    "`[[crime_type]]`": CrimeType,
    "`[[area]]`": AreaSource,
    "`valid`": Validity,
    "`[[place]]`": PlaceSource,
    "Lists": Listed,
    "`[[backdrop]]`": BackdropSource,
    "`[[risk_factor]]`": RiskFactorSource,
    "`[[gazetteer]]`": GazetteerSource,
    "`[population]`": PopulationSource,
    "`[grid]`": GridSection,
    "`[harm]`": HarmSection,
    "`[public]`": PublicSection,
    "`public.location_words`": LocationWordsSection,
    "`[calendar]`": CalendarSection,
    "Days": Days,
    "`[concerns]`": ConcernsSection,
    "`[words]`": WordsSection,
}


def documented() -> dict[str, dict[str, tuple[str, str]]]:
    """By section and key: the column "needed" and the meaning."""
    parts = re.split(r"^## (.+)$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        title.strip(): {
            key: (needed, meaning)
            for key, needed, meaning in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", text, flags=re.MULTILINE)
        }
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_every_key_is_documented_with_whether_it_is_needed(title: str) -> None:
    keys = documented()[title]
    fields = {field.alias or name: field for name, field in SECTIONS[title].model_fields.items()}
    assert list(keys) == list(fields)
    for key, field in fields.items():
        assert (keys[key][0] == "yes") == field.is_required(), key
        assert field.description, key


def test_no_section_is_missing_or_too_many() -> None:
    assert set(documented()) == set(SECTIONS)
    tables = {match for title in SECTIONS for match in re.findall(r"^`\[+(\w+)\]+`$", title)}
    assert tables == set(CityFile.model_fields)


def test_the_documents_example_is_a_city_file(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(\[city\].*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert example is not None
    (tmp_path / "example.toml").write_text(example[1])
    assert read_city_file(tmp_path / "example.toml").city.name == "Littleton"


def test_every_reason_for_a_rejection_is_documented() -> None:
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    for reason in (
        "columns do not match the header", "a quote is not closed", "id is empty", "id repeated in this delivery", "withdraws nothing",
    ):  # fmt: skip
        assert reason in text


def test_the_example_of_harm_weights_fits_the_demo_city() -> None:
    import tomllib

    from hotspots.sources.city_file_reading import find_city_file

    example = tomllib.loads((DOCUMENT.parent / "examples/harm.toml").read_text())
    demo = read_city_file(find_city_file("demo")).model_dump(mode="json", by_alias=True)
    assert CityFile.model_validate({**demo, **example}).harm
    unknown = {"harm": {**example["harm"], "weights": {"burglry": 1}}}
    with pytest.raises(ValueError, match=r"harm\.weights: 'burglry' is no crime type .*burglary"):
        CityFile.model_validate({**demo, **unknown})
