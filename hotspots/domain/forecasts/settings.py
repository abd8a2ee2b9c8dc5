"""Settings of a forecast as stored: how it was made, why this model is served, and what its model announced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRisk:
    """How many times the usual risk places near a risk factor have, with its interval; None where no interval is stored."""

    words: str
    relative_risk_value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerrainSummary:
    """The risk factors of a risk terrain, what to beware of, its family of counts, and why there is no terrain where there is none."""

    factors: tuple[FactorRisk, ...] = ()
    warnings: tuple[str, ...] = ()
    family: str | None = None
    left_out: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and dicts, without what is not said."""
        body = {"factors": [asdict(one) for one in self.factors], "warnings": list(self.warnings)}
        return body | {name: said for name in ("family", "left_out") if (said := getattr(self, name)) is not None}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read what :meth:`as_json` gave."""
        factors = tuple(FactorRisk(**one) for one in body["factors"])
        return cls(
            factors=factors,
            warnings=tuple(body.get("warnings", ())),
            family=body.get("family"),
            left_out=body.get("left_out"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSettings:
    """Settings of a stored forecast. What an earlier version did not store is None or empty.

    Attributes
    ----------
    cell_size_m : side of a cell, metres.
    gate : why this model is served.
    served : whether this forecast is the one that is served, rather than the count that is stored beside it.
    notes : what to know when reading it.
    risk_terrain : of the known risk factors; None where there are none, and on the public basis.
    announced : what the model itself announced: each model has settings of its own.
    """

    cell_size_m: float | None = None
    gate: str = ""
    served: bool = False
    notes: tuple[str, ...] = ()
    risk_terrain: TerrainSummary | None = None
    announced: Mapping[str, Any] = field(default_factory=dict)

    @property
    def city_total(self) -> float | None:
        """Expected incidents in the whole city, where the model announces them."""
        return self.announced.get("city_total")

    @property
    def fell_back_to(self) -> str | None:
        """Which model stood in for want of history, and why; None where none did."""
        return self.announced.get("fell_back_to")

    def as_json(self) -> dict[str, Any]:
        """Return one flat object: the model's settings and those of the forecast beside them."""
        body = {
            **self.announced,
            "cell_size_m": self.cell_size_m,
            "gate": self.gate,
            "served": self.served,
            "notes": list(self.notes),
        }
        return body if self.risk_terrain is None else {**body, "risk_terrain": self.risk_terrain.as_json()}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read what :meth:`as_json` gave."""
        own = ("cell_size_m", "gate", "served", "notes", "risk_terrain")
        terrain = body.get("risk_terrain")
        return cls(
            cell_size_m=body.get("cell_size_m"),
            gate=body.get("gate", ""),
            served=body.get("served", False),
            notes=tuple(body.get("notes", ())),
            risk_terrain=None if terrain is None else TerrainSummary.from_json(terrain),
            announced={name: value for name, value in body.items() if name not in own},
        )
