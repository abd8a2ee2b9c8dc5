-- Filling empty tables: what slows a first load is taken away and put back in the same transaction.

-- name: foreign_keys_of(tables)
-- Foreign keys from and to some tables: table, name, definition.
select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
from pg_constraint
where contype = 'f' and (conrelid = any(:tables ::regclass[]) or confrelid = any(:tables ::regclass[]))
order by oid;

-- name: indexes_of(tables)
-- Indexes of some tables that no constraint needs: name, definition.
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index i
where i.indrelid = any(:tables ::regclass[])
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
order by i.indexrelid;
