-- What a backup holds, counted in the snapshot that it is made from.

-- name: begin_snapshot()!
-- Everything that follows in this transaction sees one moment.
set transaction isolation level repeatable read, read only;

-- name: export_snapshot()$
select pg_export_snapshot();

-- name: moment()$
select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');

-- name: list_tables()
-- All tables of ours; those of extensions are made by the extensions.
select n.nspname, c.relname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r'
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and n.nspname not like 'pg\_temp%%'
    and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by n.nspname, c.relname;

-- name: list_vintages()
select vintage_id from open.vintage order by vintage_id;

-- name: list_grants()
-- What the roles of ours may, beside the owner: on schemas, tables, columns and functions.
select format('%%s may %%s %%s', r.rolname, lower(g.privilege_type), g.what)
from (
    select a.grantee, a.privilege_type, 'schema ' || n.nspname as what
    from pg_namespace n, aclexplode(n.nspacl) a
    union all
    select a.grantee, a.privilege_type, n.nspname || '.' || c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
    union all
    select a.grantee, a.privilege_type, n.nspname || '.' || c.relname || '.' || t.attname
    from pg_attribute t
    join pg_class c on c.oid = t.attrelid
    join pg_namespace n on n.oid = c.relnamespace, aclexplode(t.attacl) a
    union all
    select a.grantee, a.privilege_type, n.nspname || '.' || p.proname
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(p.proacl) a
) g
join pg_roles r on r.oid = g.grantee
where r.rolname like 'hotspots\_%%' and r.rolname <> current_user
order by 1;

-- name: analyze()!
analyze;
