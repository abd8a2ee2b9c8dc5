-- What was known on the day of each delivery, as changes (open.known_change): of today's public incidents only, in every
-- version they had. Written by hotspots/store/publication/known_counts.py. {versions} are versions as one publication sees them.

-- name: collect_touched(end, old_end)!
-- Incidents whose changes may differ now: what deliveries brought, changed or withdrew, and days that are released or taken back.
create temporary table touched on commit drop as
select incident_key from due_version
union
select v.incident_key from closed_version c join core.incident_version v using (version_id)
union
select incident_key from core.incident_version where occurred_from >= :end::date and occurred_from < :old_end::date;

-- name: collect_keys(keys)!
create temporary table touched on commit drop as
select unnest(:keys::text[]) as incident_key;

-- name: collect_versions_now()!
create temporary table version_now on commit drop as
select v.* from touched join core.incident_version v using (incident_key) where v.known_to is null
union all
select v.* from touched join core.incident_version v using (incident_key) where v.known_to is not null;

-- name: collect_versions_before(deliveries)!
-- As the last publication saw them: without what these deliveries brought, and with what they closed still current.
create temporary table version_before on commit drop as
select
    incident_key, occurred_from, crime_type_id, location_id, sensitive, known_from,
    case when closed_by is null or closed_by <> all(:deliveries::int[]) then known_to end as known_to
from version_now
where delivery_id <> all(:deliveries::int[]);

-- name: drop_collected()#
drop table if exists touched, version_now, version_before;

-- name: add_changes(sign, end, kind, withhold)!
-- A version counts from the day it was known to the day it was not any more; an incident that is not public today counts never.
with grouped as materialized (
    select
        v.known_from, v.known_to, date_trunc('month', v.occurred_from)::date as month, v.crime_type_id,
        a.label_ids[(select position from core.area_kind where kind = :kind)] as area_id,
        count(*) as incidents
    from {versions} v
    join core.crime_type t using (crime_type_id)
    left join core.location_anchor l using (location_id)
    left join core.anchor a using (anchor_id)
    where not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[]) and v.occurred_from < :end::date
        and (v.known_to is null or exists (
            select
            from {versions} c
            join core.crime_type ct using (crime_type_id)
            where c.incident_key = v.incident_key and c.known_to is null and c.occurred_from < :end::date
                and not c.sensitive and not ct.sensitive and ct.name <> all(:withhold::text[])
        ))
    group by 1, 2, 3, 4, 5
), step as (
    select s.known_on, g.month, g.area_id, g.crime_type_id, s.direction * g.incidents as change
    from grouped g
    cross join lateral (values (g.known_from, 1), (g.known_to, -1)) as s (known_on, direction)
    where s.known_on is not null
)
insert into open.known_change as o (known_on, month, area_id, crime_type_id, change)
select known_on, month, 0, crime_type_id, :sign::int * sum(change) from step group by 1, 2, 4 having sum(change) <> 0
union all
select known_on, month, area_id, 0, :sign::int * sum(change) from step where area_id is not null group by 1, 2, 3 having sum(change) <> 0
on conflict (month, area_id, crime_type_id, known_on) do update set change = o.change + excluded.change;

-- name: delete_changes()!
delete from open.known_change;

-- name: delete_nothings()!
delete from open.known_change where change = 0;
