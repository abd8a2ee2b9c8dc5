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

-- name: avoid_nested_loops()#
-- Nothing is known of the sizes of tables that grow in this transaction: a nested loop over them could take for ever.
set local enable_nestloop = off;

-- name: allow_nested_loops()#
set local enable_nestloop = on;
