"""A list of places as one self-contained page: map and table, no outside request, ready to print."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hotspots.domain.phrase import phrase
from hotspots.domain.place_list import PlaceList
from hotspots.pipeline.at_risk.columns import columns_of
from hotspots.pipeline.at_risk.question import for_reading, language_of_list, title_of
from hotspots.pipeline.svg import outline, round_length_m

MARGIN = 0.03
TEXTS = {
    "invented": phrase("Invented city: nothing here happened."),
    "past": phrase("A list of the past, as of {day}."),
    "lead": phrase("{budget}, ranked by {key}."),
    "review": phrase("Review on {day}"),
    "claim": phrase("The model's own claim: {claim}."),
    "whole": phrase("The whole question"),
    "map": phrase("Map of the {n} places; the table below names each"),
    "mark": phrase("{place}: {n} expected"),
    "caption": phrase("Numbers are ranks by {key}; the first 25 are written. Wheel or pinch to zoom, drag to move."),
    "ranked": phrase("Places, ranked"),
    "all": phrase("All columns"),
    "all of places": phrase("All columns of the places"),
    "rank": phrase("Rank"),
    "expected": phrase(
        "Expected incidents are reported incidents that the model expects in the forecast period, not a probability; nine counts in ten "
        "will lie in the range beside them. Places with the same letter cannot be told apart by rank. A comparable place is one of the "
        "busier half of all places that are not on this list: what most of them have too is no reason."
    ),
}


def list_page(places: PlaceList, *, question: Mapping[str, str], backdrop: Mapping[str, list[Any]]) -> str:
    """Return the page as HTML. Shapes are in metres of the city's CRS."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    columns, language = columns_of(places), language_of_list(places)
    shapes = [place.geometry for place in places.places]
    west, south, east, north = shapely.total_bounds(np.array([*backdrop["study area"], *shapes], dtype=object))
    width, height = east - west, north - south
    return environment.get_template("list_page.html").render(
        places=places,
        language=language,
        texts={name: language.text(text) for name, text in TEXTS.items()},
        title=title_of(places),
        question=question,
        read=for_reading(question, language),
        question_json=json.dumps(question, ensure_ascii=False).replace("<", "\\u003c"),
        columns=[column for column in columns if column.for_people],
        behind=[column for column in columns if not column.for_people],
        view=f"{-width * MARGIN:.0f} {-height * MARGIN:.0f} {width * (1 + 2 * MARGIN):.0f} {height * (1 + 2 * MARGIN):.0f}",
        line_m=max(width, height) / 900,
        mark_m=max(width, height) / 110,
        backdrop={
            layer: outline(drawn, west=west, north=north) for layer, drawn in backdrop.items() if layer != "street name"
        },
        marks=[
            {
                "place": place,
                "path": outline([place.geometry], west=west, north=north),
                "x": round(x - west),
                "y": round(north - y),
            }
            for place, (x, y) in zip(places.places, _inner_points(shapes), strict=True)
        ],
        scale_m=round_length_m(width),
    )


def _inner_points(shapes: Sequence[Any]) -> Any:
    return shapely.get_coordinates(shapely.point_on_surface(np.array(shapes, dtype=object))).reshape(-1, 2)
