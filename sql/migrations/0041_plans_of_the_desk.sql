-- The guard of 0030 in words that the planner understands, and that cost nothing where an account may read every area. Of "(guard) is null or …"
-- it guesses that one row in a hundred passes, where for most accounts every row does, and then looks incidents up one by one; of a case it
-- guesses half. What passes is the same: a case that is not true, null included, keeps the row back.
create or replace view desk.location as
select
    l.location_id as anchor_id, 'location'::text as kind,
    case when l.geom is null then 'no_location' when l.in_study_area is false then 'outside' else 'located' end as status,
    coalesce(l.address, 'Location without an address') as name, null::int as addresses,
    l.geom, st_transform(l.geom, 3857) as geom_3857, l.world_x, l.world_y, l.precision, l.label_set_id
from core.location l
where case
    when (select desk.readable_label_sets()) is null then true
    else l.label_set_id = any((select desk.readable_label_sets())::int[]) or st_intersects(l.geom, (select desk.readable_ground()))
end;

-- The locations of a narrow account are gathered once, at the first row, and are not gathered at all for an account of all areas.
create or replace view desk.incident as
select
    v.public_id, v.location_id as anchor_id, v.occurred_from::date as day,
    (case
        when v.occurred_to is null or v.occurred_to - v.occurred_from <= interval '60 minutes' then extract(hour from v.occurred_from)
    end)::smallint as hour,
    v.crime_type_id, v.location_type_id, v.arrest,
    v.incident_key, v.occurred_from, v.occurred_to, v.reported_at, s.words, v.known_from
from core.incident_version v
left join core.source_type s on s.source_type_id = v.source_type_id
where v.known_to is null
  and case
    when (select desk.readable_label_sets()) is null then true
    else v.location_id in (
        select l.location_id from core.location l
        where l.label_set_id = any((select desk.readable_label_sets())::int[]) or st_intersects(l.geom, (select desk.readable_ground()))
    )
  end;

-- Areas are looked for among the label sets, of which there are thousands, and lead to the locations, of which there are a hundred times as
-- many: "offset 0" keeps the planner from unfolding the areas of every location first.
create or replace view desk.location_area as
select s.area_id, l.location_id as anchor_id
from (
    select u.area_id, s.label_set_id from core.label_set s cross join unnest(s.area_ids) as u (area_id) where u.area_id is not null offset 0
) s
join core.location l on l.label_set_id = s.label_set_id
where case
    when (select desk.readable_label_sets()) is null then true
    else l.label_set_id = any((select desk.readable_label_sets())::int[]) or st_intersects(l.geom, (select desk.readable_ground()))
end;

-- The few locations without a point or beyond the city, told without a look at the others. The predicate is that of the views, word by word.
create index location_apart on core.location (location_id)
    where case when geom is null then 'no_location' when in_study_area is false then 'outside' else 'located' end <> 'located';

-- How many incidents fall on a weekday: without it five of seven are guessed to be one in sixty.
create statistics core.incident_version_on_weekday on ((mod(occurred_from::date - date '0001-01-01', 7) + 1)) from core.incident_version;
