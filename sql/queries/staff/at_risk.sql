-- What a list says of its places.

-- name: read_units(kind, on_day)
-- The areas of a kind that hold on a day.
select area_id as unit_id, code, name, st_asbinary(geom) as geom, st_area(geom) as area_m2
from core.area where kind = :kind and valid @> :on_day::date order by area_id;

-- name: area_kinds()
select kind, label from core.area_kind order by position;

-- name: copy_events(origin_y, cell_size_m, origin_x, start, end, crime_types)!
-- Windows of events with the cell they lie in and their crime type, for hour profiles and last year's counts.
copy (
    select floor((st_y(l.geom) - :origin_y) / :cell_size_m)::int as row_no,
           floor((st_x(l.geom) - :origin_x) / :cell_size_m)::int as col_no,
           extract(epoch from v.occurred_from) / 3600.0 as from_h,
           extract(epoch from coalesce(v.occurred_to, v.occurred_from)) / 3600.0 as to_h,
           coalesce(l.label_set_id, 0) as label_set_id, v.crime_type_id, st_x(l.geom) as x, st_y(l.geom) as y
    from core.incident_version as v
    join core.location as l using (location_id)
    where v.known_to is null and l.in_study_area
      and v.occurred_from >= :start and v.occurred_from < :end
      and v.crime_type_id = any(:crime_types)
) to stdout with (format csv, header);

-- name: label_set_areas(kind)
-- The area of a kind in each label set: recorded codes won over the join when the sets were made.
select label_set_id, area_ids[(select position from core.area_kind where kind = :kind)] as area_id from core.label_set;

-- name: nearest_names(xs, ys, srid, on_day)
-- For each point the nearest block or intersection of the gazetteer, and the area of the first kind that holds it. A city without such a
-- gazetteer has the streets of its own records: the nearest recorded address without its house number.
select p.n, coalesce(g.name, s.street) as nearest, round(st_distance(coalesce(g.geom, s.geom), p.geom))::int as nearest_m,
       a.name as area_name, a.label as area_label
from unnest(:xs::float8[], :ys::float8[]) with ordinality as q (x, y, n)
cross join lateral (select q.n, st_setsrid(st_makepoint(q.x, q.y), :srid) as geom) as p
left join lateral (
    select name, geom from core.gazetteer where kind in ('block', 'intersection') order by geom <-> p.geom limit 1
) as g on true
left join lateral (
    select nullif(regexp_replace(near.address, '^[0-9]+[0-9a-zA-Z/-]*\s+', ''), '') as street, near.geom
    from (select address, geom from core.location where geom is not null order by geom <-> p.geom limit 50) as near
    where near.address ~ '[a-zA-Z]' order by near.geom <-> p.geom limit 1
) as s on g.name is null
left join lateral (
    select area.name, kind.label from core.area as area join core.area_kind as kind using (kind)
    where kind.position = 1 and area.valid @> :on_day::date and st_intersects(area.geom, p.geom) order by area_id limit 1
) as a on true
order by p.n;

-- name: read_city()^
select name, srid, timezone, config from core.city;

-- name: newest_known()$
-- The newest day on which anything of the incidents became known or was withdrawn.
select max(greatest(known_from, known_to)) from core.incident_version;

-- name: residents(kind)
-- The newest census of each area of a kind.
select distinct on (area_id) area_id, year, residents from core.population join core.area using (area_id)
where kind = :kind order by area_id, year desc;

-- name: resident_groups(kind)
select label, area_id, g.residents from core.population_group as g join core.area using (area_id) where kind = :kind order by position, area_id;

-- name: read_listed(unit, grid_id, crime_types)
-- Since when each place has been on lists, and on how many days one was made; codes of areas outlive a grid, codes of cells do not.
select code, min(l.at)::date as since, count(distinct l.at::date)::int as days
from audit.place_list as l
cross join lateral jsonb_array_elements_text(l.detail -> 'codes') as place
cross join lateral unnest(string_to_array(place, '+')) as code
where l.detail ->> 'unit' = :unit and (:unit <> 'cell' or (l.detail -> 'grid_id')::int = :grid_id)
  and l.detail -> 'crime_types' ?| :crime_types::text[]
group by code;

-- name: read_backdrop(srid, kind)
-- Lines that help to find one's way on a printed map: the study area, streets with their names, areas of one kind. City CRS.
select 'study area' as layer, null as name, st_asbinary(st_simplifypreservetopology(geom, 15)) as geom from core.study_area
union all
select case when rank = 1 then 'street' else 'minor street' end, name, st_asbinary(st_simplify(st_transform(geom_3857, :srid), 10))
from open.base where layer = 'street'
union all
select 'area', null, st_asbinary(st_simplifypreservetopology(geom, 15)) from core.area where kind = :kind and upper_inf(valid);
