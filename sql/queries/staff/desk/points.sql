-- True points for statistics on the desk: through the guarded views, so of the asking account's areas and in an opened view.

-- name: points(crime_types, since, until, newest)
-- The newest so many, or all.
select st_x(l.geom), st_y(l.geom), extract(epoch from i.occurred_from)::float8 / 3600,
    extract(epoch from coalesce(i.occurred_to, i.occurred_from))::float8 / 3600, i.crime_type_id::int, coalesce(l.label_set_id, 0)
from desk.incident i
join desk.location l on l.anchor_id = i.anchor_id
join core.crime_type t on t.crime_type_id = i.crime_type_id
where l.status = 'located' and t.name = any(:crime_types) and i.day >= :since::date and i.day < :until::date
order by case when :newest::int is not null then i.day end desc
limit :newest::int;

-- name: box_days(since, until, short, long, size_m)
-- Days with an incident by crime type and box of the fixed lattice: in the whole period, and in its last days. Types that the police bring to
-- notice tell where they looked, and are left out.
select t.name, floor(st_y(l.geom) / :size_m)::int, floor(st_x(l.geom) / :size_m)::int, count(distinct i.day)::int,
    (count(distinct i.day) filter (where i.day >= :short::date))::int, (count(distinct i.day) filter (where i.day >= :long::date))::int,
    (count(*) filter (where i.day >= :short::date))::int, (count(*) filter (where i.day >= :long::date))::int
from desk.incident i
join desk.location l on l.anchor_id = i.anchor_id
join core.crime_type t on t.crime_type_id = i.crime_type_id
where l.status = 'located' and t.initiated_by <> 'police' and i.day >= :since::date and i.day < :until::date
group by 1, 2, 3;

-- name: repeat_addresses(crime_types, since, until, area_id, fewest)
-- Locations with most incidents; staff only. A block is what the agency shifts its points to.
select l.name, st_x(l.geom), st_y(l.geom), count(*)::int, count(distinct i.day)::int
from desk.incident i
join desk.location l on l.anchor_id = i.anchor_id
join core.crime_type t on t.crime_type_id = i.crime_type_id
where l.status = 'located' and t.name = any(:crime_types) and i.day >= :since::date and i.day < :until::date
  and (:area_id::int is null or st_dwithin(l.geom, (select geom from core.area where area_id = :area_id::int), 500))
group by l.anchor_id, l.name, l.geom having count(*) >= :fewest::int
order by count(*) desc, l.name limit 100;

-- name: frame(area_id, margin_m)^
-- The frame of a drawing, metres: an area and a margin, or the study area.
with ground as (
    select st_expand(case when :area_id::int is null then (select geom from core.study_area) else (select geom from core.area where area_id = :area_id::int) end,
        :margin_m::float8) as geom
)
select st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom) from ground where geom is not null;

-- name: base(srid, west, south, east, north, kind, tolerance_m, least_rank)^
-- Streets and outlines of areas as SVG paths in metres from the middle of a frame.
with frame as (
    select st_makeenvelope(:west, :south, :east, :north, :srid) as box, (:west + :east) / 2.0 as x, (:south + :north) / 2.0 as y
)
select
    (select string_agg(st_assvg(st_translate(st_simplify(st_transform(b.geom_3857, :srid), :tolerance_m), -f.x, -f.y), 0, 0), ' ')
        from open.base b where b.layer = 'street' and b.rank <= :least_rank and b.geom_3857 && st_transform(f.box, 3857)),
    (select string_agg(st_assvg(st_translate(st_simplify(a.geom, :tolerance_m), -f.x, -f.y), 0, 0), ' ')
        from core.area a where a.kind = :kind and upper_inf(a.valid) and a.geom && f.box)
from frame f;

-- name: ground(areas)$
-- The ground of some areas, named as kind:code, and 500 m around it.
select st_asbinary(st_buffer(st_union(geom), 500, 4)) from core.area where kind || ':' || code = any(:areas) and upper_inf(valid);
