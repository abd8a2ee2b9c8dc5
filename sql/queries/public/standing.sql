-- A place among places of the same size (hotspots/store/public/standing.py).

-- name: points_with_incidents()$
-- Incidents at the public points, in metres of the city's CRS.
select st_x(a.geom), st_y(a.geom), c.n
from (
    select i.anchor_id, count(*) as n
    from {incident} i
    where {where}
    group by i.anchor_id
) c
join {anchor} a on a.anchor_id = c.anchor_id
where a.geom is not null;

-- name: spread_points(most)
-- Public points spread evenly over all of them, whatever happened there.
select st_x(geom), st_y(geom)
from (
    select geom, row_number() over (order by anchor_id) - 1 as nth, count(*) over () as n
    from open.anchor
    where status = 'located'
) a
where mod(nth, greatest(n / :most, 1)) = 0
order by nth
limit :most;

-- name: areas_of_place(gazetteer_id)
-- Current areas of every kind that hold a gazetteer entry's point.
select a.area_id
from open.gazetteer g
join open.area a on st_covers(a.geom, st_pointonsurface(g.geom))
where g.gazetteer_id = :gazetteer_id
order by a.area_id;
