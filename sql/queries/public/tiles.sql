-- Mapbox vector tiles. A tile is 4096 units wide; the world of open.anchor's world_x and world_y is 2^30 units wide.

-- name: incidents()$
-- Tiles of one zoom: anchors with their counts, {gathered_by} anchor or cell of a coarser grid. An anchor is placed by whole units of the
-- whole world and lies in exactly one tile of a zoom, so that the sum over tiles is the number on the page; the renderer needs no
-- margin, since circles are not cut at a tile's edge. {of_tile} bits number the tile; {in_tile} masks what is inside it; {shift}: to units of the tile.
with counted as materialized (
    select i.anchor_id, count(*)::int as n, {group_counts}
    from {incident} i
    where {where}
    {only_inside}
    group by i.anchor_id
), gathered as (
    select
        p.x, p.y,
        min(p.anchor_id) as anchor_id,
        count(*)::int as anchors,
        floor(sum(p.px * p.n::float8) / sum(p.n))::int as px,
        floor(sum(p.py * p.n::float8) / sum(p.n))::int as py,
        sum(p.n)::int as n,
        {group_sums}
    from (
        select c.*, a.world_x >> {of_tile} as x, a.world_y >> {of_tile} as y,
               (a.world_x & {in_tile}) >> {shift} as px, (a.world_y & {in_tile}) >> {shift} as py
        from counted c
        join {anchor} a on a.anchor_id = c.anchor_id
        where a.geom is not null
    ) p
    group by p.x, p.y, {gathered_by}
), shown as (
    select x, y, (
        select f from (select anchor_id, anchors, n, {group_attributes}, {top} as top, st_point(px, py) as geom) f
    ) as feature, n, anchor_id
    from gathered
)
select x, y, st_asmvt(feature, 'incidents', 4096, 'geom', 'anchor_id' order by n desc, anchor_id)
from shown
group by x, y

-- name: circles()$
-- Points on the map with their counts in all and by group, most first: what the tiles hold, for one picture of its own.
select a.anchor_id, a.world_x, a.world_y, count(*)::int, {group_counts}
from {incident} i
join {anchor} a on a.anchor_id = i.anchor_id
where {where}
and a.geom is not null
group by a.anchor_id, a.world_x, a.world_y
order by count(*) desc, a.anchor_id

-- name: only_inside()$
-- One tile that is a small part of the city: its anchors lead to the incidents. Else all are counted and then placed.
and i.anchor_id in (
    select a.anchor_id
    from {anchor} a
    where a.world_x between {west} and {east} and a.world_y between {north} and {south} and a.geom is not null
)

-- name: group_count()$
(count(*) filter (where i.crime_type_id = any({crime_type_ids})))::int as {group}

-- name: group_sum()$
sum(p.{group})::int as {group}

-- name: group_attribute()$
-- A zero is left out of the tile.
nullif({group}, 0) as {group}

-- name: top_group()$
-- The group with the most incidents, the first of equals: the feature's colour.
case greatest({columns}) {cases} end

-- name: top_group_case()$
when {group} then {name}

-- name: by_anchor()$
p.anchor_id

-- name: by_cell()$
p.px / {cell_units}, p.py / {cell_units}

-- name: base(z, x, y, tolerance_m, last_rank)$
with tile as (
    select st_tileenvelope(:z, :x, :y) as box, st_tileenvelope(:z, :x, :y, margin => 64.0 / 4096) as wide
), shown as (
    select b.base_id, b.layer, b.name, b.rank, st_asmvtgeom(st_simplify(b.geom_3857, :tolerance_m, true), t.box, 4096, 64) as geom
    from tile t
    join open.base b on b.geom_3857 && t.wide
    where b.layer <> 'street' or b.rank <= :last_rank
)
select
    (select coalesce(st_asmvt(f, 'land', 4096, 'geom'), '') from (select geom from shown where layer = 'land' and geom is not null order by base_id) f)
    || (select coalesce(st_asmvt(f, 'park', 4096, 'geom'), '') from (select name, geom from shown where layer = 'park' and geom is not null order by base_id) f)
    || (select coalesce(st_asmvt(f, 'street', 4096, 'geom'), '') from (select name, rank, geom from shown where layer = 'street' and geom is not null order by base_id) f)
    || (select coalesce(st_asmvt(f, 'water', 4096, 'geom'), '') from (select name, geom from shown where layer = 'water' and geom is not null order by base_id) f)
    || (select coalesce(st_asmvt(f, 'around', 4096, 'geom'), '') from (select name, layer as kind, geom from shown where layer in ('town', 'airport') and geom is not null order by base_id) f);

-- name: areas(kind, z, x, y, tolerance_m)$
with tile as (
    select st_tileenvelope(:z, :x, :y) as box, st_tileenvelope(:z, :x, :y, margin => 64.0 / 4096) as wide
)
select coalesce(st_asmvt(f, 'area', 4096, 'geom', 'area_id'), '')
from (
    select r.area_id, r.code, r.name, st_asmvtgeom(st_simplify(r.geom_3857, :tolerance_m, true), t.box, 4096, 64) as geom
    from tile t
    join open.area r on r.geom_3857 && t.wide
    where r.kind = :kind
    order by r.area_id
) f
where geom is not null;

-- name: has_forecast(forecast_id)$
select exists (select from open.forecast where forecast_id = :forecast_id);

-- name: forecast(forecast_id, z, x, y)$
with tile as (
    select st_tileenvelope(:z, :x, :y) as box, st_tileenvelope(:z, :x, :y, margin => 64.0 / 4096) as wide
)
select coalesce(st_asmvt(f, 'forecast', 4096, 'geom', 'cell_id'), '')
from (
    select c.cell_id, c.expected, c.level, st_asmvtgeom(c.geom_3857, t.box, 4096, 64) as geom
    from tile t
    join open.forecast_cell c on c.geom_3857 && t.wide
    where c.forecast_id = :forecast_id
    order by c.cell_id
) f
where geom is not null;
