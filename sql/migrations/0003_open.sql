-- Tables only: no view, no function, so that a dump of this schema is all that the public can ever learn.

create table open.city (
    only_row boolean primary key default true check (only_row),
    name text not null,
    service text not null,
    timezone text not null,
    srid int not null,
    invented boolean not null,                -- true: a demonstration city, and every page says so
    attribution text not null,
    disclaimer text not null,
    map_days int not null,                    -- length of the public window
    west double precision not null, south double precision not null,
    east double precision not null, north double precision not null
);

create table open.vintage (
    vintage_id int generated always as identity primary key,
    published_at timestamptz not null default now(),
    known_on date not null,                   -- newest delivery inside
    first_day date,
    newest_day date,                          -- newest public day
    incidents bigint not null,
    labels_version int not null
);

create table open.crime_type (
    crime_type_id smallint primary key,
    name text not null unique,
    label text not null,
    crime_group text not null,
    initiated_by text not null
);

create table open.location_type (
    location_type_id smallint primary key,
    name text not null unique
);

create table open.area_kind (
    kind text primary key,
    label text not null,
    position smallint not null
);

create table open.area (
    area_id int primary key,
    kind text not null references open.area_kind,
    code text not null,
    name text not null,
    residents int,                            -- latest census loaded; null: none known
    residents_year smallint,
    geom geometry(MultiPolygon) not null,     -- city CRS
    geom_3857 geometry generated always as (st_transform(geom, 3857)) stored
);
create index open_area_geom_3857 on open.area using gist (geom_3857);

create table open.place (
    place_id int primary key,
    kind text not null,
    kind_label text not null,
    name text not null,
    geom geometry not null,
    geom_3857 geometry generated always as (st_transform(geom, 3857)) stored
);
create index open_place_geom on open.place using gist (geom);
create index open_place_geom_3857 on open.place using gist (geom_3857);

-- An anchor is where the public may see an incident. `located` has a point; `no_location` and `outside` (of the study area) have none.
create table open.anchor (
    anchor_id int primary key,
    kind text not null check (kind in ('block', 'addresses', 'lattice', 'area')),
    status text not null check (status in ('located', 'no_location', 'outside')),
    name text not null,                       -- block name, or words such as 'near N STATE ST & W DIVISION ST'
    addresses int,                            -- how many addresses it stands for, where known
    geom geometry(Point),
    geom_3857 geometry generated always as (st_transform(geom, 3857)) stored,
    check ((status = 'located') = (geom is not null))
);
create index open_anchor_geom on open.anchor using gist (geom);
create index open_anchor_geom_3857 on open.anchor using gist (geom_3857);

create table open.anchor_area (
    area_id int not null,
    anchor_id int not null,
    primary key (area_id, anchor_id)
);
create index open_anchor_area_anchor on open.anchor_area (anchor_id);

create table open.anchor_place (
    kind text not null,
    anchor_id int not null,
    distance_m real not null,                 -- to the nearest place of this kind
    primary key (kind, anchor_id)
);

create table open.incident (
    public_id uuid primary key,
    anchor_id int not null,
    day date not null,
    hour smallint check (hour between 0 and 23),  -- null: not known, or a window longer than an hour
    crime_type_id smallint not null,
    location_type_id smallint,
    arrest boolean
);
create index open_incident_day on open.incident (day) include (anchor_id, crime_type_id, hour, location_type_id, arrest);
create index open_incident_anchor on open.incident (anchor_id, day);

-- Sensitive incidents never are rows: a count by area of one kind and month. area_id 0 is the whole city. null incidents: suppressed.
create table open.sensitive_count (
    month date not null,
    area_id int not null,
    incidents int,
    primary key (month, area_id)
);

create table open.forecast (
    forecast_id int primary key,
    crime_types text[] not null,
    model text not null,
    model_version text not null,
    settings jsonb not null,
    trained_from date not null,
    trained_to date not null,
    horizon_days int not null,
    vintage_id int not null,
    words text not null,                      -- what it says and does not say
    backtest jsonb
);

create table open.forecast_cell (
    forecast_id int not null references open.forecast on delete cascade,
    cell_id int not null,
    expected real not null,
    level smallint not null check (level between 1 and 5),  -- fixed breaks in words
    geom geometry not null,
    geom_3857 geometry generated always as (st_transform(geom, 3857)) stored,
    primary key (forecast_id, cell_id)
);
create index open_forecast_cell_geom on open.forecast_cell using gist (geom_3857);

-- Search: streets by trigram, then the nearest number.
create table open.street (
    street_id int primary key,
    name text not null,
    key text not null                         -- lower case, abbreviations spelt one way
);
create index open_street_key on open.street using gist (key gist_trgm_ops (siglen = 64));

create table open.gazetteer (
    gazetteer_id bigint primary key,          -- the id the page's URL carries
    kind text not null check (kind in ('address', 'block', 'intersection', 'place', 'area')),
    name text not null,
    key text not null,
    street_id int,
    other_street_id int,
    number_from int,
    number_to int,
    place_id int,
    area_id int,
    geom geometry not null                    -- city CRS: a point, or the place's or area's own shape
);
create index open_gazetteer_street on open.gazetteer (street_id, number_from);
create index open_gazetteer_other_street on open.gazetteer (other_street_id) where other_street_id is not null;
create index open_gazetteer_key on open.gazetteer using gist (key gist_trgm_ops (siglen = 64)) where kind in ('place', 'area', 'intersection');

-- Base map of the city's own layers.
create table open.base (
    base_id int generated always as identity primary key,
    layer text not null check (layer in ('land', 'park', 'street')),
    name text,
    rank smallint not null default 2,         -- 1: main street
    geom_3857 geometry not null
);
create index open_base_geom on open.base using gist (geom_3857);
