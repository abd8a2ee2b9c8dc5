"""Weigh incidents on a list that ranks by harm: the weights of the city file, one a forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.place_list import Harm, ListRequest
from hotspots.errors import InputError


def harm_weights(
    config: Mapping[str, Any], request: ListRequest, forecasts: Sequence[StoredForecast], *, labels: Mapping[str, str]
) -> tuple[Harm | None, list[float]]:
    """Return the weights as the list says them, and one for each forecast; None and nothing where the list ranks by something else.

    Parameters
    ----------
    config : the city file as loaded.
    labels : of the crime types, by name.

    Raises
    ------
    InputError
        The city file has no weights, none for one of the types, or one forecast holds types of different weights.
    """
    if request.rank_by != "harm":
        return None, []
    section = config.get("harm")
    if not section:
        raise InputError(
            "--rank-by harm: the city file has no [harm] section; add one with weights and their source (docs/city_file.md) and load it."
        )
    weights: Mapping[str, float] = section["weights"]
    missing = [name for name in request.crime_types if name not in weights]
    if missing:
        raise InputError(
            f"--rank-by harm: [harm] of the city file has no weight for {', '.join(missing)}; it has {', '.join(weights)}."
        )
    together = next((one for one in forecasts if len({weights[name] for name in one.crime_types}) > 1), None)
    if together is not None:
        raise InputError(
            f"--rank-by harm: the forecast holds {', '.join(together.crime_types)} as one, and they weigh differently; "
            "make one for each: hotspots forecast --crime-type NAME."
        )
    said = {labels[name]: float(weights[name]) for name in request.crime_types}
    harm = Harm(unit=section["unit"], source=section["source"], weights=said)
    return harm, [float(weights[one.crime_types[0]]) for one in forecasts]
