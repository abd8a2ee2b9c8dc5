-- What the map shows, for words: public points with their counts, and cells of a forecast; all of schema open.

-- name: points()$
-- Points with incidents of a filter, those of one block as one; those nearest to the searched place first, else those with most.
with counted as (
    select i.anchor_id, i.crime_type_id, count(*) as incidents
    from {incident} i
    where {where}
    group by i.anchor_id, i.crime_type_id
), place as (
    select geom from open.gazetteer where gazetteer_id = {gazetteer_id}
), by_block as (
    select case when a.kind = 'block' then a.name else a.anchor_id::text end as block, c.crime_type_id, sum(c.incidents) as incidents
    from counted c
    join {anchor} a on a.anchor_id = c.anchor_id
    where a.status = 'located'
    group by 1, 2
), most as (
    select distinct on (block) block, crime_type_id, sum(incidents) over (partition by block) as incidents
    from by_block
    order by block, by_block.incidents desc, crime_type_id
), nearest as (
    select distinct on (block) block, a.anchor_id, a.name, a.geom
    from (select distinct anchor_id from counted) c
    join {anchor} a on a.anchor_id = c.anchor_id
    cross join lateral (select case when a.kind = 'block' then a.name else a.anchor_id::text end as block) b
    left join place p on true
    where a.status = 'located'
    order by block, st_distance(a.geom, p.geom), a.anchor_id
)
select
    n.anchor_id, n.name, m.incidents::bigint, t.name,
    round(st_distance(n.geom, p.geom))::int, degrees(st_azimuth(st_centroid(p.geom), n.geom)),
    count(*) over ()
from most m
join nearest n on n.block = m.block
join {crime_type} t on t.crime_type_id = m.crime_type_id
left join place p on true
order by st_distance(n.geom, p.geom) nulls first, m.incidents desc, n.anchor_id
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
