-- Backtests as stored: what a city serves is what its own backtest supports.

-- name: insert_backtest(crime_types, settings, result)<!
insert into core.backtest (crime_types, settings, result) values (:crime_types, :settings, :result) returning backtest_id;

-- name: latest_backtest(crime_types, basis, cell_size_m, horizon_days)^
-- The backtest of exactly these crime types on a basis, on cells of this size and windows of this length, that reaches the newest day; of
-- those the one made last. What was tried on other cells, other windows or up to an earlier day says nothing of what is served now, nor
-- does one without a decision: it holds what lists of several forecasts together found.
select backtest_id, crime_types, created_at, settings, result from core.backtest
where crime_types = :crime_types and settings ->> 'basis' = :basis and jsonb_array_length(coalesce(result -> 'decisions', '[]')) > 0
  and (settings ->> 'cell_size_m')::float8 = :cell_size_m::float8 and settings -> 'horizons_days' @> to_jsonb(:horizon_days::int)
order by (settings ->> 'end')::date desc, created_at desc, backtest_id desc limit 1;

-- name: read_backtest(backtest_id)^
select backtest_id, crime_types, created_at, settings, result from core.backtest where backtest_id = :backtest_id;

-- name: list_evidence(crime_types, cell_size_m, horizon_days, model, unit, shift, rank_by, forecasts)
-- What lists of one kind found, made from so many forecasts, the newest backtest first.
select b.settings ->> 'end' as end_day, one
from core.backtest b
cross join lateral jsonb_array_elements(coalesce(b.result -> 'lists', '[]')) as one
where b.crime_types = :crime_types and b.settings ->> 'basis' = 'true points'
  and (b.settings ->> 'cell_size_m')::float8 = :cell_size_m::float8
  and (one ->> 'horizon_days')::float8 = :horizon_days::float8 and one ->> 'model' = :model
  and one ->> 'unit' = :unit and one ->> 'shift' = :shift and one ->> 'rank_by' = :rank_by
  and coalesce((one ->> 'forecasts')::int, 1) = :forecasts
order by (b.settings ->> 'end')::date desc, b.created_at desc, b.backtest_id desc limit 5;
