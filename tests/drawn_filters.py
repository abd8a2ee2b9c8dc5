"""Filters of the small city, drawn at random."""

from datetime import timedelta

from hypothesis import strategies as st

from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter, Near
from hotspots.domain.period import Period
from tests.drawn_polygons import polygons
from tests.open_city_builder import (
    BEATS,
    COMMUNITY_AREAS,
    CRIME_TYPES,
    LOCATION_TYPES,
    NEWEST_DAY,
    WARDS,
)  # fmt: skip

filters = st.builds(
    IncidentFilter,
    period=st.tuples(st.integers(-10, 130), st.integers(1, 100)).map(
        lambda pair: Period.from_days(NEWEST_DAY - timedelta(days=pair[0] + pair[1]), NEWEST_DAY - timedelta(days=pair[0]))
    ),
    crime_types=st.lists(st.sampled_from(list(CRIME_TYPES)), unique=True, max_size=3).map(tuple),
    areas=st.lists(st.sampled_from([*BEATS.values(), *COMMUNITY_AREAS.values(), *WARDS.values()]), unique=True, max_size=3).map(tuple),
    around=st.none() | st.builds(Around, gazetteer_id=st.integers(1, 20), radius_m=st.sampled_from([100, 450, 800, 1500])),
    near=st.lists(
        st.builds(Near, kind=st.sampled_from(["school", "park", "station"]), distance_m=st.sampled_from([150, 500, 1000])),
        max_size=2,
        unique=True,
    ).map(tuple),
    hours=st.none()
    | st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: HourRange(*pair)),
    weekdays=st.lists(st.integers(1, 7), unique=True, max_size=4).map(tuple),
    location_types=st.lists(st.sampled_from(list(LOCATION_TYPES)), unique=True, max_size=2).map(tuple),
    polygon=st.none() | polygons(),
    arrest=st.sampled_from([None, None, True, False]),
    group=st.sampled_from([None, None, None, "violence", "other", "vehicle"]),
    initiated_by=st.sampled_from([None, None, None, "public", "police"]),
)  # fmt: skip
