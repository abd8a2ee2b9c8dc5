-- Places by kind, and risk factors. A row keeps its number as long as its words and shape stay.

-- name: create_incoming_place()#
create temporary table if not exists incoming_place (name text not null, valid daterange not null, geom geometry not null) on commit drop;
truncate incoming_place;

-- name: copy_incoming_places()!
copy incoming_place from stdin with (format csv);

-- name: delete_places(kind)!
delete from core.place p
where p.kind = :kind and not exists (
    select from incoming_place i where i.name = p.name and i.valid = p.valid and st_orderingequals(i.geom, p.geom)
);

-- name: insert_places(kind, kind_label)!
insert into core.place (kind, kind_label, name, valid, geom)
select distinct :kind, :kind_label, i.name, i.valid, i.geom
from incoming_place i
where not exists (
    select from core.place p
    where p.kind = :kind and p.name = i.name and p.valid = i.valid and st_orderingequals(i.geom, p.geom)
);

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
