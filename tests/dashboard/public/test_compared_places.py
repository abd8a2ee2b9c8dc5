"""Places to compare in the address bar: an outline of several rings comes back as it was."""

from datetime import date

from hypothesis import given, settings

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.places.polygon import Polygon
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.state.compared_places import place_of, question_at, read_places
from tests.drawn_polygons import polygons

ALL_OF_2017 = IncidentFilter(Period.from_days(date(2017, 1, 1), date(2017, 12, 31)))


@settings(deadline=None)
@given(polygon=polygons())
def test_an_outline_survives_the_address_bar(polygon: Polygon) -> None:
    asked = IncidentFilter(ALL_OF_2017.period, polygon=polygon)
    token = place_of(asked)
    assert token is not None
    assert read_places(token) == (token,)
    choices = Choices(crime_types=(), groups=(), area_kinds=(), place_kinds=(), location_types={}, areas={})
    assert question_at(token, ALL_OF_2017, choices) == asked
