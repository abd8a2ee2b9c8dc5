-- The city itself.

-- name: read_city()^
select name, srid, timezone, config, labels_version from core.city;

-- name: write_city(name, srid, timezone, config)!
insert into core.city (name, srid, timezone, config) values (:name, :srid, :timezone, :config)
on conflict (only_row) do update
set name = excluded.name, timezone = excluded.timezone, config = excluded.config, srid = excluded.srid;

-- name: raise_labels_version()!
update core.city set labels_version = labels_version + 1;
