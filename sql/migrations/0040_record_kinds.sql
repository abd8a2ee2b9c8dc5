-- Records beside the incidents, such as calls for service: tables of their own, so that no question to the incidents can meet one.
create table raw.record_delivery (
    record_delivery_id int generated always as identity primary key,
    record_kind text not null,
    file text not null,
    sha256 text not null,
    reading text not null,                    -- fingerprint of the words of the city file by which it was read
    known_on date not null,
    loaded_at timestamptz not null default now(),
    summary jsonb not null                    -- what became of its records; the records themselves are not kept word for word
);
create index record_delivery_content on raw.record_delivery (record_kind, sha256);

create table core.record (
    record_kind text not null,
    record_key text not null,                 -- the agency's id
    record_delivery_id int not null references raw.record_delivery,
    line int not null,
    known_on date not null,
    occurred_from timestamp not null,         -- local wall clock as recorded
    occurred_to timestamp,
    time_precision text not null,
    initiated_by text not null check (initiated_by in ('public', 'police', 'unknown')),
    geom geometry(Point),                     -- true point, city CRS; null: none
    recorded text[] not null,                 -- area codes as recorded, a slot a kind
    era date,                                 -- first day of the boundary vintages in force
    area_ids int[] not null,                  -- areas, a slot a kind; null: none known
    in_study_area boolean,
    primary key (record_kind, record_key)
);
create index record_occurred on core.record (record_kind, occurred_from);

-- What was hidden once stays hidden, as in core.hidden_count.
create table core.hidden_record_count (
    record_kind text not null,
    initiated_by text not null,
    month date not null,
    area_id int not null,                     -- 0: the whole city
    primary key (record_kind, initiated_by, month, area_id)
);
create table core.counted_record_month (
    record_kind text not null,
    month date not null,
    kind text not null,                       -- the kind of area by which the month was first counted
    primary key (record_kind, month)
);

create table open.record_count (
    record_kind text not null,
    label text not null,
    initiated_by text not null,
    month date not null,
    area_id int not null,                     -- 0: the whole city
    records int,                              -- null: not published
    primary key (record_kind, initiated_by, month, area_id)
);
