-- Features of the open data, a page at a time along a key that an index follows: what comes after a row costs the same
-- on the first page and on the last. {where} and {limit} are filled in by hotspots/store/public/features.py.

-- name: incidents()$
-- Newest first, of some days. Cut before the words are looked up.
select
    i.public_id::text, i.day, i.hour, t.name, t.crime_group, l.name, i.arrest, a.anchor_id, a.name, a.status,
    (select timezone from open.city),
    array(select aa.area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id),
    st_x(st_transform(a.geom, 4326)), st_y(st_transform(a.geom, 4326))
from (
    select i.*
    from open.incident i
    where {where}
    order by i.day desc, i.public_id
    limit {limit}
) i
join open.crime_type t on t.crime_type_id = i.crime_type_id
join open.anchor a on a.anchor_id = i.anchor_id
left join open.location_type l on l.location_type_id = i.location_type_id
order by i.day desc, i.public_id

-- name: incidents_after()$
(i.day < {day} or i.public_id > {public_id})

-- name: incidents_of_days()$
-- Some days of the question's period: an index leads to them whatever else is asked.
i.day >= {since} and i.day < {until}

-- name: in_hours_at_ends()$
-- On a day that is inside in part, the hour must be known.
(i.day > {first} or i.hour >= {first_hour} or {first_hour} = 0)
and (i.day < {last} or i.hour <= {last_hour} or {last_hour} = 23)

-- name: hour_unknown_at_ends()$
i.hour is null and ((i.day = {first} and {first_hour} > 0) or (i.day = {last} and {last_hour} < 23))

-- name: incidents_one()$
i.public_id = {public_id}

-- name: incidents_in_box()$
-- Whole units of the world's square of web tiles (4 cm), with one to spare for the rounding of published coordinates.
i.anchor_id in (
    select a.anchor_id
    from open.anchor a
    where a.geom is not null and a.world_x between {west} and {east} and a.world_y between {north} and {south}
)

-- name: areas()$
select f.area_id, f.kind, k.label, f.code, f.name, f.residents, f.residents_year, {geometry}
from open.area f
join open.area_kind k on k.kind = f.kind
where {where}
order by f.area_id
limit {limit}

-- name: areas_after()$
f.area_id > {area_id}

-- name: areas_one()$
f.area_id = {area_id}

-- name: places()$
select f.place_id, f.kind, f.kind_label, f.name, {geometry}
from open.place f
where {where}
order by f.place_id
limit {limit}

-- name: places_after()$
f.place_id > {place_id}

-- name: places_one()$
f.place_id = {place_id}

-- name: forecasts()$
select
    f.forecast_id || '-' || f.cell_id, f.forecast_id, f.cell_id, array_to_string(p.crime_types, ','),
    p.model || ' ' || p.model_version, p.trained_to, p.trained_to + p.horizon_days - 1, f.expected::float8, f.level, {geometry}
from open.forecast_cell f
join open.forecast p on p.forecast_id = f.forecast_id
where {where}
order by f.forecast_id, f.cell_id
limit {limit}

-- name: forecasts_after()$
(f.forecast_id, f.cell_id) > ({forecast_id}, {cell_id})

-- name: forecasts_one()$
f.forecast_id = {forecast_id} and f.cell_id = {cell_id}

-- name: actions()$
select
    f.effect_id, f.remedy, array_to_string(f.crime_types, ','), f.starts_on, f.ends_on, f.method, f.verdict,
    f.ratio, f.low, f.high, f.sentence, {geometry}
from open.done_action f
where {where}
order by f.effect_id
limit {limit}

-- name: actions_after()$
f.effect_id > {effect_id}

-- name: actions_one()$
f.effect_id = {effect_id}

-- name: of_forecast()$
f.forecast_id = {forecast}

-- name: in_interval()$
-- Forecasts whose days the interval touches.
f.forecast_id in (
    select p.forecast_id
    from open.forecast p
    where p.trained_to <= {last} and p.trained_to + p.horizon_days > {first}
)

-- name: done_in_interval()$
-- Actions whose days the interval touches.
f.starts_on <= {last} and f.ends_on >= {first}

-- name: of_kind()$
f.kind = {kind}

-- name: in_box()$
st_intersects(f.geom_3857, st_transform(st_makeenvelope({west}, {south}, {east}, {north}, 4326), 3857))

-- name: count_features()$
select count(*) from {table} f where {where}

-- name: count_incidents()$
select count(*) from open.incident i where {where}

-- A shape in degrees, six decimals (10 cm), as each format writes it.

-- name: as_geojson()$
st_asgeojson(st_transform({shape}, 4326), 6)

-- name: as_wkt()$
st_astext(st_transform({shape}, 4326), 6)

-- name: as_wkb()$
st_asbinary(st_transform({shape}, 4326))

-- One type of geometry a collection, as files of GIS want it; outer rings run against the clock (RFC 7946).

-- name: many()$
st_multi(st_forcepolygonccw(f.geom))

-- name: one_point()$
st_pointonsurface(f.geom)
