-- Each day of the audit is sealed by a hash that also covers the seal before it: a line that changes later, or goes, is found.
create table audit.seal (
    day date primary key,                     -- of UTC
    lines int not null,
    hash bytea not null,
    sealed_at timestamptz not null default now()
);
create function audit.hash_of(day_ date, before bytea) returns table (lines int, hash bytea)
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select count(*)::int, sha256(coalesce(before, '') || convert_to(
        day_::text || coalesce(string_agg(
            concat_ws('|', event_id, extract(epoch from at), actor, verb, detail::text), E'\n' order by event_id), ''), 'UTF8'))
    from audit.event where at >= day_::timestamp at time zone 'UTC' and at < (day_ + 1)::timestamp at time zone 'UTC'
$$;
comment on function audit.hash_of(date, bytea) is 'Number of lines of a day of UTC, and the hash of them and of the seal before.';
revoke all on function audit.hash_of(date, bytea) from public;
