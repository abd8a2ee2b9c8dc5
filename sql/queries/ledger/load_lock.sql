-- One load or publication of a city at a time. Only the owner can take the lock: no other role may write to the table.

-- name: read_holder()^
-- Who has the lock: process, what it is called, since when in seconds.
select a.pid, a.application_name, extract(epoch from clock_timestamp() - a.xact_start)::int
from pg_locks l
join pg_stat_activity a using (pid)
where l.relation = 'core.load_lock'::regclass and l.mode = 'ExclusiveLock' and l.granted and l.pid <> pg_backend_pid()
    and l.database = (select oid from pg_database where datname = current_database());

-- name: take()#
-- Held until the transaction ends. As the first statement of a transaction it comes before the transaction's view of the data.
lock table core.load_lock in exclusive mode;
