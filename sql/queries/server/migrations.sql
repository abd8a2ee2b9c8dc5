-- The ledger of applied migrations, and the lock that keeps two runners apart.

-- name: lock_migrations()$
-- One runner at a time, until the connection closes. The number is the word "hotspots" in bytes.
select pg_advisory_lock(x'686f7473706f7473'::bigint);

-- name: create_ledger#
create schema if not exists audit;
create table if not exists audit.migration (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
);

-- name: ledger_exists()$
select to_regclass('audit.migration') is not null;

-- name: applied_migrations()
select number, name, sha256 from audit.migration order by number;

-- name: record_migration(number, name, sha256)!
insert into audit.migration (number, name, sha256) values (:number, :name, :sha256);
