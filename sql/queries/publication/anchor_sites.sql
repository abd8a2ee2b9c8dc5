-- Where exact incidents may be shown: groups of addresses, or pieces of a fixed lattice. Made once from the city's own layers,
-- never from incidents.

-- name: is_exact()$
select exists (select from due_location where status = 'located' and precision = 'exact');

-- name: has_sites()$
select exists (select from core.anchor_site where kind <> 'block');

-- name: has_addresses()$
select exists (select from core.gazetteer where kind = 'address');

-- name: read_kinds(label_kinds)
select a.area_id, k.position from core.area a join core.area_kind k using (kind) where a.kind = any(:label_kinds::text[]);

-- name: read_addresses(label_kinds)
-- Every address of the list with the areas that hold it, of every vintage; on a shared edge the lowest number counts.
select
    g.gazetteer_id,
    g.street,
    g.number_from,
    st_x(g.geom) as x,
    st_y(g.geom) as y,
    coalesce(string_agg(a.area_id::text, ' ' order by a.area_id), '') as area_ids
from core.gazetteer g
left join lateral (
    select distinct on (area.kind, area.valid) area.area_id
    from core.area
    where area.kind = any(:label_kinds::text[]) and st_intersects(area.geom, g.geom)
    order by area.kind, area.valid, area.area_id
) a on true
where g.kind = 'address'
group by g.gazetteer_id, g.street, g.number_from, g.geom
order by g.gazetteer_id;

-- name: create_pieces(lattice_m)!
create temporary table piece on commit drop as
select
    cell.i as cell_x,
    cell.j as cell_y,
    '{}'::int[] as area_ids,
    case when st_covers(city.geom, cell.geom) then cell.geom else st_collectionextract(st_intersection(cell.geom, city.geom), 3) end as geom
from core.study_area city
cross join lateral st_squaregrid(:lattice_m::float, city.geom) as cell
where st_intersects(city.geom, cell.geom);

-- name: read_area_layers(label_kinds)
select distinct kind, valid::text from core.area where kind = any(:label_kinds::text[]) order by 1, 2;

-- name: cut_pieces(kind, valid)!
-- Cut every piece at the areas of one kind and vintage; what no area of it holds stays as a remainder.
create temporary table cut_piece on commit drop as
with inside as (
    select
        p.cell_x, p.cell_y, p.area_ids, a.area_id,
        case when st_covers(a.geom, p.geom) then p.geom else st_collectionextract(st_intersection(a.geom, p.geom), 3) end as geom,
        p.geom as whole
    from piece p
    join core.area a on a.kind = :kind and a.valid = (:valid)::daterange and st_intersects(a.geom, p.geom)
), held as (
    select cell_x, cell_y, area_ids, whole, st_union(geom) as geom from inside group by cell_x, cell_y, area_ids, whole
)
select cell_x, cell_y, area_ids || area_id as area_ids, geom from inside where st_area(geom) > 0
union all
select cell_x, cell_y, area_ids, st_collectionextract(st_difference(whole, geom), 3)
from held where st_area(whole) - st_area(geom) > 0.01
union all
select p.cell_x, p.cell_y, p.area_ids, p.geom
from piece p
where not exists (select from inside i where i.cell_x = p.cell_x and i.cell_y = p.cell_y and i.area_ids = p.area_ids);

-- name: keep_cut_pieces()#
drop table piece;
alter table cut_piece rename to piece;

-- name: read_pieces()
with whole as (
    select cell_x, cell_y, (select array_agg(id order by id) from unnest(area_ids) as id) as area_ids, st_union(geom) as geom
    from piece
    where not st_isempty(geom)
    group by cell_x, cell_y, area_ids
)
select
    cell_x, cell_y, coalesce(array_to_string(area_ids, ' '), ''), st_area(whole.geom),
    st_x(point.geom), st_y(point.geom)
from whole
cross join lateral (
    select case when st_covers(whole.geom, st_centroid(whole.geom)) then st_centroid(whole.geom) else st_pointonsurface(whole.geom) end as geom
) as point
order by 1, 2, 3;

-- name: create_site_draft()#
create temporary table site_draft (
    number int primary key, kind text, name text, street text, number_from int, number_to int, addresses int, area_ids int[], mixed int[],
    x double precision, y double precision
) on commit drop;
create temporary table address_draft (gazetteer_id bigint, number int) on commit drop;
create temporary table piece_draft (cell_x int, cell_y int, area_ids int[], number int) on commit drop;

-- name: copy_site_drafts()#
copy site_draft from stdin;

-- name: copy_address_drafts()#
copy address_draft from stdin;

-- name: copy_piece_drafts()#
copy piece_draft from stdin;

-- name: insert_sites(srid, seed)!
-- A site without a name of its own is named after the nearest intersection, else after an area that holds it.
insert into core.anchor_site (kind, key, name, street, number_from, number_to, addresses, area_ids, mixed, geom)
select
    d.kind, d.number::text, coalesce(d.name, 'near ' || initcap(crossing.name), 'in ' || initcap(area.name), 'Point of the public lattice'),
    d.street, d.number_from, d.number_to, d.addresses, d.area_ids, d.mixed, st_setsrid(st_makepoint(d.x, d.y), :srid::int)
from site_draft d
left join lateral (
    select g.name
    from core.gazetteer g
    where d.name is null and g.kind = 'intersection' and st_dwithin(g.geom, st_setsrid(st_makepoint(d.x, d.y), :srid::int), 500)
    order by g.geom <-> st_setsrid(st_makepoint(d.x, d.y), :srid::int)
    limit 1
) crossing on true
left join lateral (
    select a.name from core.area a join core.area_kind k using (kind)
    where a.area_id = any(d.area_ids) order by k.position limit 1
) area on true
order by md5(:seed::text || d.number);

-- name: link_addresses()!
insert into core.address_site (gazetteer_id, site_id)
select d.gazetteer_id, s.site_id from address_draft d join core.anchor_site s on s.kind = 'addresses' and s.key = d.number::text;

-- name: link_pieces()!
insert into core.lattice_piece (cell_x, cell_y, area_ids, site_id)
select d.cell_x, d.cell_y, d.area_ids, s.site_id from piece_draft d join core.anchor_site s on s.kind = 'lattice' and s.key = d.number::text;
