-- What the map shows, for words: public points with their counts, and cells of a forecast; all of schema open.

-- name: points()$
-- Points with incidents of a filter; those nearest to the searched place first, else those with most.
with counted as (
    select i.anchor_id, count(*) as incidents, mode() within group (order by i.crime_type_id) as most
    from {incident} i
    where {where}
    group by i.anchor_id
), place as (
    select geom from open.gazetteer where gazetteer_id = {gazetteer_id}
)
select
    a.anchor_id, a.name, c.incidents, t.name,
    round(st_distance(a.geom, p.geom))::int, degrees(st_azimuth(st_centroid(p.geom), a.geom)),
    count(*) over ()
from counted c
join {anchor} a on a.anchor_id = c.anchor_id
join {crime_type} t on t.crime_type_id = c.most
left join place p on true
where a.status = 'located'
order by st_distance(a.geom, p.geom) nulls first, c.incidents desc, a.anchor_id
limit {limit}

-- name: forecast_cells()$
-- Cells of a forecast where a filter's place is, those with most expected incidents first; each beside the public point nearest to its middle.
select f.cell_id, f.expected, f.level, near.anchor_id, near.name, count(*) over ()
from open.forecast_cell f
cross join lateral (
    select a.anchor_id, a.name
    from open.anchor a
    where a.status = 'located'
    order by a.geom <-> st_centroid(f.geom)
    limit 1
) near
where f.forecast_id = {forecast_id}
and {where}
order by f.expected desc, f.cell_id
limit {limit}

-- name: anywhere()$
true

-- name: cell_around()$
st_dwithin(f.geom, (select geom from open.gazetteer where gazetteer_id = {gazetteer_id}), {radius_m})

-- name: cell_in_polygon()$
st_intersects(f.geom_3857, st_transform(st_geomfromtext({polygon}, 4326), 3857))

-- name: cell_in_areas()$
-- As for incidents: areas of one kind are alternatives, kinds are joined.
(
    select bool_and(touched)
    from (
        select bool_or(st_relate(f.geom, r.geom, 'T********')) as touched
        from open.area r
        where r.area_id = any({areas})
        group by r.kind
    ) by_kind
)
