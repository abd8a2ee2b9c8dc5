-- The city's own layers, copied for the public: areas, places, search, base map. None of it is made of incidents, but for
-- the block names of a city whose agency publishes block points, and those only where a published incident stands.

-- name: write_city()!
insert into open.city as o (name, service, timezone, srid, invented, attribution, disclaimer, map_days, west, south, east, north, arrest, km2, licence,
    licence_url, words, by_month, distances, clock)
select
    c.name, c.config #>> '{city,service}', c.timezone, c.srid, coalesce((c.config #>> '{city,invented}')::boolean, false),
    c.config #>> '{city,attribution}', c.config #>> '{city,disclaimer}', (c.config #>> '{public,days}')::int,
    coalesce(st_xmin(box), -180), coalesce(st_ymin(box), -90), coalesce(st_xmax(box), 180), coalesce(st_ymax(box), 90),
    coalesce((c.config #>> '{public,arrest}')::boolean, false),
    (select st_area(geom) / 1e6 from core.study_area), c.config #>> '{city,licence}', c.config #>> '{city,licence_url}',
    coalesce(c.config -> 'words', '{}'), coalesce((c.config #>> '{incidents,by_month}')::boolean, false),
    c.config #>> '{city,distances}', (c.config #>> '{city,clock}')::smallint
from core.city c
cross join (select box2d(st_transform(st_setsrid(coalesce(
    (select st_extent(geom)::geometry from core.study_area),
    (select st_extent(geom)::geometry from core.area),
    (select st_extent(geom)::geometry from core.anchor_site)), (select srid from core.city)), 4326)) as box) as extent
on conflict (only_row) do update
set name = excluded.name, service = excluded.service, timezone = excluded.timezone, srid = excluded.srid, invented = excluded.invented,
    attribution = excluded.attribution, disclaimer = excluded.disclaimer, map_days = excluded.map_days,
    west = excluded.west, south = excluded.south, east = excluded.east, north = excluded.north, arrest = excluded.arrest,
    km2 = excluded.km2, licence = excluded.licence, licence_url = excluded.licence_url, words = excluded.words, by_month = excluded.by_month,
    distances = excluded.distances, clock = excluded.clock
where row(o.*) is distinct from row(excluded.*);

-- name: delete_layers()#
delete from open.area;
delete from open.area_kind;
delete from open.place;
delete from open.base;

-- name: read_names(kinds)
-- Names of areas and places as the city writes them, often in capitals. An area that has only a code is found by its kind's name with it.
-- A code of three letters on end is a name of its own.
select name from core.area where kind = any(:kinds::text[])
union select k.label || ' ' || a.code from core.area a join core.area_kind k using (kind)
    where a.kind = any(:kinds::text[]) and a.name = a.code and a.code !~ '[^\d\s\W_]{3}'
union select name from core.place
union select unnest(aliases) from core.place
union select name from core.backdrop;

-- name: create_shown_name()#
create temporary table if not exists shown_name (recorded text primary key, shown text not null, key text not null) on commit drop;
delete from shown_name;

-- name: copy_shown_names()#
copy shown_name (recorded, shown, key) from stdin;

-- name: write_area_kinds(kinds, label_kinds)!
insert into open.area_kind (kind, label, position, is_label)
select kind, label, position, kind = any(:label_kinds::text[]) from core.area_kind where kind = any(:kinds::text[]);

-- name: write_areas(kinds, newest_day)!
-- Boundaries that hold on the newest public day, and older ones where a published incident was recorded in them.
insert into open.area (area_id, kind, code, name, residents, residents_year, residents_source, is_current, geom)
select
    a.area_id, a.kind, a.code,
    n.shown || case when upper(a.valid) <= :newest_day::date then ' (until ' || (upper(a.valid) - 1) || ')' else '' end,
    p.residents, p.year,
    case when p.year is not null then coalesce(c.config #>> '{population,source}', c.config #>> '{population,file}') end,
    coalesce(upper(a.valid) > :newest_day::date, true), a.geom
from core.area a
cross join core.city c
join shown_name n on n.recorded = a.name
left join lateral (select residents, year from core.population p where p.area_id = a.area_id order by year desc limit 1) p on true
where a.kind = any(:kinds::text[])
    and (a.valid @> :newest_day::date or exists (select from open.anchor_area x where x.area_id = a.area_id))
    and not exists (select from open.area o where o.area_id = a.area_id);

-- name: write_places(newest_day)!
-- Places that stand on the newest public day.
insert into open.place (place_id, kind, kind_label, name, geom)
select p.place_id, p.kind, p.kind_label, n.shown, p.geom from core.place p join shown_name n on n.recorded = p.name
where p.valid @> :newest_day::date;

-- name: write_land()!
insert into open.base (layer, geom_3857)
select 'land', part.geom
from core.study_area s
cross join lateral st_subdivide(st_transform(st_simplifypreservetopology(s.geom, 2), 3857), 255) as part (geom);

-- name: write_parks()!
insert into open.base (layer, name, geom_3857)
select 'park', name, st_transform(st_simplifypreservetopology(geom, 2), 3857)
from open.place
where kind = 'park' and st_dimension(geom) = 2;

-- name: write_backdrop()!
-- Surfaces of water, and a point for each name: of a surface, where it lies nearest to the middle of what a reader sees of the city.
with seen as (
    select st_expand(box, 0.12 * (st_xmax(box) - st_xmin(box) + st_ymax(box) - st_ymin(box))) as box
    from (select st_envelope(geom) as box from core.study_area) as s
)
insert into open.base (layer, name, geom_3857)
select b.kind, n.shown, st_transform(part.geom, 3857)
from core.backdrop b
join shown_name n on n.recorded = b.name
cross join seen
cross join lateral (
    select st_simplifypreservetopology(b.geom, 2) as geom where b.kind = 'water' and st_dimension(b.geom) = 2
    union all
    select st_pointonsurface(case when st_dimension(b.geom) = 2 then st_intersection(b.geom, seen.box) else b.geom end)
) part
where not st_isempty(part.geom);

-- name: write_streets(longest_gap_m)!
-- No centre lines at hand: successive intersections of one street joined, where they are no farther apart than a long
-- block. Without intersections, the addresses in the order of their numbers.
with crossing as (
    select street as name, geom from core.gazetteer where kind = 'intersection'
    union
    select other_street, geom from core.gazetteer where kind = 'intersection' and other_street is not null
), corner as (
    select
        name, geom,
        case when max(st_x(geom)) over street - min(st_x(geom)) over street > max(st_y(geom)) over street - min(st_y(geom)) over street
            then st_x(geom) else st_y(geom) end as along
    from crossing
    window street as (partition by name)
    union all
    select street, geom, number_from
    from core.gazetteer
    where kind = 'address' and not exists (select from crossing)
), gap as (
    select name, along, geom, coalesce(st_distance(geom, lag(geom) over street) > :longest_gap_m, true) as is_new
    from corner
    window street as (partition by name order by along, st_x(geom), st_y(geom))
), run as (
    select name, geom, along, count(*) filter (where is_new) over (partition by name order by along, st_x(geom), st_y(geom)) as part from gap
), line as (
    select name, part, st_makeline(geom order by along, st_x(geom), st_y(geom)) as geom from run group by name, part having count(*) > 1
), street as (
    select name, st_multi(st_collect(geom)) as geom, sum(st_length(geom)) as length_m from line group by name
)
insert into open.base (layer, name, rank, geom_3857)
select
    'street', name,
    case when percent_rank() over (order by length_m) > 0.93 then 1 else 2 end,
    st_transform(st_simplify(geom, 2), 3857)
from street;

-- Search ------------------------------------------------------------------------------------------------------------

-- name: delete_gazetteer()#
delete from open.gazetteer;
delete from open.street;

-- name: read_streets(blocks_from_incidents)
select name
from (
    select street as name from core.gazetteer where kind <> 'block' or not :blocks_from_incidents::boolean
    union select other_street from core.gazetteer
) as every
where name is not null;

-- name: read_block_streets()
select distinct s.street
from new_anchor
join core.anchor a using (anchor_id)
join core.anchor_site s using (site_id)
where s.kind = 'block' and s.street is not null;

-- name: create_street_name()#
create temporary table if not exists street_name (recorded text primary key, name text not null, key text not null) on commit drop;
delete from street_name;

-- name: copy_street_names()#
copy street_name (recorded, name, key) from stdin;

-- name: insert_streets()!
insert into open.street (street_id, name, key)
select (select coalesce(max(street_id), 0) from open.street) + row_number() over (order by key), min(name), key
from street_name
where not exists (select from open.street o where o.key = street_name.key)
group by key;

-- name: insert_addresses(blocks_from_incidents)!
-- Ids end in a digit that says where they come from, so that they stay the same: 1 core.gazetteer, 2 places, 3 areas, 4 blocks.
insert into open.gazetteer (gazetteer_id, kind, name, key, street_id, number_from, number_to, geom)
select
    g.gazetteer_id * 10 + 1, g.kind,
    case g.kind when 'block' then g.number_from || ' block of ' else g.number_from || ' ' end || s.name,
    g.number_from || ' ' || s.key, s.street_id, g.number_from, coalesce(g.number_to, g.number_from), g.geom
from core.gazetteer g
join street_name n on n.recorded = g.street
join open.street s on s.key = n.key
where (g.kind = 'address' or g.kind = 'block' and not :blocks_from_incidents::boolean) and g.number_from is not null;

-- name: insert_intersections()!
insert into open.gazetteer (gazetteer_id, kind, name, key, street_id, other_street_id, geom)
select g.gazetteer_id * 10 + 1, 'intersection', s.name || ' & ' || o.name, s.key || ' ' || o.key, s.street_id, o.street_id, g.geom
from core.gazetteer g
join street_name n on n.recorded = g.street
join open.street s on s.key = n.key
join street_name m on m.recorded = g.other_street
join open.street o on o.key = m.key
where g.kind = 'intersection';

-- name: number_blocks(seed)!
-- Blocks that can be searched for the first time, in a secret order.
update core.anchor_site s
set public_number = (select coalesce(max(public_number), 0) from core.anchor_site) + n.number
from (
    select site_id, row_number() over (order by md5(:seed::text || key), key) as number
    from core.anchor_site
    where kind = 'block' and number_from is not null and public_number is null
        and site_id in (select a.site_id from new_anchor join core.anchor a using (anchor_id))
) as n
where n.site_id = s.site_id;

-- name: insert_blocks()!
-- Blocks of incidents: only where an incident is published, so that no block tells of one that is not.
insert into open.gazetteer (gazetteer_id, kind, name, key, street_id, number_from, number_to, geom)
select b.public_number::bigint * 10 + 4, 'block', b.name, b.number_from || ' ' || s.key, s.street_id, b.number_from, b.number_to, b.geom
from core.anchor_site b
join street_name n on n.recorded = b.street
join open.street s on s.key = n.key
where b.kind = 'block' and b.number_from is not null
    and b.site_id in (select a.site_id from new_anchor join core.anchor a using (anchor_id))
on conflict (gazetteer_id) do nothing;

-- name: delete_unused_blocks(anchors)!
-- Blocks at which one of these anchors stood, and none stands any more.
delete from open.gazetteer g
where g.gazetteer_id in (
        select s.public_number::bigint * 10 + 4 from core.anchor a join core.anchor_site s using (site_id) where a.anchor_id = any(:anchors::int[]))
    and not exists (
        select from core.anchor_site s join core.anchor a using (site_id) join open.anchor o using (anchor_id)
        where s.public_number = g.gazetteer_id / 10);

-- name: delete_unused_streets()!
delete from open.street s
where not exists (select from open.gazetteer g where g.street_id = s.street_id)
    and not exists (select from open.gazetteer g where g.other_street_id = s.street_id);

-- name: insert_places_and_areas()!
insert into open.gazetteer (gazetteer_id, kind, name, key, place_id, area_id, geom, aliases, alias_keys, postcode)
select p.place_id::bigint * 10 + 2, 'place', p.name, n.key, p.place_id, null, p.geom, o.shown, o.keys, c.postcode
from open.place p
join core.place c using (place_id)
join shown_name n on n.recorded = c.name
cross join lateral (
    select coalesce(array_agg(m.shown order by m.recorded), '{}') as shown, coalesce(array_agg(m.key order by m.recorded), '{}') as keys
    from shown_name m
    where m.recorded = any(c.aliases) and m.key <> n.key
) o
union all
select a.area_id::bigint * 10 + 3, 'area', case when c.name = c.code then n.shown else a.name end, n.key, null, a.area_id, a.geom, '{}', '{}', null
from open.area a
join open.area_kind l on l.kind = a.kind and l.is_label
join core.area c using (area_id)
join core.area_kind k on k.kind = a.kind
join shown_name n on n.recorded = case when c.name = c.code and c.code !~ '[^\d\s\W_]{3}' then k.label || ' ' || c.code else c.name end
on conflict (gazetteer_id) do nothing;
