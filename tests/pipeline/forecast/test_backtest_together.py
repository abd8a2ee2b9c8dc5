"""Lists of several types together, by number and by harm: what a backtest says of them is what independent SQL counts."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from psycopg.types.json import Jsonb

from hotspots.domain.forecasts.backtest import BacktestRequest
from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.domain.place_list import ListRequest
from hotspots.pipeline.at_risk.at_risk import at_risk
from hotspots.pipeline.forecast.backtest import run_backtest
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.store.staff.backtests import latest_backtest
from tests.core_city_builder import CELL_M, add_incident, build_city
from tests.database import TestDatabase

END = date(2025, 1, 1)


def test_lists_by_harm_and_of_several_types_are_judged_by_their_own_sums(database: TestDatabase) -> None:
    harm = {"unit": "days", "source": "the city's own table", "weights": {"burglary": 1, "robbery": 50}}
    both = BacktestRequest(
        crime_types=("burglary", "robbery"),
        models=("long_run_count",),
        origins=3,
        horizons_days=(14,),
        end=END,
        cell_size_m=CELL_M,
        workers=1,
    )
    listed = ListRequest(crime_types=both.crime_types, unit="cell", places=1, rank_by="harm", random_share=0.0)
    with database.owner.connect() as connection:
        build_city(connection)
        for n in range(200):  # each second day one in the south-west cell, and one that wanders through the others
            day = datetime(2024, 1, 1, 12) + timedelta(days=n * 1.8)
            add_incident(connection, f"same {n}", (75.0, 75.0), day)
            add_incident(connection, f"other {n}", (75.0 + 150 * (n % 8), 75.0 + 150 * (n // 8 % 8)), day)
        for n in range(90):  # every fourth day one, at one place, where burglars come too
            day = datetime(2024, 1, 2, 9) + timedelta(days=n * 4)
            add_incident(connection, f"robbery {n}", (975.0, 75.0), day, crime_type="robbery")
        connection.execute("update core.city set config = config || %s", [Jsonb({"harm": harm})])
        judged = run_backtest(connection, replace(both, models=("kde",)))
        for name in both.crime_types:
            forecast(
                connection,
                ForecastRequest(crime_types=(name,), as_of=END, horizon_days=14, model=None, cell_size_m=CELL_M),
            )
        shares = connection.execute(
            """with event as (
                   select distinct v.location_id, v.occurred_from, t.name, case t.name when 'robbery' then 50 else 1 end as harm
                   from core.incident_version v join core.crime_type t using (crime_type_id)
                   where v.occurred_from >= '2024-11-20' and v.occurred_from < '2025-01-01')
               select sum(harm) filter (where location_id in (select location_id from event where name = 'robbery')) * 1.0 / sum(harm)
               from event group by floor(extract(epoch from occurred_from - '2024-11-20') / 86400 / 14)"""
        ).fetchall()
    with database.staff.connect() as connection:
        by_harm = at_risk(connection, listed, today=END)
        plain = at_risk(connection, replace(listed, rank_by="density"), today=END)
        one_type = at_risk(connection, replace(listed, crime_types=("robbery",)), today=END)
        untried = at_risk(connection, replace(listed, places=5), today=END)
    row = next(
        one for one in judged.together if (one.model, one.unit, one.shift, one.rank_by) == ("kde", "box", "", "harm")
    )
    found = 100 * row.found[row.sizes.index(20)]
    (said,) = [words for words in judged.sentences_together() if "unit box by expected harm per km²" in words]
    assert said.startswith(
        f"Lists of burglary, robbery together, the first 20 of unit box by expected harm per km²: kde found {found:.1f} % ("
    )
    assert "of the harm of the reported incidents over 3 windows" in said
    assert by_harm.evidence is not None and len(shares) == 3
    assert by_harm.evidence.found == pytest.approx(sum(float(share) for (share,) in shares) / 3, abs=1e-5)
    assert "% (" in by_harm.evidence_words and "of the harm of the reported incidents" in by_harm.evidence_words
    assert plain.evidence is not None and plain.evidence.found != by_harm.evidence.found
    assert (
        one_type.evidence is not None and one_type.evidence.found == 1.0
    )  # of one type every incident weighs the same
    assert untried.evidence is not None and untried.evidence.units == 5
    with database.owner.connect() as connection:
        connection.execute("update core.city set config = jsonb_set(config, '{harm,weights,robbery}', '40')")
    with database.staff.connect() as connection:
        other_weights = at_risk(connection, listed, today=END)
    assert other_weights.evidence is None and "ranked by harm with these weights" in other_weights.evidence_words
    with database.owner.connect() as connection:
        together = latest_backtest(
            connection, crime_types=both.crime_types, basis="true points", cell_size_m=CELL_M, horizon_days=14
        )
    assert together is None  # no model of both types as one was judged
