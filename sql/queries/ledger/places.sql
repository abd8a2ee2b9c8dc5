-- Places by kind, and risk factors. A row keeps its number as long as its words and shape stay.

-- name: create_incoming_place()#
create temporary table if not exists incoming_place (
    name text not null, valid daterange not null, geom geometry not null, aliases text, postcode text
) on commit drop;
truncate incoming_place;

-- name: copy_incoming_places()!
copy incoming_place from stdin with (format csv);

-- name: delete_places(kind)!
delete from core.place p
where p.kind = :kind and not exists (
    select from incoming_place i where i.name = p.name and i.valid = p.valid and st_orderingequals(i.geom, p.geom)
);

-- name: insert_places(kind, kind_label)!
insert into core.place (kind, kind_label, name, valid, geom, aliases, postcode)
select distinct on (i.name, i.valid, st_asbinary(i.geom))
    :kind, :kind_label, i.name, i.valid, i.geom, coalesce(string_to_array(nullif(i.aliases, ''), ';'), '{}'), i.postcode
from incoming_place i
where not exists (
    select from core.place p
    where p.kind = :kind and p.name = i.name and p.valid = i.valid and st_orderingequals(i.geom, p.geom)
);

-- name: rename_places(kind)!
-- Other names and postcodes as the files have them now.
update core.place p
set aliases = n.aliases, postcode = n.postcode
from (
    select distinct on (name, valid, st_asbinary(geom))
        name, valid, geom, coalesce(string_to_array(nullif(aliases, ''), ';'), '{}') as aliases, postcode
    from incoming_place
) as n
where p.kind = :kind and n.name = p.name and n.valid = p.valid and st_orderingequals(n.geom, p.geom)
    and (p.aliases <> n.aliases or p.postcode is distinct from n.postcode);

-- name: delete_backdrop(kind)!
delete from core.backdrop where kind = :kind;

-- name: insert_backdrop(kind)!
insert into core.backdrop (kind, name, geom)
select :kind, name, geom from incoming_place;

-- name: relabel_kind(kind, kind_label)!
update core.place set kind_label = :kind_label where kind = :kind and kind_label <> :kind_label;

-- name: drop_places_of_other_kinds(kinds)!
delete from core.place where kind <> all (:kinds ::text[]);

-- name: delete_risk_factor(name, valid)!
delete from core.risk_factor where name = :name and valid = :valid ::daterange;

-- name: insert_risk_factor()!
insert into core.risk_factor (name, valid, geom)
select name, valid, geom from incoming_place;

-- name: drop_other_risk_factors(names, valid)!
-- Factors and vintages that the city file no longer names.
delete from core.risk_factor r
where not exists (
    select from unnest(:names ::text[], :valid ::daterange[]) as kept (name, valid)
    where kept.name = r.name and kept.valid = r.valid
);
