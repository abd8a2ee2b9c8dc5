-- What forecasts learn from, and what they say.

-- name: read_crime_types()
select crime_type_id, name, label, initiated_by, sensitive from core.crime_type order by crime_type_id;

-- name: read_span()^
-- First day of the current incidents, and the newest delivery.
select first_day, known_on from core.ledger_span();

-- name: copy_true_points(start, end, crime_types)!
-- One row an event. Where the city file says so (same_event), records of the same place, time and type, one for each victim, are one, but
-- never where only a day or a month is known. Time is the middle of the reported window;
-- a window that is still open when the forecast is made was not known then. Delivered: the day of the first delivery that had the incident,
-- whatever a later one corrected.
copy (
    select min(st_x(l.geom)) as x, min(st_y(l.geom)) as y,
           extract(epoch from v.occurred_from + (coalesce(max(v.occurred_to), v.occurred_from) - v.occurred_from) / 2) / 86400.0 as t_days,
           v.crime_type_id, count(*) as records,
           extract(epoch from v.occurred_from) / 3600.0 as from_h,
           extract(epoch from coalesce(max(v.occurred_to), v.occurred_from)) / 3600.0 as to_h,
           least(min(v.known_from), min(earlier.known_from)) - date '1970-01-01' as delivered
    from core.incident_version as v
    left join (
        select incident_key, min(known_from) as known_from from core.incident_version where known_to is not null group by incident_key
    ) as earlier on earlier.incident_key = v.incident_key
    join core.location as l using (location_id)
    join core.crime_type as t using (crime_type_id)
    where v.known_to is null and l.in_study_area
      and v.occurred_from >= :start and coalesce(v.occurred_to, v.occurred_from) < :end
      and (t.initiated_by <> 'police' or v.crime_type_id = any(:crime_types))
    group by v.location_id, v.occurred_from, v.crime_type_id,
        case when v.time_precision in ('day', 'month') or not exists (
            select from core.city c where c.config #>> '{incidents,same_event}' = 'place and time'
        ) then v.version_id end
    order by v.occurred_from, v.location_id, v.crime_type_id
) to stdout with (format csv, header);

-- name: copy_anchors(start, end, crime_types)!
-- The same from what is public: anchors for points, hours for times.
copy (
    select st_x(a.geom) as x, st_y(a.geom) as y,
           (i.day - date '1970-01-01') + (coalesce(i.hour, 12) + 0.5) / 24.0 as t_days,
           i.crime_type_id, 1 as records
    from open.incident as i
    join open.anchor as a using (anchor_id)
    join open.crime_type as t using (crime_type_id)
    where a.status = 'located' and i.day >= :start and i.day < :end
      and (t.initiated_by <> 'police' or i.crime_type_id = any(:crime_types))
    order by i.day, i.anchor_id, i.crime_type_id, t_days
) to stdout with (format csv, header);

-- name: box_days(crime_type_ids, start, end, size_m, first_hour, n_hours)
select row_no, col_no, day, incidents
from desk.box_days(:crime_type_ids::int[], :start::date, :end::date, :size_m::float8, :first_hour::int, :n_hours::int);

-- name: read_risk_factors()
-- Every factor with the days for which it holds: [from, to).
select name, lower(valid) as valid_from, upper(valid) as valid_to, st_asbinary(geom) as geom from core.risk_factor order by risk_factor_id;

-- name: insert_forecast(grid_id, basis, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, known_on, police_initiated_reason)<!
insert into core.forecast (grid_id, basis, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, known_on,
                           police_initiated_reason)
values (:grid_id, :basis, :crime_types, :model, :model_version, :settings, :trained_from, :trained_to, :horizon_days, :known_on,
        :police_initiated_reason)
returning forecast_id;

-- name: copy_forecast_cells()!
copy core.forecast_cell (forecast_id, cell_id, expected, detail) from stdin with (format csv);

-- name: delete_same_forecast(basis, crime_types, model, trained_to, horizon_days)!
-- A forecast made again from the same vintage replaces the one before.
delete from core.forecast
where basis = :basis and crime_types = :crime_types and model = :model and trained_to = :trained_to and horizon_days = :horizon_days;

-- name: latest_forecast(basis, crime_types, model, as_of)^
-- The newest forecast of exactly these crime types on a basis: the one that is served, or the one of a model where one is named; of those
-- that cover a past day where one is given.
select forecast_id, grid_id, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, known_on,
       police_initiated_reason, created_at
from core.forecast
where basis = :basis and crime_types = :crime_types and (model = :model or (:model::text is null and (settings -> 'served')::boolean))
  and (:as_of::date is null or (trained_to <= :as_of::date and :as_of::date < trained_to + horizon_days))
order by trained_to desc, created_at desc limit 1;

-- name: stored_forecasts()
select basis, crime_types, model, trained_to, horizon_days, known_on from core.forecast order by basis, crime_types, trained_to desc, model;

-- name: read_forecast_cells(forecast_id)
select cell_id, expected, detail from core.forecast_cell where forecast_id = :forecast_id order by cell_id;

-- name: number_forecast(forecast_id)$
-- Its number for the public; those that are not public leave no gap in it.
update core.forecast set public_number = (select coalesce(max(public_number), 0) + 1 from core.forecast)
where forecast_id = :forecast_id returning public_number;

-- name: insert_open_forecast(forecast_id, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, words, backtest_id)!
-- Beside it the scores of this horizon without their curves, the decision, and the settings of the backtest behind it.
insert into open.forecast (forecast_id, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, vintage_id, words, backtest)
values (:forecast_id, :crime_types, :model, :model_version, :settings, :trained_from, :trained_to, :horizon_days,
        (select max(vintage_id) from open.vintage), :words, (
            select jsonb_build_object(
                'scores', (
                    select jsonb_agg(one - '{area_share,capture_curve,best_curve}'::text[] order by place)
                    from jsonb_array_elements(b.result -> 'scores') with ordinality as score (one, place)
                    where (one ->> 'horizon_days')::float8 = :horizon_days
                ),
                'settings', b.settings,
                'decision', (
                    select one from jsonb_array_elements(b.result -> 'decisions') as one where (one ->> 'horizon_days')::float8 = :horizon_days limit 1
                )
            )
            from core.backtest b where b.backtest_id = :backtest_id
        ));

-- name: insert_open_forecast_cells(grid_id, forecast_id, number)!
-- Level: expected incidents a square metre against the city's mean, breaks at 0.5, 1, 2 and 4 times.
insert into open.forecast_cell (forecast_id, cell_id, expected, level, geom)
with scored as (
    select f.cell_id, f.expected, c.geom, c.area_m2,
           (f.expected / c.area_m2) / nullif(sum(f.expected) over () / sum(c.area_m2) over (), 0) as times_mean
    from core.forecast_cell as f
    join core.cell as c on c.grid_id = :grid_id and c.cell_id = f.cell_id
    where f.forecast_id = :forecast_id
)
select :number, cell_id, expected,
       case when times_mean >= 4 then 5 when times_mean >= 2 then 4 when times_mean >= 1 then 3 when times_mean >= 0.5 then 2 else 1 end,
       geom
from scored;

-- name: delete_open_forecasts(crime_types)!
delete from open.forecast where crime_types = :crime_types;

-- name: read_open_vintage()^
select vintage_id, known_on, first_day, newest_day from open.vintage order by vintage_id desc limit 1;

-- name: read_gaps()
-- First day and the day after the last of each stretch of which nothing is known, as the newest publication found them.
select lower(g), upper(g)
from (select gaps from open.vintage order by vintage_id desc limit 1) v cross join unnest(v.gaps) as g
order by 1;
