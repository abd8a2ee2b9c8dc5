-- Freshness, vintages, and counts that add up.

-- name: count_versions()^
-- versions = current + superseded + withdrawn; current = inside + outside + unplaced + without location.
select
    count(*) as versions,
    count(*) filter (where v.known_to is null) as current,
    count(*) filter (where v.known_to is not null and not v.withdrawn) as superseded,
    count(*) filter (where v.withdrawn) as withdrawn,
    count(*) filter (where v.known_to is null and l.in_study_area) as inside,
    count(*) filter (where v.known_to is null and not l.in_study_area) as outside,
    count(*) filter (where v.known_to is null and l.in_study_area is null and l.geom is not null) as unplaced,
    count(*) filter (where v.known_to is null and l.geom is null) as without_location,
    min(v.occurred_from) filter (where v.known_to is null)::date as first_day,
    max(v.occurred_from) filter (where v.known_to is null)::date as last_day
from core.incident_version v
join core.location l using (location_id);

-- name: sum_deliveries()^
-- What became of the records of all deliveries of incidents.
select
    count(*) as deliveries, max(known_on) as known_on, max(loaded_at) as loaded_at,
    coalesce(sum((summary ->> 'read')::bigint), 0)::bigint as read,
    coalesce(sum((summary ->> 'new')::bigint), 0)::bigint as new,
    coalesce(sum((summary ->> 'changed')::bigint), 0)::bigint as changed,
    coalesce(sum((summary ->> 'unchanged')::bigint), 0)::bigint as unchanged,
    coalesce(sum((summary ->> 'withdrawn')::bigint), 0)::bigint as withdrawn,
    coalesce(sum((summary ->> 'rejected')::bigint), 0)::bigint as rejected
from raw.delivery
where dataset = 'incidents';

-- name: list_datasets()
-- The newest delivery of everything but incidents.
select distinct on (dataset) dataset, file, known_on, loaded_at
from raw.delivery
where dataset <> 'incidents'
order by dataset, delivery_id desc;

-- name: newest_vintage()^
select
    vintage_id, published_at, known_on, first_day, newest_day, incidents, labels_version,
    array(select lower(gap) || ' to ' || (upper(gap) - 1) from unnest(gaps) as gap)
from open.vintage
order by vintage_id desc
limit 1;

-- name: city_gaps()
select lower(g), upper(g) from (select gaps from open.vintage order by vintage_id desc limit 1) v cross join unnest(v.gaps) as g order by 1;

-- name: days_of_areas_and_types()
-- Up to the newest public day: what is newer is not whole yet.
with counted as (
    select v.crime_type_id, l.label_set_id, v.occurred_from::date as day, count(*) as incidents
    from core.incident_version v
    join core.location l using (location_id)
    where v.known_to is null and v.time_precision is distinct from 'month'
        and v.occurred_from < (select newest_day + 1 from open.vintage order by vintage_id desc limit 1)
        and v.occurred_from >= (select coalesce(data_from, first_day) from open.vintage order by vintage_id desc limit 1)
    group by 1, 2, 3
)
select 'type', t.label, c.day, sum(c.incidents)::int
from counted c
join core.crime_type t using (crime_type_id)
where t.initiated_by <> 'police'
group by 2, 3
union all
select a.kind, a.name, c.day, sum(c.incidents)::int
from counted c
join core.label_set s using (label_set_id)
cross join unnest(s.area_ids) as u (area_id)
join core.area a on a.area_id = u.area_id
group by 1, 2, a.code_key, 3;
