-- Areas by kind and vintage, the study area, population.

-- name: upsert_kind(kind, label, position)!
insert into core.area_kind (kind, label, position) values (:kind, :label, :position)
on conflict (kind) do update set label = excluded.label, position = excluded.position;

-- name: shift_positions()!
-- Out of the way of the new positions, which are unique.
update core.area_kind set position = position + 1000;

-- name: drop_kinds(kinds)!
delete from core.area_kind where kind <> all (:kinds ::text[]);

-- name: drop_areas_of_other_kinds(kinds)!
delete from core.area where kind <> all (:kinds ::text[]);

-- name: read_positions()
select kind, position from core.area_kind order by position;

-- name: create_incoming_area()#
create temporary table if not exists incoming_area (code text not null, code_key text not null, name text not null, geom geometry not null)
on commit drop;
truncate incoming_area;

-- name: copy_incoming_areas()!
copy incoming_area from stdin with (format csv);

-- name: delete_areas(kind, valid)!
-- Areas of a vintage that its file no longer has.
delete from core.area a
where a.kind = :kind and a.valid = :valid ::daterange
    and not exists (select from incoming_area i where i.code_key = a.code_key);

-- name: upsert_areas(kind, valid)!
-- An area keeps its number as long as its kind, code and vintage stay.
insert into core.area as a (kind, code, code_key, name, valid, geom)
select :kind, i.code, i.code_key, i.name, :valid ::daterange, st_multi(i.geom)
from incoming_area i
order by i.code_key
on conflict (kind, code_key, valid) do update
set code = excluded.code, name = excluded.name, geom = excluded.geom
where a.code <> excluded.code or a.name <> excluded.name or not st_orderingequals(a.geom, excluded.geom);

-- name: delete_vintages(kind, valid)!
-- Vintages of a kind that the city file no longer names.
delete from core.area where kind = :kind and valid <> all (:valid ::daterange[]);

-- name: write_study_area(kinds)!
-- The union of the newest vintage of some kinds, made valid.
insert into core.study_area (geom)
select st_multi(st_collectionextract(st_makevalid(st_union(geom)), 3))
from core.area
where kind = any(:kinds ::text[]) and upper_inf(valid)
having count(*) > 0
on conflict (only_row) do update set geom = excluded.geom
where not st_orderingequals(core.study_area.geom, excluded.geom);

-- name: read_names()
-- Kind, code and name of every area.
select kind, code, name from core.area order by kind, code;

-- name: read_areas()
-- Areas as labels are made from them.
select a.area_id, k.position, a.code_key, lower(a.valid), upper(a.valid), st_asbinary(a.geom)
from core.area a join core.area_kind k using (kind)
order by a.area_id;

-- name: read_area_codes()
select distinct kind || ':' || code from core.area where upper_inf(valid) order by 1;

-- name: read_study_area()$
select st_asbinary(geom) from core.study_area;

-- name: count_areas()$
select count(*) from core.area;

-- name: delete_population()!
delete from core.population;

-- name: insert_population(kind, codes, years, residents)!
insert into core.population (area_id, year, residents)
select a.area_id, given.year, sum(given.residents)
from unnest(:codes ::text[], :years ::int[], :residents ::int[]) as given (code_key, year, residents)
join core.area a on a.kind = :kind and a.code_key = given.code_key and upper_inf(a.valid)
group by a.area_id, given.year;

-- name: delete_population_groups()!
delete from core.population_group;

-- name: insert_population_groups(kind, year, labels, codes, named, residents)!
insert into core.population_group (area_id, label, position, year, residents)
select a.area_id, given.label, array_position(:labels ::text[], given.label), :year, sum(given.residents)
from unnest(:codes ::text[], :named ::text[], :residents ::int[]) as given (code_key, label, residents)
join core.area a on a.kind = :kind and a.code_key = given.code_key and upper_inf(a.valid)
group by a.area_id, given.label;
