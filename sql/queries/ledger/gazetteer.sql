-- Where the address search looks. An entry keeps its number, which is in people's links, as long as its words and point stay.

-- name: create_incoming_entry()#
create temporary table if not exists incoming_entry (
    name text not null, street text not null, other_street text, number_from int, number_to int, geom geometry not null
) on commit drop;
truncate incoming_entry;

-- name: copy_incoming_entries()!
copy incoming_entry from stdin with (format csv);

-- name: delete_entries(kind)!
delete from core.gazetteer g
where g.kind = :kind
    and not exists (select from incoming_entry i where i.name = g.name and st_equals(i.geom, g.geom));

-- name: insert_entries(kind)!
insert into core.gazetteer (kind, name, street, other_street, number_from, number_to, geom)
select distinct on (i.name, st_astext(i.geom)) :kind, i.name, i.street, i.other_street, i.number_from, i.number_to, i.geom
from incoming_entry i
where not exists (
    select from core.gazetteer g where g.kind = :kind and g.name = i.name and st_equals(i.geom, g.geom)
)
order by i.name, st_astext(i.geom);

-- name: drop_kind(kind)!
delete from core.gazetteer where kind = :kind;

-- name: has_blocks()$
select exists (select from core.gazetteer where kind = 'block');

-- name: insert_blocks_of_incidents(srid, after)!
-- Blocks that the agency names and places itself, such as '008XX N MICHIGAN AVE' for numbers 800 to 899, at the median of its points.
-- Only where precision is 'block': an exact address never enters. A block stays where it was first put.
insert into core.gazetteer (kind, name, street, number_from, number_to, geom)
select 'block', b.name, b.street, b.number, b.number + 99, st_setsrid(st_makepoint(b.x, b.y), :srid)
from (
    select l.address as name,
        substring(l.address from '^\d+[Xx]{2}\s+(.*)$') as street,
        substring(l.address from '^(\d+)')::int * 100 as number,
        percentile_cont(0.5) within group (order by st_x(l.geom)) as x,
        percentile_cont(0.5) within group (order by st_y(l.geom)) as y
    from core.location l
    where l.location_id > :after and l.precision = 'block' and l.address ~ '^\d{1,5}[Xx]{2}\s+\S'
        and not exists (select from core.gazetteer g where g.kind = 'block' and g.name = l.address)
    group by l.address
) b
order by b.street, b.number;

-- name: analyze_incoming_entry()#
analyze incoming_entry;
