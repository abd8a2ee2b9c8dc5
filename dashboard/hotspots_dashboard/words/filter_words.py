"""Words of the filter's fields that one column answers, made from their declarations."""

from __future__ import annotations

from hotspots.domain.filters.declaration import Choice, ColumnField, Group
from hotspots.domain.filters.fields import column_values
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.places.street_name import name_key
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.words.formats import either, location
from hotspots_dashboard.words.language import _, translated

MOST_NAMED = 3


def choice_label(field: ColumnField, choice: Choice) -> str:
    """The words of a value: the agency's own as people write them, ours in this language, else the city file's."""
    if field.is_recorded:
        return location(choice.label)
    return choice.label if field.values is None else translated(choice.label)


def stands_for(choice: Choice) -> str:
    """The words that a group is published in place of, since few doors could bear one of them."""
    return _("not told apart: {names}", names=", ".join(location(shown) for shown in choice.stands_for.values()))


def chosen(field: ColumnField, question: IncidentFilter, choices: Choices) -> list[tuple[str, str]]:
    """The values that a question asks for, each as an address holds it and in words."""
    labels = {one.value: choice_label(field, one) for one in field.choices(choices)}
    return [(word, labels.get(word, word)) for word in field.words_of(getattr(question, field.attribute))]


def all_chosen(question: IncidentFilter, choices: Choices, *, group: Group) -> list[str]:
    """The labels of every value asked for by the fields of a group of controls."""
    fields = [field for field, _ in column_values(question) if field.group == group]
    return [label for field in fields for _, label in chosen(field, question, choices)]


def said(field: ColumnField, question: IncidentFilter, choices: Choices) -> str:
    """The values as a sentence says them: of theft, with an arrest made."""
    found = chosen(field, question, choices)
    if field.values is not None:
        return translated(field.said[found[0][0]])
    if len(found) > MOST_NAMED:
        return translated(field.said["many"], n=len(found))
    labels = sorted((label for _, label in found), key=name_key)
    names = [f"“{label}”" if field.is_recorded else label.lower() for label in labels]
    return translated(field.said["names"], names=either(names))
