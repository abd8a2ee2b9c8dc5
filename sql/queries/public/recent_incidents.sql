-- The newest published incidents as columns of a server process (hotspots/store/public/recent/recent_incidents.py).

-- name: see_one_publication()!
-- All queries of the transaction see the state at its beginning, not half of two publications.
set transaction isolation level repeatable read, read only;

-- name: day_of_row(n)$
-- The day of the incident after the newest n; null where there are no more.
select (select i.day from open.incident i order by i.day desc offset :n limit 1);

-- name: incidents()$
-- One row of columns, each the numbers of all incidents one behind the other, in order of days, read from the index alone: nothing is
-- done once a row outside the database. A day is numbered from 1, which is 1 January of the year 1, as Python does.
select
    string_agg(int4send(i.day), ''),
    string_agg(int2send(i.hour), ''),
    string_agg(int4send(i.anchor_id), ''),
    {sent}
from (
    select
        i.day - date '0001-01-01' + 1 as day,
        coalesce(i.hour, -1::int2) as hour,
        i.anchor_id,
        {columns}
    from open.incident i
    where i.day >= {since}::date
    order by i.day
) as i;

-- name: sent()$
string_agg(int2send(i.{column}), '')

-- name: column()$
-- A small number, or yes as 1 and no as 0. -1: not known.
coalesce(i.{column}::int::int2, -1::int2) as {column}

-- name: anchors()^
-- The same of the public points. Status 0: on the map, 1: without location, 2: outside the study area.
select
    string_agg(int4send(a.anchor_id), ''),
    string_agg(int2send(a.status), ''),
    string_agg(int4send(a.world_x), ''),
    string_agg(int4send(a.world_y), '')
from (
    select
        a.anchor_id,
        case a.status when 'located' then 0::int2 when 'no_location' then 1::int2 else 2::int2 end as status,
        coalesce(a.world_x, -1) as world_x,
        coalesce(a.world_y, -1) as world_y
    from open.anchor a
    order by a.anchor_id
) as a;

-- name: groups()
select crime_type_id, crime_group from open.crime_type;

-- name: numbers_of_words()$
select {key}, {column} from {table}

-- name: location_types()
select name, location_type_id from open.location_type;

-- name: areas_of_anchors(kind)
select aa.anchor_id, aa.area_id
from open.area r
join open.anchor_area aa on aa.area_id = r.area_id
where r.kind = :kind;

-- name: anchors_inside()$
select i.anchor_id from open.anchor i where {where}
