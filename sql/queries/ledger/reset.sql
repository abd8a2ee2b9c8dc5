-- Start over: what there is, and which tables hold it.

-- name: count_current()$
select count(*) from core.incident_version where known_to is null;

-- name: list_tables(schemas)
select n.nspname, c.relname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname = any(:schemas)
order by 1, 2;
