-- Past actions with their published effects (hotspots/store/public/done_actions.py).

-- name: done_here()$
-- Newest first. The points of all of it, wherever the place is.
select
    d.effect_id, d.remedy, d.crime_types, d.starts_on, d.ends_on, d.method, d.verdict, d.ratio, d.low, d.high, d.smallest_effect,
    array(
        select array[round(st_x(p.geom)::numeric, 6), round(st_y(p.geom)::numeric, 6)]::float8[]
        from st_dump(st_transform(d.geom, 4326)) as p
    )
from open.done_action as d
where {where}
order by d.ends_on desc, d.effect_id desc
limit {most}

-- name: at_points()$
-- At a public point that lies in the place asked for.
exists (
    select from st_dump(d.geom) as p
    join open.anchor as i on i.geom && p.geom and st_equals(i.geom, p.geom)
    where {place}
)
