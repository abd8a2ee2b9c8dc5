"""A written tile is read back as the specification says, number for number."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotspots.store.public.map_tiles.vector_tile import point_layer
from tests.vector_tile import Feature, read_tile

GROUPS = ("theft", "burglary")
features = st.lists(
    st.builds(
        Feature,
        id=st.integers(0, 2**31 - 1),
        kind=st.just(1),
        attributes=st.fixed_dictionaries(
            {"n": st.integers(1, 2**31 - 1), "top": st.sampled_from(GROUPS)}, optional={"some": st.integers(1, 300)}
        ),
        x=st.integers(0, 4095),
        y=st.integers(0, 4095),
    ),
    max_size=30,
)


@given(written=features)
def test_points_are_read_back(written: list[Feature]) -> None:
    tile = point_layer(
        "points",
        ids=np.array([one.id for one in written], dtype=int),
        x=np.array([one.x for one in written], dtype=int),
        y=np.array([one.y for one in written], dtype=int),
        numbers={
            "n": np.array([one.attributes["n"] for one in written], dtype=int),
            "some": np.array([one.attributes.get("some", 0) for one in written], dtype=int),
        },
        words={"top": (GROUPS, np.array([GROUPS.index(one.attributes["top"]) for one in written], dtype=int))},
    )
    assert read_tile(tile) == ({"points": written} if written else {})


def test_a_point_is_the_bytes_of_the_specification() -> None:
    tile = point_layer(
        "p", ids=np.array([300]), x=np.array([1]), y=np.array([2]), numbers={"n": np.array([7])}, words={}
    )
    feature = bytes([8, 0xAC, 0x02, 18, 2, 0, 0, 24, 1, 34, 3, 9, 2, 4])  # id 300, tags 0 0, a point, move once to 1 2
    layer = bytes([120, 2, 10, 1]) + b"p" + bytes([18, len(feature)]) + feature
    layer += bytes([26, 1]) + b"n" + bytes([34, 2, 40, 7]) + bytes([40, 0x80, 0x20])  # key, value 7, extent 4096
    assert tile == bytes([26, len(layer)]) + layer
