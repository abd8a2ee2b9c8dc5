-- What the city is, what was published, and what a filter can name.

-- name: read_city()^
select name, service, timezone, srid, invented, attribution, disclaimer, map_days, west, south, east, north, licence, licence_url
from open.city;

-- name: read_vintage()^
select vintage_id, published_at, known_on, first_day, newest_day, incidents, labels_version, data_from, delivery_interval_days
from open.vintage
order by vintage_id desc
limit 1;

-- name: read_vintage_id()$
select max(vintage_id) from open.vintage;

-- name: read_crime_types()
select crime_type_id, name, label, crime_group, initiated_by from open.crime_type order by label, name;

-- name: read_area_kinds()
select kind, label from open.area_kind order by position;

-- name: read_areas()
select area_id, kind, code, name, residents, residents_year, residents_source, km2, is_current from open.area;

-- name: has_addresses()$
-- Whether a search can find an address, a block or a crossing, and not only areas and places.
select exists (select from open.gazetteer where kind in ('address', 'block', 'intersection'));

-- name: read_place_kinds()
select kind, min(kind_label), count(*) from open.place group by kind order by 2, 1;

-- name: read_location_types()
select name from open.location_type order by name;

-- name: has_arrest()$
-- Whether it is published that an arrest was made.
select coalesce((select arrest from open.city), false);

-- name: has_gazetteer_entry(gazetteer_id)$
select exists (select from open.gazetteer where gazetteer_id = :gazetteer_id);

-- name: read_forecasts()
select forecast_id, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, vintage_id, words, backtest
from open.forecast
order by forecast_id desc;
