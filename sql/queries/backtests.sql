-- Backtests as stored: what a city serves is what its own backtest supports.

-- name: insert_backtest(crime_types, settings, result)<!
insert into core.backtest (crime_types, settings, result) values (:crime_types, :settings, :result) returning backtest_id;

-- name: latest_backtest(crime_types, basis)^
-- The newest backtest of exactly these crime types on a basis.
select backtest_id, created_at, settings, result from core.backtest
where crime_types = :crime_types and settings ->> 'basis' = :basis
order by created_at desc, backtest_id desc limit 1;
