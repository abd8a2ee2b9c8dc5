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
-- Addresses of the list that are in no group yet, with the areas that hold them, of every vintage; on a shared edge the lowest number counts.
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
where g.kind = 'address' and not exists (select from core.address_site k where k.gazetteer_id = g.gazetteer_id)
group by g.gazetteer_id, g.street, g.number_from, g.geom
order by g.gazetteer_id;

-- name: note_lost_addresses()!
-- Unless the city has no list any more: then the last one counts.
update core.address_site k set gazetteer_id = null
where k.gazetteer_id is not null and exists (select from core.gazetteer where kind = 'address')
    and not exists (select from core.gazetteer g where g.gazetteer_id = k.gazetteer_id);

-- name: note_returned_addresses()!
-- An entry with the words and the point of one that the list had lost is that one.
update core.address_site k set gazetteer_id = g.gazetteer_id
from core.gazetteer g
where k.gazetteer_id is null and g.kind = 'address' and g.street = k.street and coalesce(g.number_from, 0) = k.number
    and st_equals(g.geom, k.geom)
    and not exists (select from core.address_site o where o.gazetteer_id = g.gazetteer_id);

-- name: read_kept_addresses(label_kinds)
select
    k.entry_id,
    k.street,
    k.number,
    st_x(k.geom) as x,
    st_y(k.geom) as y,
    coalesce(string_agg(a.area_id::text, ' ' order by a.area_id), '') as area_ids,
    k.site_id,
    k.gazetteer_id is not null as is_listed
from core.address_site k
left join lateral (
    select distinct on (area.kind, area.valid) area.area_id
    from core.area
    where area.kind = any(:label_kinds::text[]) and st_intersects(area.geom, k.geom)
    order by area.kind, area.valid, area.area_id
) a on true
group by k.entry_id
order by k.entry_id;

-- name: kind_of_sites()$
-- Of what exact incidents' sites are made in this city, for good; null: none are made yet.
select min(kind) from core.anchor_site where kind <> 'block';

-- name: read_kept_sites()
select site_id, key, kind, name, street, number_from, number_to, addresses, area_ids, mixed, st_x(geom), st_y(geom), reported
from core.anchor_site where kind <> 'block' order by site_id;

-- name: update_site(site_id, name, street, number_from, number_to, addresses, areas, mixed)!
-- Its point stays.
update core.anchor_site
set name = :name, street = :street, number_from = :number_from, number_to = :number_to, addresses = :addresses,
    area_ids = :areas::int[], mixed = :mixed::int[]
where site_id = :site_id;

-- name: update_areas_of_site(site_id, areas, mixed)!
update core.anchor_site set area_ids = :areas::int[], mixed = :mixed::int[] where site_id = :site_id;

-- name: merge_sites(losers, winners)!
-- The ground, the addresses and the anchors of each loser belong to its winner from now on.
with merged as (
    select loser, winner from unnest(:losers::int[], :winners::int[]) as m (loser, winner)
), addresses as (
    update core.address_site k set site_id = winner from merged where k.site_id = loser
), pieces as (
    update core.lattice_piece p set site_id = winner from merged where p.site_id = loser
), anchors as (
    update core.anchor a set site_id = winner from merged where a.site_id = loser
)
delete from core.anchor_site s using merged where s.site_id = merged.loser;

-- name: has_due_sites()$
select to_regclass('pg_temp.site_of_location') is not null;

-- name: merge_due_sites(losers, winners)!
update site_of_location p set site_id = winner
from unnest(:losers::int[], :winners::int[]) as m (loser, winner)
where p.site_id = loser;

-- name: drop_due_sites(sites)!
delete from site_of_location where site_id = any(:sites::int[]);

-- name: relabel_due_sites()!
-- After merging, a point shows fewer kinds.
update site_of_location p
set label_ids = (
    select array_agg(case when u.slot <> all(s.mixed) then u.area_id end order by u.slot)
    from unnest(p.label_ids) with ordinality as u (area_id, slot))
from core.anchor_site s
where s.site_id = p.site_id and s.mixed <> '{}';

-- name: note_reports()!
-- How many different doors were ever reported at each lattice point: different addresses and different points, whichever are fewer.
with shown as (
    select a.site_id, la.location_id from core.location_anchor la join core.anchor a using (anchor_id) where a.site_id is not null
    union all
    select site_id, location_id from site_of_location
), counted as (
    select site_id, least(count(distinct coalesce(l.address, st_astext(l.geom))), count(distinct l.geom)) as reported
    from shown
    join core.location l using (location_id)
    group by site_id
)
update core.anchor_site s set reported = counted.reported
from counted
where counted.site_id = s.site_id and s.kind = 'lattice' and s.reported < counted.reported;

-- name: shown_sites()
-- Points at which something was published already.
select distinct a.site_id from core.anchor a join open.anchor using (anchor_id) where a.site_id is not null;

-- name: has_pieces_without_ground()$
select exists (select from core.lattice_piece where geom is null);

-- name: fill_ground()!
-- Pieces that were made before their ground was kept, from the same cells and areas.
update core.lattice_piece p set geom = n.geom
from (
    select cell_x, cell_y, (select array_agg(id order by id) from unnest(area_ids) as id) as area_ids, st_union(geom) as geom
    from piece where not st_isempty(geom) group by 1, 2, 3
) as n
where p.geom is null and (p.cell_x, p.cell_y) = (n.cell_x, n.cell_y) and p.area_ids = coalesce(n.area_ids, '{}');

-- name: keep_new_ground()!
-- Of the pieces made now, what no kept piece covers.
with kept as (
    select p.ctid as row, st_union(k.geom) as geom from piece p join core.lattice_piece k on st_intersects(k.geom, p.geom) group by 1
)
update piece p set geom = st_collectionextract(st_difference(p.geom, kept.geom), 3) from kept where kept.row = p.ctid;

-- name: read_kept_pieces(label_kinds)
-- Each kept piece with the areas that hold it, and those that hold more than a house's ground of it and not all.
select
    p.site_id,
    coalesce(string_agg(a.area_id::text, ' ' order by a.area_id) filter (where o.m2 >= st_area(p.geom) - o.slack_m2), '') as held,
    coalesce(string_agg(a.area_id::text, ' ' order by a.area_id) filter (where o.m2 between o.slack_m2 and st_area(p.geom) - o.slack_m2), '') as cut
from core.lattice_piece p
left join core.area a on a.kind = any(:label_kinds::text[]) and st_intersects(a.geom, p.geom)
left join lateral (
    select
        case when st_covers(a.geom, p.geom) then st_area(p.geom) else st_area(st_intersection(a.geom, p.geom)) end as m2,
        least(400, st_area(p.geom) / 2) as slack_m2
) o on true
where p.geom is not null
group by p.piece_id, p.site_id;

-- name: drop_pieces()#
drop table if exists piece;

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
drop table if exists site_draft, address_draft, piece_draft;
create temporary table site_draft (
    number int primary key, kind text, name text, street text, number_from int, number_to int, addresses int, area_ids int[], mixed int[],
    x double precision, y double precision
) on commit drop;
create temporary table address_draft (gazetteer_id bigint, number int, site_id int) on commit drop;
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
    d.kind, first.site_id || '.' || d.number, coalesce(d.name, 'near ' || initcap(crossing.name), 'in ' || initcap(area.name), 'Point of the public lattice'),
    d.street, d.number_from, d.number_to, d.addresses, d.area_ids, d.mixed, st_setsrid(st_makepoint(d.x, d.y), :srid::int)
from site_draft d
cross join (select coalesce(max(site_id), 0) as site_id from core.anchor_site) as first
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

-- name: newest_site()$
select coalesce(max(site_id), 0) from core.anchor_site;

-- name: link_addresses(first)!
-- To a site made now, by its number, or to one that was there.
insert into core.address_site (gazetteer_id, street, number, geom, site_id)
select g.gazetteer_id, g.street, coalesce(g.number_from, 0), g.geom, coalesce(d.site_id, s.site_id)
from address_draft d
join core.gazetteer g using (gazetteer_id)
left join core.anchor_site s on s.kind = 'addresses' and s.key = :first || '.' || d.number;

-- name: link_pieces(first)!
insert into core.lattice_piece (cell_x, cell_y, area_ids, site_id, geom)
select d.cell_x, d.cell_y, d.area_ids, s.site_id, st_union(p.geom)
from piece_draft d
join core.anchor_site s on s.kind = 'lattice' and s.key = :first || '.' || d.number
join piece p on p.cell_x = d.cell_x and p.cell_y = d.cell_y
    and coalesce((select array_agg(id order by id) from unnest(p.area_ids) as id), '{}') = d.area_ids
where not st_isempty(p.geom)
group by d.cell_x, d.cell_y, d.area_ids, s.site_id;
