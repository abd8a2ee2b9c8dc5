"""A city done by hand for tests of forecasts and lists: burglaries in two cells, bars, residents."""

from datetime import date, datetime, timedelta

import psycopg

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.pipeline.forecast.forecast import forecast
from tests.core_city_builder import CELL_M, add_factor, add_incident, build_city
from tests.database import TestDatabase

AS_OF = date(2025, 1, 1)
HOT, WARM = (75.0, 75.0), (1125.0, 1125.0)  # centres of the south-west and the north-east cell


def request(*crime_types: str, model: str = "long_run_count", **settings: object) -> ForecastRequest:
    return ForecastRequest(
        crime_types=crime_types, as_of=AS_OF, horizon_days=28, model=model, cell_size_m=CELL_M, **settings
    )  # type: ignore[arg-type]


def store_risk_terrain(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The risk terrain finds nothing in three busy cells: here is one as it would be stored, true of the south-west cell."""
    said = '{"factors": [{"words": "within 150 m of bars", "relative_risk_value": 2.5}], "warnings": ["bars may stand for stops"]}'
    connection.execute("update core.forecast set settings = jsonb_set(settings, '{risk_terrain}', %s)", [said])
    connection.execute(
        """update core.forecast_cell set detail = coalesce(detail, '{}') || '{"risk_factors": [0]}' where cell_id = 0"""
    )


def build_listed_city(database: TestDatabase) -> None:
    """The city with its forecasts of burglary."""
    with database.owner.connect() as connection:
        build_city(connection)
        for n in range(
            30
        ):  # 30 in the hot cell, one a day at 20:00 from 2 December 2024 (a Monday), and 10 in the warm one at noon
            add_incident(connection, f"hot {n}", HOT, datetime(2024, 12, 2, 20) + timedelta(days=n))
        for n in range(10):
            add_incident(connection, f"warm {n}", WARM, datetime(2024, 12, 2, 12) + timedelta(days=n))
        add_incident(connection, "second victim", HOT, datetime(2024, 12, 2, 20))
        add_incident(connection, "recorded elsewhere", (1000.0, 75.0), datetime(2024, 12, 3, 12), recorded_beat="1")
        add_incident(connection, "window still open", HOT, datetime(2024, 12, 31, 20), until=datetime(2025, 1, 1, 8))
        add_incident(connection, "later", HOT, datetime(2025, 1, 1, 0))
        add_incident(connection, "drugs", WARM, datetime(2024, 12, 9, 12), crime_type="narcotics")
        add_factor(connection, "bars", [(75.0, 75.0), (225.0, 75.0), (1125.0, 75.0)])
        add_factor(connection, "from next year", [(75.0, 75.0)], valid="[2026-01-01,)")
        connection.execute('update core.city set config = config || \'{"population": {"kind": "beat"}}\'')
        connection.execute(
            "insert into core.population (area_id, year, residents) select area_id, 2020, case code when '1' then 400 else 200 end "
            "from core.area where kind = 'beat'"
        )
        forecast(connection, request("burglary"))
        forecast(connection, request("burglary", model="kde"))
