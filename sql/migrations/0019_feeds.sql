-- Runs of live feeds: where each ended, so that the next goes on there, and when a feed last answered.
create table raw.feed_run (
    feed_run_id int generated always as identity primary key,
    feed text not null,                       -- name in the city file
    definition text not null,                 -- fingerprint of what it asks: another question begins at the beginning
    started_at timestamptz not null default now(),
    finished_at timestamptz,                  -- null: it is running, or was killed
    outcome text not null default 'running' check (outcome in ('running', 'new', 'nothing new', 'failed')),
    file text,                                -- name of the new file in the folder of deliveries
    rows bigint,                              -- records in it; null: not counted
    size bigint not null default 0,           -- bytes of the newest file
    sha256 text,                              -- of the newest file
    cursor jsonb not null default '{}'::jsonb,
    failure text
);
create index feed_run_feed on raw.feed_run (feed, feed_run_id);

-- What the public may know of a feed: when it last answered, and since when it fails.
create table open.feed (
    feed text primary key,
    last_success timestamptz,
    last_new timestamptz,                     -- when it last brought records
    failing_since timestamptz
);
