"""The shipped city files read years that they were not written from: an agency's newer words for protected offences stay protected."""

from __future__ import annotations

import pandas as pd
import pytest

from hotspots.sources.city_file_reading import find_city_file, read_city_file
from hotspots.sources.crime_types import crime_types_of


# The City of Chicago Data Portal has said CRIMINAL SEXUAL ASSAULT beside CRIM SEXUAL ASSAULT since 2020.
@pytest.mark.parametrize("words", ["CRIM SEXUAL ASSAULT", "CRIMINAL SEXUAL ASSAULT", "SEX OFFENSE", "Public Indecency"])
def test_a_sexual_offence_of_chicago_is_sensitive_however_the_portal_spells_it(words: str) -> None:
    city = read_city_file(find_city_file("chicago"))
    names, named = crime_types_of(city, pd.DataFrame({"Primary Type": [words], "Description": ["AGGRAVATED"]}))
    assert (names, named) == (["sexual offence"], [True])
    assert next(entry for entry in city.crime_type if entry.name == names[0]).sensitive
