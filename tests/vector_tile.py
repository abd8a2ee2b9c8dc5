"""Read a Mapbox vector tile (specification 2.1), as a renderer would: for tests only, written from the specification."""

import struct
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Feature:
    """One feature: its id, its attributes, and the first point of its geometry in tile units."""

    id: int
    kind: int  # 1 point, 2 line, 3 polygon
    attributes: dict[str, Any]
    x: int
    y: int


def read_tile(tile: bytes) -> dict[str, list[Feature]]:
    """Layers of a tile by name."""
    return dict(_layer(value) for field, value in _fields(tile) if field == 3)


def _layer(data: bytes) -> tuple[str, list[Feature]]:
    name, keys, values, features = "", [], [], []
    for field, value in _fields(data):
        if field == 1:
            name = value.decode()
        elif field == 2:
            features.append(value)
        elif field == 3:
            keys.append(value.decode())
        elif field == 4:
            values.append(_value(value))
    return name, [_feature(feature, keys, values) for feature in features]


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    number, kind, tags, geometry = 0, 0, [], []
    for field, value in _fields(data):
        if field == 1:
            number = value
        elif field == 2:
            tags = _varints(value)
        elif field == 3:
            kind = value
        elif field == 4:
            geometry = _varints(value)
    attributes = {keys[tags[at]]: values[tags[at + 1]] for at in range(0, len(tags), 2)}
    return Feature(number, kind, attributes, _zigzag(geometry[1]), _zigzag(geometry[2]))


def _value(data: bytes) -> Any:
    ((field, value),) = _fields(data)
    if field == 1:
        return value.decode()
    if field in (2, 3):
        return struct.unpack("<f" if field == 2 else "<d", value)[0]
    return {4: value, 5: value, 6: _zigzag(value) if field == 6 else value, 7: bool(value)}[field]


def _fields(data: bytes) -> list[tuple[int, Any]]:
    found, at = [], 0
    while at < len(data):
        tag, at = _varint(data, at)
        field, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(wire)
            if size is None:
                size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        found.append((field, value))
    return found


def _varints(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
