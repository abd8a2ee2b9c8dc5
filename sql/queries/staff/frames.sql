-- The city's places, for analysts.

-- name: place_kinds()
select distinct kind from core.place order by kind;

-- name: read_places(kind)
select name, st_asbinary(geom) as geom from core.place where kind = :kind order by place_id;
