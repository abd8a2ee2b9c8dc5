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
