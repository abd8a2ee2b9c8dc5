"""How a boundary was taken into the filter, in one or two sentences."""

from __future__ import annotations

from hotspots.domain.places.boundary import Boundary
from hotspots.words.language import Language

M_SHOWN = 10  # from here on metres are told without a decimal


def boundary_words(boundary: Boundary, language: Language) -> str:
    """Say what stands for a boundary, and how far it is from it."""
    given, corners = language.number(boundary.corners_given), language.number(boundary.corners)
    if not boundary.is_simplified:
        said = language.say("The boundary is used as it is, rounded to about a metre.")
    else:
        moved = boundary.moved_m
        said = language.say(
            "The boundary was simplified: {corners} corners stand for {given}. Its outline was moved by {moved} m at most, "
            "and {share} % of its area changed.",
            corners=corners,
            given=given,
            moved=language.decimal(moved) if moved < M_SHOWN else language.number(moved),
            share=language.decimal(max(100 * boundary.area_changed, 0.1)),
        )
    if not boundary.mended:
        return said
    return f"{said} {language.say('A spot where the outline crossed itself was mended.')}"
