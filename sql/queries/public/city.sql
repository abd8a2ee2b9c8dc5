-- What the city is, what was published, and what a filter can name; in a language, where the city has its words.

-- name: read_city(language)^
select
    name, coalesce(words #>> array[:language, 'service'], service), timezone, srid, invented,
    coalesce(words #>> array[:language, 'attribution'], attribution), coalesce(words #>> array[:language, 'disclaimer'], disclaimer),
    map_days, west, south, east, north, licence, licence_url, case when :language <> 'en' and words #>> array[:language, 'disclaimer'] is null then 'en' end,
    by_month, distances, clock
from open.city;

-- name: read_vintage()^
select vintage_id, published_at, known_on, first_day, newest_day, incidents, labels_version, data_from, delivery_interval_days, withheld, gaps, area_gaps
from open.vintage
order by vintage_id desc
limit 1;

-- name: newest_incident()$
-- The newest public day on which anything happened.
select max(day) from open.incident;

-- name: read_feeds()
select feed, last_success, failing_since from open.feed order by feed;

-- name: read_vintage_id()$
select max(vintage_id) from open.vintage;

-- name: read_crime_types(language)
select t.crime_type_id, t.name, coalesce(c.words #>> array[:language, 'labels', t.label], t.label), t.crime_group, t.initiated_by, t.hidden
from open.crime_type t
left join open.city c on true;

-- name: read_area_kinds(language)
select k.kind, coalesce(c.words #>> array[:language, 'labels', k.label], k.label)
from open.area_kind k
left join open.city c on true
where k.is_label
order by k.position;

-- name: is_by_month()$
-- Whether the records tell months only.
select coalesce((select by_month from open.city), false);

-- name: read_kinds_by_month_only()
-- Kinds of area that count sensitive reports only.
select kind from open.area_kind where not is_label;

-- name: read_areas(language)
select
    a.area_id, a.kind, a.code, a.name, a.residents, a.residents_year,
    coalesce(c.words #>> array[:language, 'labels', a.residents_source], a.residents_source), a.km2, a.is_current
from open.area a
left join open.city c on true;

-- name: read_area_frames(kind)
-- A point inside each area to write its name at, and its box, in degrees.
select a.area_id, st_x(p.at), st_y(p.at), st_xmin(p.box), st_ymin(p.box), st_xmax(p.box), st_ymax(p.box)
from open.area a
cross join lateral (select st_transform(st_pointonsurface(a.geom), 4326) as at, st_transform(st_envelope(a.geom), 4326)::box3d as box) p
where a.kind = :kind;

-- name: read_street_kinds()
-- What a search finds on streets, and not only areas and places.
select k.kind
from unnest(array['address', 'block', 'intersection']) with ordinality as k (kind, position)
cross join lateral (select from open.gazetteer g where g.kind = k.kind limit 1) g
order by k.position;

-- name: read_place_kinds(language)
select p.kind, coalesce(c.words #>> array[:language, 'labels', p.label], p.label), p.places
from (select kind, min(kind_label) as label, count(*) as places from open.place group by kind) p
left join open.city c on true;

-- name: read_location_types(language)
-- Of a group: the words that it stands for too.
select
    l.name, coalesce(c.words #>> array[:language, 'location_types', l.name], l.name), l.members,
    array(
        select coalesce(c.words #>> array[:language, 'location_types', m.name], m.name)
        from unnest(l.members) with ordinality as m (name, position) order by m.position
    )
from open.location_type l
left join open.city c on true;

-- name: has_arrest()$
-- Whether it is published that an arrest was made.
select coalesce((select arrest from open.city), false);

-- name: has_gazetteer_entry(gazetteer_id)$
select exists (select from open.gazetteer where gazetteer_id = :gazetteer_id);

-- name: read_forecasts()
select forecast_id, crime_types, model, model_version, settings, trained_from, trained_to, horizon_days, vintage_id, words, backtest
from open.forecast
order by forecast_id desc;
