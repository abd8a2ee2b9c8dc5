-- What the map of a printed sheet is drawn from: all of schema open, in metres of the city's CRS.

-- name: shape_around(gazetteer_id, radius_m)
-- The searched place and what lies within the radius.
select st_asbinary(geom), st_asbinary(st_buffer(geom, :radius_m, 24)) from open.gazetteer where gazetteer_id = :gazetteer_id;

-- name: shape_of_areas(areas)
select st_asbinary(st_union(geom)) from open.area where area_id = any(:areas) group by kind order by st_area(st_union(geom));

-- name: shape_of_polygon(wkt)
-- Its sides are straight on the map of the page.
select st_asbinary(st_transform(st_segmentize(st_transform(st_geomfromtext(:wkt, 4326), 3857), 200), srid)) from open.city;

-- name: shape_of_city()
select st_asbinary(st_transform(st_makeenvelope(west, south, east, north, 4326), srid)) from open.city;

-- name: base(west, south, east, north, last_rank, tolerance_m)
-- The base map inside a box.
with box as (
    select st_makeenvelope(:west, :south, :east, :north, srid) as inside, srid from open.city
)
select b.layer, b.rank, b.name, st_asbinary(st_clipbybox2d(st_simplify(st_transform(b.geom_3857, box.srid), :tolerance_m, true), box.inside))
from box
join open.base b on b.geom_3857 && st_transform(box.inside, 3857)
where b.layer <> 'street' or b.rank <= :last_rank
order by b.rank, b.base_id;

-- name: circles()$
-- Incidents at their anchors, gathered in squares of {cell_m} metres; most first. With the group that has at least half of them.
with square as (
    select
        floor((st_x(a.geom) - {west}) / {cell_m}) as across, floor((st_y(a.geom) - {south}) / {cell_m}) as up, t.crime_group,
        sum(n) as n, sum(st_x(a.geom) * n) as x, sum(st_y(a.geom) * n) as y
    from (
        select i.anchor_id, i.crime_type_id, count(*) as n
        from {incident} i
        where {where}
        group by i.anchor_id, i.crime_type_id
    ) c
    join {anchor} a on a.anchor_id = c.anchor_id
    join open.crime_type t on t.crime_type_id = c.crime_type_id
    where a.geom is not null
    group by 1, 2, 3
)
select
    sum(n)::bigint, sum(x) / sum(n), sum(y) / sum(n),
    case when 2 * max(n) >= sum(n) then (array_agg(crime_group order by n desc, crime_group))[1] end
from square
group by across, up
order by 1 desc, 2, 3
