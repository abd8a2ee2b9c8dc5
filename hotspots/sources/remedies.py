"""The table of remedies: the shipped one, or the city's own copy of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from hotspots.errors import InputError

Strength = Literal["strong", "moderate", "weak", "no effect found", "little effect on crime", "harmful in a trial"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
OWN_FILE = "remedies.toml"


class Remedy(BaseModel):
    """One remedy with its evidence by EMMIE [Johnson, Tilley & Bowers 2015]."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    name: str
    label: str
    factors: tuple[str, ...]
    owner: str
    strength: Strength
    effect: str
    mechanism: str
    moderators: str
    implementation: str
    economics: str
    reference: str


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    remedy: tuple[Remedy, ...]


def read_remedies(shipped: Path, *, home: Path | None) -> dict[str, Remedy]:
    """By name, the remedies of the city's own file in `home` where it has one, else the shipped ones.

    Raises
    ------
    InputError
        The file is no table of remedies; the message names the file, the entry and what is wrong.
    """
    own = home / OWN_FILE if home else None
    file = own if own and own.is_file() else shipped
    try:
        table = _Table.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is not a TOML file: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{file}: {where}: {first['msg']}.") from None
    remedies = {one.name: one for one in table.remedy}
    if len(remedies) < len(table.remedy):
        raise InputError(f"{file}: two remedies have one name: give each its own.")
    return remedies
