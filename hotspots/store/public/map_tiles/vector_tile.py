"""Points with whole numbers as a Mapbox vector tile (specification 2.1), written column by column.

Everything of a feature is a varint, a name of a field included, so that a layer's features are one stream of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

EXTENT = 4096  # units across a tile
# Names of fields with their kind, as the specification numbers them: what follows is a number (0) or has a length (2).
OF_TILE_LAYER, OF_LAYER_NAME, OF_LAYER_FEATURE, OF_LAYER_KEY, OF_LAYER_VALUE = (
    3 << 3 | 2,
    1 << 3 | 2,
    2 << 3 | 2,
    3 << 3 | 2,
    4 << 3 | 2,
)
OF_LAYER_EXTENT, OF_LAYER_VERSION = 5 << 3, 15 << 3
OF_FEATURE_ID, OF_FEATURE_TAGS, OF_FEATURE_TYPE, OF_FEATURE_GEOMETRY = 1 << 3, 2 << 3 | 2, 3 << 3, 4 << 3 | 2
OF_VALUE_TEXT, OF_VALUE_UINT = 1 << 3 | 2, 5 << 3
POINT, MOVE_ONCE = 1, 1 << 3 | 1

Ints = npt.NDArray[np.signedinteger[Any]]


def point_layer(
    name: str,
    *,
    ids: Ints,
    x: Ints,
    y: Ints,
    numbers: Mapping[str, Ints],
    words: Mapping[str, tuple[Sequence[str], Ints]],
) -> bytes:
    """A tile with one layer of points.

    Parameters
    ----------
    ids, x, y : feature ids, and places in units of the tile from its upper left corner; shape (features,), none negative.
    numbers : attributes by name, shape (features,); a zero is left out of its feature.
    words : attributes by name: the words there are, and which of them each feature has, shape (features,).
    """
    if not len(ids):
        return b""
    whole = np.unique(np.concatenate([column[column > 0] for column in numbers.values()]))
    texts = [word for known, _ in words.values() for word in known]
    tags, present = [], []
    for key, column in enumerate(numbers.values()):
        tags += [np.full(len(ids), key), np.searchsorted(whole, column)]
        present += [column > 0, column > 0]
    first_text = len(whole)
    for key, (known, column) in enumerate(words.values(), start=len(numbers)):
        tags += [np.full(len(ids), key), first_text + column]
        present += [np.ones(len(ids), dtype=bool)] * 2
        first_text += len(known)
    uint = np.full(len(whole), OF_VALUE_UINT)
    of_layer = np.full(len(whole), OF_LAYER_VALUE)
    layer = b"".join(
        [
            bytes([OF_LAYER_VERSION, 2]),
            _text(OF_LAYER_NAME, name),
            _features(ids, x, y, np.column_stack(tags), np.column_stack(present)),
            *[_text(OF_LAYER_KEY, key) for key in (*numbers, *words)],
            _varints(np.column_stack([of_layer, 1 + _size(whole), uint, whole]).ravel()),
            *[_sized(OF_LAYER_VALUE, _text(OF_VALUE_TEXT, text)) for text in texts],
            _varints(np.array([OF_LAYER_EXTENT, EXTENT])),
        ]
    )
    return _sized(OF_TILE_LAYER, layer)


def _features(ids: Ints, x: Ints, y: Ints, tags: Ints, present: npt.NDArray[np.bool_]) -> bytes:
    """The features of a layer; `tags` are pairs of key and value, `present` says which of them a feature has."""

    def always(number: int) -> Ints:
        return np.full(len(ids), number)

    geometry = [always(MOVE_ONCE), 2 * x, 2 * y]  # twice: the sign is the lowest bit
    tags_size = (_size(tags) * present).sum(axis=1)
    geometry_size = sum(_size(one) for one in geometry)
    before = [always(OF_FEATURE_ID), ids, always(OF_FEATURE_TAGS), tags_size]
    after = [always(OF_FEATURE_TYPE), always(POINT), always(OF_FEATURE_GEOMETRY), geometry_size, *geometry]
    size = sum(_size(one) for one in (*before, *after)) + tags_size
    stream = np.column_stack([always(OF_LAYER_FEATURE), size, *before, tags, *after])
    shown = np.ones(stream.shape, dtype=bool)
    shown[:, 2 + len(before) : 2 + len(before) + tags.shape[1]] = present
    return _varints(stream[shown])


def _size(numbers: Ints) -> Ints:
    """Bytes of each number as a varint: seven bits a byte."""
    steps = np.array([1 << 7, 1 << 14, 1 << 21, 1 << 28])
    return 1 + np.searchsorted(steps, numbers, side="right")


def _varints(numbers: Ints) -> bytes:
    size = _size(numbers)
    end = np.cumsum(size)
    written = np.zeros(end[-1] if len(end) else 0, dtype=np.uint8)
    for at in range(int(size.max(initial=0))):
        longer = size > at
        more = np.where(size[longer] > at + 1, 0x80, 0)  # another byte follows
        written[(end - size)[longer] + at] = numbers[longer] >> 7 * at & 0x7F | more
    return written.tobytes()


def _sized(field: int, data: bytes) -> bytes:
    return _varints(np.array([field, len(data)])) + data


def _text(field: int, text: str) -> bytes:
    return _sized(field, text.encode())
