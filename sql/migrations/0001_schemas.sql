-- The four schemas. Who may read which is said in hotspots/store/roles.py: the public role reads `open` and nothing else.
create extension if not exists postgis;
create extension if not exists pg_trgm;

create schema if not exists raw;      -- what the agency sent, word for word
create schema if not exists core;     -- the ledger: versions of incidents, true points, areas, forecasts
create schema if not exists open;     -- the whole of what is public
create schema if not exists audit;    -- append-only: who did what

comment on schema raw is 'Deliveries as sent: one row a record, verbatim.';
comment on schema core is 'The incident ledger and everything staff read. Holds true points.';
comment on schema open is 'The whole of what is public. Every public answer is a function of these tables.';
comment on schema audit is 'Append-only record of staff reads, exports and changes.';

create table audit.event (
    event_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null default session_user,
    verb text not null,                       -- load, publish, forecast, at_risk, erase, incidents
    detail jsonb not null default '{}'::jsonb -- never an address, never a typed text
);
