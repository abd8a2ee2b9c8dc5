-- Locations: each combination of point, words, recorded codes and boundary era once; and their labels.

-- name: create_incoming_location()#
create temporary table if not exists incoming_location (no int not null, key uuid not null) on commit drop;

-- name: clear_incoming_location()#
truncate incoming_location;

-- name: copy_incoming_locations()!
copy incoming_location (no, key) from stdin with (format csv);

-- name: newest_location()$
select coalesce(max(location_id), 0) from core.location;

-- name: known_locations()!
-- Which of the incoming locations are there: our number in the delivery, number in the table.
copy (
    select i.no, l.location_id from incoming_location i join core.location l using (key) order by i.no
) to stdout with (format csv, header);

-- name: reserve_locations(n)$
-- Take n numbers in one go; the last of them.
select setval(pg_get_serial_sequence('core.location', 'location_id'), nextval(pg_get_serial_sequence('core.location', 'location_id')) + :n - 1);

-- name: copy_new_locations()!
copy core.location (location_id, key, address, geom, precision, recorded, era, label_set_id, in_study_area, placed_by) from stdin with (format csv);

-- name: copy_locations()!
-- Every location as labels are made from it.
copy (
    select l.location_id, st_x(l.geom) as x, st_y(l.geom) as y, l.recorded::text as recorded, l.era::text as era,
        count(v.version_id) as incidents
    from core.location l
    left join core.incident_version v on v.location_id = l.location_id and v.known_to is null
    group by l.location_id order by l.location_id
) to stdout with (format csv, header);

-- name: upsert_label_sets(sets)!
-- Combinations of areas, each as an array literal: id and literal.
insert into core.label_set (area_ids)
select given.words::int[] from unnest(:sets ::text[]) as given (words)
where not exists (select from core.label_set s where s.area_ids = given.words::int[]);

-- name: read_label_sets()
select label_set_id, area_ids::text from core.label_set;

-- name: create_relabelled()#
create temporary table relabelled (location_id int not null, label_set_id int, in_study_area boolean) on commit drop;

-- name: copy_relabelled()!
copy relabelled from stdin with (format csv);

-- name: relabel_locations()!
update core.location l
set label_set_id = r.label_set_id, in_study_area = r.in_study_area
from relabelled r
where r.location_id = l.location_id
    and (l.label_set_id, l.in_study_area) is distinct from (r.label_set_id, r.in_study_area);

-- name: delete_unused_label_sets()!
delete from core.label_set s where not exists (select from core.location l where l.label_set_id = s.label_set_id);

-- name: analyze_incoming_location()#
analyze incoming_location;

-- name: analyze_relabelled()#
analyze relabelled;

-- name: copy_addresses()!
-- Locations that an address list placed, or may place: an address, and no point of the record's own.
copy (
    select l.location_id, l.address, st_x(l.geom) as x, st_y(l.geom) as y, l.recorded::text as recorded, l.era::text as era,
        count(*) filter (where v.known_to is null) as incidents
    from core.location l
    join core.incident_version v using (location_id)
    where l.address is not null and (l.geom is null or l.placed_by is not null)
    group by l.location_id order by l.location_id
) to stdout with (format csv, header);

-- name: read_placed()
-- The newest place of each address that incidents stand at.
select distinct on (l.address) l.address, st_x(l.geom), st_y(l.geom), l.placed_by
from core.location l
where l.placed_by is not null and exists (select from core.incident_version v where v.location_id = l.location_id)
order by l.address, l.location_id desc;

-- name: move_incidents(from_ids, to_ids)!
-- The location that is left stays with its link to a public point: what was published is not cut (docs/decisions/0020).
update core.incident_version v
set location_id = moved.to_id
from unnest(:from_ids::int[], :to_ids::int[]) as moved (from_id, to_id)
where v.location_id = moved.from_id;
