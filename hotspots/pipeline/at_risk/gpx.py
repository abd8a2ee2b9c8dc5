"""A list as GPX 1.1, for navigation devices and map apps: one waypoint a place at its centre, in the order of the list."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree as Xml

from hotspots.domain.place_list import PlaceList
from hotspots.pipeline.at_risk.question import language_of_list

GPX = "http://www.topografix.com/GPX/1/1"
QUESTION = "urn:hotspots:question"
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def gpx(places: PlaceList, question: Mapping[str, str]) -> bytes:
    """Return the file: places as waypoints, the question as JSON in the extensions, the review date and the terms in the description."""
    language = language_of_list(places)
    review = language.say("Review on {day}. Not to be used after it.", day=places.review_date)
    root = Xml.Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": "hotspots"})
    about = Xml.SubElement(root, "metadata")
    _add(about, "name", f"{', '.join(places.type_labels)}: {places.city}")
    _add(
        about,
        "desc",
        " ".join(
            [review, places.says_not, places.exposure_words, *places.notes, places.attribution, places.disclaimer]
        ),
    )
    extensions = Xml.SubElement(about, "extensions")
    _add(extensions, "question", json.dumps(dict(question), ensure_ascii=False), xmlns=QUESTION)
    for place in places.places:
        waypoint = Xml.SubElement(root, "wpt", {"lat": f"{place.latitude:.6f}", "lon": f"{place.longitude:.6f}"})
        _add(waypoint, "name", f"{place.rank}. {place.code}")
        _add(waypoint, "desc", f"{place.words}. {review}")  # a waypoint is often copied alone
        _add(waypoint, "type", places.unit_label)
    return Xml.tostring(root, encoding="UTF-8", xml_declaration=True)


def _add(parent: Xml.Element, name: str, words: str, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = NO_XML.sub(" ", words)
