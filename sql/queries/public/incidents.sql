-- Counts and rows of the incidents {incident} that a filter leaves. {where} is the filter's (store/incident_filter.py),
-- {day} the day that an incident counts to. Every breakdown sums to the total.

-- name: count_by_status()$
-- Few anchors have no point, so the join is with those only.
select
    count(*) filter (where a.status is null),
    count(*) filter (where a.status = 'no_location'),
    count(*) filter (where a.status = 'outside')
from {incident} i
left join {anchor} a on a.anchor_id = i.anchor_id and a.status <> 'located'
where {where}

-- name: count_all()$
select count(*)
from {incident} i
where {where}

-- name: sensitive_months()$
-- Months that the period touches; area 0 is the city. Where the filter names areas of the published kind, those; else the city.
select s.month, s.area_id, s.incidents
from open.sensitive_count s
where s.month >= date_trunc('month', {since}::date)
and s.month < {until}
and (
    s.area_id = any({areas})
    or (s.area_id = 0 and not exists (select from open.sensitive_count t where t.area_id = any({areas})))
)
order by s.month, s.area_id

-- name: by_day()$
select {day}, count(*)
from {incident} i
where {where}
group by 1

-- name: by_weekday_hour()$
select extract(isodow from {day})::int, i.hour, count(*)
from {incident} i
where {where}
group by 1, 2
order by 1, 2

-- name: by_type()$
select i.crime_type_id, count(*)
from {incident} i
where {where}
group by 1

-- name: by_location_type()$
select l.name, n.incidents
from (
    select i.location_type_id, count(*) as incidents
    from {incident} i
    where {where}
    group by 1
) n
left join {location_type} l on l.location_type_id = n.location_type_id
order by n.incidents desc, l.name

-- name: by_area()$
-- All, and of them those outside the study area. By anchor first: there are far fewer of them. An anchor has at most one area of a kind.
with at_anchor as (
    select i.anchor_id, count(*) as incidents
    from {incident} i
    where {where}
    group by 1
), of_kind as (
    select aa.anchor_id, aa.area_id
    from open.area r
    join {anchor_area} aa on aa.area_id = r.area_id
    where r.kind = {kind}
)
select k.area_id, sum(n.incidents)::bigint, coalesce(sum(n.incidents) filter (where a.anchor_id is not null), 0)::bigint
from at_anchor n
left join of_kind k on k.anchor_id = n.anchor_id
left join {anchor} a on a.anchor_id = n.anchor_id and a.status = 'outside'
group by 1

-- name: by_area_of_label_set()$
-- The same of locations, each of which has one of some thousands of sets of areas: a set is looked up once, and not at each location.
with at_anchor as (
    select i.anchor_id, count(*) as incidents
    from {incident} i
    where {where}
    group by 1
), of_set as (
    select a.label_set_id, sum(n.incidents) as incidents, coalesce(sum(n.incidents) filter (where a.status = 'outside'), 0) as outside
    from at_anchor n
    join {anchor} a on a.anchor_id = n.anchor_id
    group by 1
), of_kind as (
    select s.label_set_id, r.area_id
    from core.label_set s
    cross join unnest(s.area_ids) as u (area_id)
    join open.area r on r.area_id = u.area_id
    where r.kind = {kind}
)
select k.area_id, sum(n.incidents)::bigint, sum(n.outside)::bigint
from of_set n
left join of_kind k on k.label_set_id = n.label_set_id
group by 1

-- name: page()$
-- Sorted and cut before the words are looked up.
select
    i.public_id, i.day, i.hour, t.name, t.crime_group, l.name, i.arrest, a.anchor_id, a.name, a.status,
    array(select area_id from {anchor_area} aa where aa.anchor_id = a.anchor_id),
    st_x(st_transform(a.geom, 4326)), st_y(st_transform(a.geom, 4326))
from (
    select i.*
    from {incident} i
    left join {crime_type} t on t.crime_type_id = i.crime_type_id
    left join {location_type} l on l.location_type_id = i.location_type_id
    left join {anchor} a on a.anchor_id = i.anchor_id
    where {where}
    order by {order}, i.public_id
    limit {limit} offset {offset}
) i
join {crime_type} t on t.crime_type_id = i.crime_type_id
join {anchor} a on a.anchor_id = i.anchor_id
left join {location_type} l on l.location_type_id = i.location_type_id
order by {order}, i.public_id

-- name: latest()$
-- Those that became public last, then the newest. Sorted and cut before the words are looked up.
select
    i.public_since, i.public_id, i.day, i.hour, t.name, t.crime_group, l.name, i.arrest, a.anchor_id, a.name, a.status,
    array(select area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id),
    st_x(st_transform(a.geom, 4326)), st_y(st_transform(a.geom, 4326))
from (
    select i.*
    from open.incident i
    where {where}
    order by i.public_since desc nulls last, i.day desc, i.hour desc nulls last, i.public_id
    limit {limit}
) i
join open.crime_type t on t.crime_type_id = i.crime_type_id
join open.anchor a on a.anchor_id = i.anchor_id
left join open.location_type l on l.location_type_id = i.location_type_id
order by i.public_since desc nulls last, i.day desc, i.hour desc nulls last, i.public_id

-- name: one_anchor()$
-- A point, and the other points of its block: an agency may publish a block at several points, and whoever asks means the block.
i.anchor_id = any(array(
    select b.anchor_id
    from {anchor} b
    where b.anchor_id = {anchor_id} or (b.kind = 'block' and b.status = 'located' and b.name = (
        select a.name from {anchor} a where a.anchor_id = {anchor_id} and a.kind = 'block' and a.status = 'located'))
))

-- name: read_anchor()$
select
    a.anchor_id, a.kind, a.status, a.name, a.addresses,
    array(select area_id from {anchor_area} aa where aa.anchor_id = a.anchor_id),
    st_x(st_transform(a.geom, 4326)), st_y(st_transform(a.geom, 4326))
from {anchor} a
where a.anchor_id = {anchor_id}

-- What a table can be sorted by. {ranks} is the place of each name among those shown, which depends on the language.

-- name: sort_day()$
i.day {direction}, i.hour {direction} nulls last

-- name: sort_hour()$
i.hour {direction} nulls last, i.day desc

-- name: sort_type()$
({ranks}::jsonb ->> t.name)::int {direction}, i.day desc, i.hour desc nulls last

-- name: sort_group()$
t.crime_group {direction}, ({ranks}::jsonb ->> t.name)::int {direction}, i.day desc, i.hour desc nulls last

-- name: sort_location_type()$
({ranks}::jsonb ->> l.name)::int {direction} nulls last, i.day desc, i.hour desc nulls last

-- name: sort_arrest()$
i.arrest {direction} nulls last, i.day desc, i.hour desc nulls last

-- name: sort_anchor()$
a.name {direction}, i.day desc, i.hour desc nulls last

-- name: sort_status()$
a.status {direction}, i.day desc, i.hour desc nulls last
