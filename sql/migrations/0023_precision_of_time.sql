-- How precisely a record tells when it happened. A day is kept as its first minute to its last, a month as its first day to its last.
-- Null: loaded before this was kept.
alter table core.incident_version
    add column time_precision text check (time_precision in ('month', 'day', 'hour', 'minute', 'window'));
