"""The words in names of columns: what a column is likely to hold, in the languages of agencies' files."""

from __future__ import annotations

import re

_CLOCK = re.compile(
    r"(^|[^a-z])(time|tm|hour|hours|hr|hora|franja|heure|uhrzeit|zeit|stunde|tijd|uur|ora|klokkeslett|tid|godzina)([^a-z]|$)"
    r"|tijd$|zeit$|stunde$|時|เวลา|время",
    re.IGNORECASE,
)
_NO_CLOCK = re.compile(r"zone|respon|elaps|durat|date.?time|stamp|dispatch|arriv|clear|process", re.IGNORECASE)
_COORDINATE = re.compile(
    r"(^|[^a-z])(x|y|lat|latitude?|latitud|lon|lng|long|longitude?|longitud|easting|northing|este|norte|geom\w*|geo.?point|point|"
    r"coord\w*|rechtswert|hochwert|breedtegraad|lengtegraad|breitengrad|l[äa]ngengrad|grid.?ref\w*|mgrs|utm\w*|l93|lambert\w*)([^a-z]|$)"
    r"|緯度|経度|ละติจูด|ลองจิจูด|широта|долгота",
    re.IGNORECASE,
)
# An event is no report of it: these say when it was told, written, answered or published.
NOT_OCCURRED = re.compile(
    r"updat|edit|creat|report|rptd|rprt|(^|[^a-z])rep([^a-z]|$)|clear|load|modif|expor|entered|entry|approv|close|receiv|dispatch|arriv|"
    r"extract|publish|denunc|registro|angelegt|erfass|gemeld|melding|d[ée]p[ôo]t|enregistr|届|認知",
    re.IGNORECASE,
)


def words_of(name: str) -> str:
    """A column's name with its words apart: OccurredHour is occurred hour."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_\s]+", " ", name).strip().lower()


def looks_like_clock(name: str) -> bool:
    """Whether a column sounds like the time of day at which something occurred."""
    words = words_of(name)
    return bool(_CLOCK.search(words)) and not _NO_CLOCK.search(words) and not NOT_OCCURRED.search(words)


def looks_like_coordinate(name: str) -> bool:
    """Whether a column sounds like a coordinate, or like a point."""
    return _COORDINATE.search(words_of(name)) is not None
