-- Which public point an incident is shown at. A site (block, group of addresses, piece of the lattice) with one
-- combination of published areas is an anchor; what has no public point has an anchor without a site.

-- name: collect_due_locations(end, withhold, label_kinds)!
-- Locations of incidents that are not sensitive and have no anchor yet, and whether one of them is public now. A location that only sensitive
-- incidents name gets none: it must not leave a trace.
create temporary table due_location on commit drop as
with named as (
    select v.location_id, bool_or(v.known_to is null) as is_shown
    from {versions} v
    join core.crime_type t on t.crime_type_id = v.crime_type_id
    where not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[]) and v.occurred_from < :end::date
    group by v.location_id
), missing as (
    select n.location_id, n.is_shown from named n where not exists (select from core.location_anchor a where a.location_id = n.location_id)
), place as (
    select
        l.location_id, l.address, l.geom, l.precision, l.label_set_id, missing.is_shown,
        case when l.geom is null then 'no_location' when l.in_study_area is false then 'outside' else 'located' end as status,
        case when l.precision = 'block' then coalesce(l.address, 'near ' || st_x(l.geom)::int || ' ' || st_y(l.geom)::int) end as block_key
    from core.location l
    join missing using (location_id)
), published as (
    select
        s.label_set_id,
        (select array_agg(case when k.kind = any(:label_kinds::text[]) then s.area_ids[k.position] end order by k.position)
         from core.area_kind k) as label_ids
    from core.label_set s
    where s.label_set_id in (select label_set_id from place)
)
select
    place.location_id, place.geom, place.precision, place.status, place.block_key, place.is_shown,
    coalesce(published.label_ids, (select array_agg(null::int) from core.area_kind), '{{}}') as label_ids
from place
left join published using (label_set_id);

-- name: create_site_of_location()#
create temporary table site_of_location (location_id int not null, site_id int not null, label_ids int[] not null) on commit drop;

-- name: read_new_blocks()
select distinct block_key
from due_location d
where d.status = 'located' and d.block_key is not null
    and not exists (select from core.anchor_site s where s.kind = 'block' and s.key = d.block_key);

-- name: create_block_name()#
create temporary table block_name (key text primary key, name text, street text, number_from int, number_to int) on commit drop;

-- name: copy_block_names()#
copy block_name (key, name, street, number_from, number_to) from stdin;

-- name: insert_blocks(srid, seed)!
-- A block stands at the median of its points; numbers are given in a random order, so that they tell nothing.
insert into core.anchor_site (kind, key, name, street, number_from, number_to, geom)
select 'block', b.key, b.name, b.street, b.number_from, b.number_to, st_setsrid(st_makepoint(m.x, m.y), :srid::int)
from block_name b
join (
    select
        block_key as key,
        percentile_cont(0.5) within group (order by st_x(geom)) as x,
        percentile_cont(0.5) within group (order by st_y(geom)) as y
    from due_location
    where status = 'located' and block_key is not null
    group by block_key
) m using (key)
order by md5(:seed::text || b.key);

-- name: place_at_blocks()!
insert into site_of_location (location_id, site_id, label_ids)
select d.location_id, s.site_id, d.label_ids
from due_location d
join core.anchor_site s on s.kind = 'block' and s.key = d.block_key
where d.status = 'located';

-- name: place_at_addresses()!
-- The nearest address decides, one that the list has lost too: its group is the site, less the kinds of area in which the group is mixed.
insert into site_of_location (location_id, site_id, label_ids)
select d.location_id, s.site_id, v.label_ids
from due_location d
cross join lateral (
    select k.site_id from core.address_site k order by k.geom <-> d.geom limit 1
) nearest
join core.anchor_site s using (site_id)
cross join lateral (
    select array_agg(case when u.slot <> all(s.mixed) then u.area_id end order by u.slot) as label_ids
    from unnest(d.label_ids) with ordinality as u (area_id, slot)
) v
where d.status = 'located' and d.precision = 'exact' and {fits};

-- name: place_in_lattice()!
-- On the edge of two pieces the one that fits, then the lower number. Slivers belong to no piece: what lies in one is nearest to another.
insert into site_of_location (location_id, site_id, label_ids)
select distinct on (d.location_id) d.location_id, s.site_id, v.label_ids
from due_location d
cross join lateral (
    select piece.site_id, st_distance(piece.geom, d.geom) as away_m
    from core.lattice_piece piece
    where st_dwithin(piece.geom, d.geom, 15)
    order by 2
    limit 4
) p
join core.anchor_site s using (site_id)
cross join lateral (
    select array_agg(case when u.slot <> all(s.mixed) then u.area_id end order by u.slot) as label_ids
    from unnest(d.label_ids) with ordinality as u (area_id, slot)
) v
where d.status = 'located' and d.precision = 'exact' and {fits}
order by d.location_id, p.away_m, s.site_id;

-- name: fits()
-- A location may stand at a site where each kind that the site keeps names the same area, or none, in both.
array_remove(v.label_ids, null) <@ s.area_ids
and cardinality(array_remove(v.label_ids, null)) = (select count(distinct a.kind) from core.area a where a.area_id = any(s.area_ids));

-- name: place_nearby(reach_m)!
-- What does not fit where it lies (the record names another area than the map) moves to the nearest site of its own combination.
insert into site_of_location (location_id, site_id, label_ids)
select d.location_id, near.site_id, d.label_ids
from due_location d
cross join lateral (
    select s.site_id
    from core.anchor_site s
    where s.kind <> 'block' and s.mixed = '{}' and st_dwithin(s.geom, d.geom, :reach_m)
        and array_remove(d.label_ids, null) <@ s.area_ids
        and cardinality(array_remove(d.label_ids, null)) = (select count(distinct a.kind) from core.area a where a.area_id = any(s.area_ids))
    order by s.geom <-> d.geom
    limit 1
) near
where d.status = 'located' and d.precision = 'exact'
    and not exists (select from site_of_location p where p.location_id = d.location_id);

-- name: insert_site_anchors(srid, seed)!
-- An anchor at a block stands at the median of its own points, fixed from then on; the others stand where their site does. Those at which
-- something is public now are numbered in a secret order, without gaps.
insert into core.anchor (anchor_id, site_id, status, label_ids, geom)
select
    case when is_shown
        then (select greatest(0, max(anchor_id)) from core.anchor)
            + row_number() over (partition by is_shown order by md5(:seed::text || s.kind || s.key || wanted.label_ids::text), s.key)
        else nextval('core.anchor_not_shown') end,
    site_id, 'located', label_ids, case when is_block then st_setsrid(st_makepoint(x, y), :srid::int) end
from (
    select
        p.site_id, p.label_ids, bool_and(d.precision = 'block') as is_block, bool_or(d.is_shown) as is_shown,
        percentile_cont(0.5) within group (order by st_x(d.geom)) as x,
        percentile_cont(0.5) within group (order by st_y(d.geom)) as y
    from site_of_location p
    join due_location d using (location_id)
    group by p.site_id, p.label_ids
) as wanted
join core.anchor_site s using (site_id)
where not exists (
    select from core.anchor a where a.site_id = wanted.site_id and a.status = 'located' and a.label_ids = wanted.label_ids);

-- name: link_site_anchors()!
insert into core.location_anchor (location_id, anchor_id)
select p.location_id, (array_agg(a.anchor_id order by a.anchor_id < 0, a.anchor_id))[1]
from site_of_location p
join core.anchor a on a.site_id = p.site_id and a.label_ids = p.label_ids
group by p.location_id;

-- name: create_coarse_labels()!
-- An incident without a point shows its recorded areas only as far as some located anchor has them all together; else the
-- finest kind (the one with most areas) is dropped, then the next.
create temporary table coarse_labels on commit drop as
with kind as (
    select k.position, row_number() over (order by count(a.area_id) desc, k.position) as fineness
    from core.area_kind k
    left join core.area a using (kind)
    group by k.position
), located as (
    select distinct label_ids from core.anchor where status = 'located'
), candidate as (
    select d.label_ids as recorded_ids, dropped, c.label_ids, c.has_label
    from (select distinct label_ids from due_location where status <> 'located') as d
    cross join generate_series(0, (select count(*) from core.area_kind)) as dropped
    cross join lateral (
        select
            array_agg(case when k.fineness > dropped then d.label_ids[k.position] end order by k.position) as label_ids,
            array_agg(k.fineness > dropped and d.label_ids[k.position] is not null order by k.position) as has_label
        from kind k
    ) as c
), shown as (
    -- What located anchors show of the same kinds: few sets of kinds, so this is small.
    select distinct p.has_label, v.label_ids
    from (select distinct has_label from candidate) as p
    cross join located
    cross join lateral (
        select array_agg(case when p.has_label[k.position] then located.label_ids[k.position] end order by k.position) as label_ids from kind k
    ) as v
)
select distinct on (c.recorded_ids) c.recorded_ids, coalesce(c.label_ids, '{}') as label_ids
from candidate c
left join shown s on s.has_label = c.has_label and s.label_ids = c.label_ids
where s.label_ids is not null or cardinality(array_remove(c.label_ids, null)) = 0 or c.label_ids is null
order by c.recorded_ids, c.dropped;

-- name: create_pointless()!
-- Not located, outside the study area, or located where no site fits: the last shows no area at all.
create temporary table pointless on commit drop as
select
    d.location_id,
    case when d.status = 'outside' then 'outside' else 'no_location' end as status,
    coalesce(c.label_ids, (select array_agg(null::int) from core.area_kind), '{}') as label_ids,
    d.status = 'located' as is_withheld,
    d.is_shown
from due_location d
left join coarse_labels c on c.recorded_ids = d.label_ids and d.status <> 'located'
where not exists (select from site_of_location p where p.location_id = d.location_id);

-- name: count_withheld()$
select count(*) from pointless where is_withheld;

-- name: insert_pointless_anchors(seed)!
insert into core.anchor (anchor_id, status, label_ids, born_ids)
select
    case when is_shown
        then (select greatest(0, max(anchor_id)) from core.anchor)
            + row_number() over (partition by is_shown order by md5(:seed::text || status || label_ids::text))
        else nextval('core.anchor_not_shown') end,
    status, label_ids, label_ids
from (select status, label_ids, bool_or(is_shown) as is_shown from pointless group by status, label_ids) as wanted
where not exists (
    select from core.anchor a
    where a.site_id is null and a.status = wanted.status and a.label_ids = wanted.label_ids and a.born_ids = wanted.label_ids);

-- name: link_pointless_anchors()!
insert into core.location_anchor (location_id, anchor_id)
select p.location_id, a.anchor_id
from pointless p
join core.anchor a on a.site_id is null and a.status = p.status and a.label_ids = p.label_ids and a.born_ids = p.label_ids;

-- name: number_anchors(seed, end, withhold)!
-- Anchors at which only older versions stood so far, and something is public now.
with shown as (
    select distinct la.anchor_id
    from {versions} v
    join core.crime_type t on t.crime_type_id = v.crime_type_id
    join core.location_anchor la on la.location_id = v.location_id
    where la.anchor_id < 0 and v.known_to is null and not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[])
        and v.occurred_from < :end::date
), numbered as (
    select
        anchor_id as old_id,
        (select greatest(0, max(anchor_id)) from core.anchor)
            + row_number() over (order by md5(:seed::text || coalesce(s.kind || s.key, a.status) || a.label_ids::text), anchor_id) as new_id
    from shown
    join core.anchor a using (anchor_id)
    left join core.anchor_site s using (site_id)
), locations as (
    update core.location_anchor la set anchor_id = n.new_id from numbered n where la.anchor_id = n.old_id
)
update core.anchor a set anchor_id = n.new_id from numbered n where a.anchor_id = n.old_id;

-- Kept anchors under today's areas ------------------------------------------------------------------------------------

-- name: unlink_withheld()!
-- What had no place near enough may have one today, and what was outside may be inside. Nothing else is ever placed anew.
delete from core.location_anchor la
using core.anchor a, core.location l
where a.anchor_id = la.anchor_id and l.location_id = la.location_id and a.site_id is null
    and l.geom is not null and (l.in_study_area is not false or a.status <> 'outside');

-- name: relabel_block_anchors(label_kinds)!
-- A kept anchor shows the areas that all of its locations share today, whichever kinds are published.
with member as (
    select
        la.anchor_id, k.position,
        case when k.kind = any(:label_kinds::text[]) then s.area_ids[k.position] end as area_id
    from core.location_anchor la
    join core.anchor a using (anchor_id)
    join core.anchor_site b on b.site_id = a.site_id and b.kind = 'block'
    join core.location l using (location_id)
    left join core.label_set s using (label_set_id)
    cross join core.area_kind k
), agreed as (
    select anchor_id, position, case when count(area_id) = count(*) and min(area_id) = max(area_id) then min(area_id) end as area_id
    from member
    group by anchor_id, position
), shown as (
    select anchor_id, array_agg(area_id order by position) as label_ids from agreed group by anchor_id
)
update core.anchor a set label_ids = shown.label_ids
from shown
where shown.anchor_id = a.anchor_id and shown.label_ids <> a.label_ids;

-- name: relabel_site_anchors(label_kinds)!
-- The areas at a group of addresses or a lattice point follow from the point and the boundary vintage alone, never from the incident.
with era as (
    select distinct la.anchor_id, a.site_id, l.era
    from core.location_anchor la
    join core.anchor a using (anchor_id)
    join core.anchor_site s on s.site_id = a.site_id and s.kind <> 'block'
    join core.location l using (location_id)
), member as (
    select
        e.anchor_id, k.position,
        (
            select min(area.area_id)
            from core.area area
            where k.kind = any(:label_kinds::text[]) and area.kind = k.kind and area.area_id = any(s.area_ids)
                and (case when e.era is null then lower_inf(area.valid) else area.valid @> e.era end)
        ) as area_id
    from era e
    join core.anchor_site s using (site_id)
    cross join core.area_kind k
), agreed as (
    select anchor_id, position, case when count(area_id) = count(*) and min(area_id) = max(area_id) then min(area_id) end as area_id
    from member
    group by anchor_id, position
), shown as (
    select anchor_id, array_agg(area_id order by position) as label_ids from agreed group by anchor_id
)
update core.anchor a set label_ids = shown.label_ids
from shown
where shown.anchor_id = a.anchor_id and shown.label_ids <> a.label_ids;

-- name: relabel_pointless_anchors(label_kinds)!
-- Without a point nothing is ever shown but the areas of the first publication, as far as their kinds are published today.
with shown as (
    select
        a.anchor_id,
        array(
            select (
                select min(area.area_id) from core.area area
                where area.kind = k.kind and k.kind = any(:label_kinds::text[]) and area.area_id = any(a.born_ids)
            )
            from core.area_kind k order by k.position
        ) as label_ids
    from core.anchor a
    where a.site_id is null
)
update core.anchor a set label_ids = shown.label_ids
from shown
where shown.anchor_id = a.anchor_id and shown.label_ids <> a.label_ids;

-- name: join_equal_anchors()!
-- Anchors of one point that show the same are one: of two that merged, the lower number stays, of one that was shown and one that was not the first.
with same as (
    select a.anchor_id, first_value(a.anchor_id) over (partition by a.site_id, a.label_ids order by a.anchor_id < 0, a.anchor_id) as kept_id
    from core.anchor a
    join core.anchor_site s on s.site_id = a.site_id and s.kind <> 'block'
), moved as (
    update core.location_anchor la set anchor_id = same.kept_id
    from same
    where same.anchor_id = la.anchor_id and same.kept_id <> same.anchor_id
)
delete from core.anchor a using same where a.anchor_id = same.anchor_id and same.kept_id <> same.anchor_id;

-- Into open -------------------------------------------------------------------------------------------------------

-- name: collect_used_anchors()#
create temporary table new_anchor on commit drop as
select distinct anchor_id from open.incident;

-- name: collect_new_anchors()!
create temporary table new_anchor on commit drop as
select distinct i.anchor_id
from due_version v
join open.incident i using (public_id)
where not exists (select from open.anchor a where a.anchor_id = i.anchor_id);

-- name: collect_all_anchors()#
-- For what must be written anew for every anchor because the places changed.
insert into new_anchor select anchor_id from open.anchor where anchor_id not in (select anchor_id from new_anchor);
delete from open.anchor_place;

-- name: delete_anchors()#
delete from open.anchor_place;
delete from open.anchor_area;
delete from open.anchor;

-- name: delete_unused_anchors(anchors)!
-- An anchor without an incident would tell that there was one.
with unused as (
    select a.anchor_id from open.anchor a
    where a.anchor_id = any(:anchors::int[]) and not exists (select from open.incident i where i.anchor_id = a.anchor_id)
), places as (delete from open.anchor_place p using unused where p.anchor_id = unused.anchor_id),
areas as (delete from open.anchor_area p using unused where p.anchor_id = unused.anchor_id)
delete from open.anchor a using unused where a.anchor_id = unused.anchor_id;

-- name: insert_anchors()!
insert into open.anchor (anchor_id, kind, status, name, addresses, geom)
select
    a.anchor_id,
    coalesce(s.kind, 'area'),
    a.status,
    coalesce(s.name, case a.status when 'outside' then 'Outside the study area' else 'Location not known' end),
    s.addresses,
    coalesce(a.geom, s.geom)
from new_anchor
join core.anchor a using (anchor_id)
left join core.anchor_site s using (site_id);

-- name: insert_anchor_areas()!
insert into open.anchor_area (area_id, anchor_id)
select area_id, anchor_id
from new_anchor
join core.anchor a using (anchor_id)
cross join unnest(a.label_ids) as area_id
where area_id is not null
order by area_id, anchor_id;

-- name: read_new_points()
select a.anchor_id, st_asbinary(a.geom) from open.anchor a join new_anchor using (anchor_id) where a.geom is not null;

-- name: read_places()
select kind, st_asbinary(geom) from open.place order by kind, place_id;

-- name: copy_anchor_places()#
copy open.anchor_place (kind, anchor_id, distance_m) from stdin;
