-- Whoever reads an area also reads 500 m across its border: a street that is the border belongs to both sides.
create function desk.readable_ground() returns geometry
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if person.account_id is null or person.all_areas or person.role not in ('analyst', 'commander') then
        return null;
    end if;
    return (
        select st_buffer(st_simplify(st_union(a.geom), 5), 500, 4)
        from core.area a where a.kind || ':' || a.code = any(person.areas) and upper_inf(a.valid)
    );
end
$$;
comment on function desk.readable_ground() is
    'The ground whose incidents the asking account may read beside those of its areas by record: the areas and 500 m around them; null for all, and for none.';

create or replace view desk.location as
select
    l.location_id as anchor_id, 'location'::text as kind,
    case when l.geom is null then 'no_location' when l.in_study_area is false then 'outside' else 'located' end as status,
    coalesce(l.address, 'Location without an address') as name, null::int as addresses,
    l.geom, st_transform(l.geom, 3857) as geom_3857, l.world_x, l.world_y, l.precision, l.label_set_id
from core.location l
where (select desk.readable_label_sets()) is null or l.label_set_id = any((select desk.readable_label_sets())::int[])
    or st_intersects(l.geom, (select desk.readable_ground()));

create or replace view desk.incident as
select
    v.public_id, v.location_id as anchor_id, v.occurred_from::date as day,
    (case
        when v.occurred_to is null or v.occurred_to - v.occurred_from <= interval '60 minutes' then extract(hour from v.occurred_from)
    end)::smallint as hour,
    v.crime_type_id, v.location_type_id, v.arrest,
    v.incident_key, v.occurred_from, v.occurred_to, v.reported_at, s.words, v.known_from
from core.incident_version v
join core.location l on l.location_id = v.location_id
left join core.source_type s on s.source_type_id = v.source_type_id
where v.known_to is null
  and ((select desk.readable_label_sets()) is null or l.label_set_id = any((select desk.readable_label_sets())::int[])
    or st_intersects(l.geom, (select desk.readable_ground())));

create or replace view desk.location_area as
select u.area_id, l.location_id as anchor_id
from core.location l
join core.label_set s on s.label_set_id = l.label_set_id
cross join unnest(s.area_ids) as u (area_id)
where u.area_id is not null
  and ((select desk.readable_label_sets()) is null or l.label_set_id = any((select desk.readable_label_sets())::int[])
    or st_intersects(l.geom, (select desk.readable_ground())));

-- How many incidents fall into a range of days: without it a year is guessed to be a two-hundredth of all rows, and every one is looked up.
create statistics core.incident_version_on_day on (occurred_from::date) from core.incident_version;
