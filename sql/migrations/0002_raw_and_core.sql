-- Deliveries -------------------------------------------------------------------------------------------------------
create table raw.delivery (
    delivery_id int generated always as identity primary key,
    dataset text not null,                    -- 'incidents', 'area beat', 'place school', ...
    file text not null,                       -- the file's name, without its folder
    sha256 text not null,
    header text,                              -- first line as sent
    known_on date not null,                   -- the day the city knew this: from the file name, a column, or --known-on
    loaded_at timestamptz not null default now(),
    summary jsonb not null default '{}'::jsonb
);
create index delivery_sha256 on raw.delivery (dataset, sha256);

create table raw.incident_row (
    delivery_id int not null references raw.delivery,
    line int not null,                        -- 1-based line of the file; the header is line 1
    record text not null                      -- the record word for word
);
create index incident_row_delivery on raw.incident_row using brin (delivery_id, line);

create table raw.reject (
    delivery_id int not null references raw.delivery,
    line int not null,
    reason text not null,
    record text not null
);

-- The city ---------------------------------------------------------------------------------------------------------
create table core.city (
    only_row boolean primary key default true check (only_row),
    name text not null,
    srid int not null,                        -- the projected CRS, in metres, of every geometry in core and open
    timezone text not null,
    config jsonb not null,                    -- the validated city file
    labels_version int not null default 1,    -- grows when areas change and every location was labelled anew
    public_seed uuid not null default gen_random_uuid()  -- secret; orders what must be random but stable
);

create table core.crime_type (
    crime_type_id smallint generated always as identity primary key,
    name text not null unique,
    label text not null,
    crime_group text not null,                -- at most six groups; the map's colours
    initiated_by text not null check (initiated_by in ('public', 'police', 'unknown')),
    sensitive boolean not null default false
);

create table core.source_type (
    source_type_id int generated always as identity primary key,
    words text not null unique,               -- the agency's own words for the offence, ' | ' between columns
    crime_type_id smallint not null references core.crime_type,
    named boolean not null                    -- false: no entry of the city file names it, so it is "other", and listed
);

create table core.location_type (
    location_type_id smallint generated always as identity primary key,
    name text not null unique
);

-- Areas, places, risk factors, population --------------------------------------------------------------------------
create table core.area_kind (
    kind text primary key,
    label text not null,
    position smallint not null unique         -- order of the city file; also the slot in label_set.area_ids (1-based)
);

create table core.area (
    area_id int generated always as identity primary key,
    kind text not null references core.area_kind,
    code text not null,
    code_key text not null,                   -- code without leading zeros, lower case: how recorded codes are matched
    name text not null,
    valid daterange not null default '(,)',
    geom geometry(MultiPolygon) not null,
    unique (kind, code_key, valid)
);
create index area_geom on core.area using gist (geom);

create table core.study_area (
    only_row boolean primary key default true check (only_row),
    geom geometry(MultiPolygon) not null
);

create table core.place (
    place_id int generated always as identity primary key,
    kind text not null,
    kind_label text not null,
    name text not null,
    geom geometry not null
);
create index place_geom on core.place using gist (geom);

create table core.risk_factor (
    risk_factor_id int generated always as identity primary key,
    name text not null,
    valid daterange not null default '(,)',
    geom geometry not null
);
create index risk_factor_geom on core.risk_factor using gist (geom);

create table core.population (
    area_id int not null references core.area on delete cascade,
    year smallint not null,
    residents int not null,
    primary key (area_id, year)
);

-- Gazetteer sources: never an incident's exact address -----------------------------------------------------------
create table core.gazetteer (
    gazetteer_id bigint generated always as identity primary key,
    kind text not null check (kind in ('address', 'block', 'intersection')),
    name text not null,                       -- as shown: '1204 N STATE ST', '12xx N STATE ST', 'N STATE ST & W DIVISION ST'
    street text not null,                     -- '1204' -> 'N STATE ST'; an intersection's first street
    other_street text,
    number_from int,                          -- house number, or a block's first and last
    number_to int,
    geom geometry(Point) not null
);
create index gazetteer_geom on core.gazetteer using gist (geom);

-- Incidents ---------------------------------------------------------------------------------------------------------
-- One label set is one combination of areas: slot i holds the area of the kind at position i, or null.
create table core.label_set (
    label_set_id int generated always as identity primary key,
    area_ids int[] not null unique
);

-- A location as recorded: point, address words, recorded codes. Shared by every incident that names the same.
create table core.location (
    location_id int generated always as identity primary key,
    key uuid not null unique,                 -- md5 over the columns below, so that a location is written once
    address text,
    geom geometry(Point),                     -- true point, city CRS; null: no location
    precision text not null check (precision in ('exact', 'block', 'none')),
    recorded text[] not null,                 -- area codes as recorded, slot i of kind at position i, '' or null where none
    era date,                                 -- first day of the boundary vintages in force; null: there is only one
    label_set_id int references core.label_set,
    in_study_area boolean                     -- null: no point, or no study area loaded yet
);
create index location_geom on core.location using gist (geom);
create index location_label_set on core.location (label_set_id);

create table core.incident_version (
    version_id bigint generated always as identity primary key,
    incident_key text not null,               -- the agency's id, or the composite with its occurrence number
    base_key text,                            -- the composite without occurrence number, where withdrawals match on it
    public_id uuid not null default gen_random_uuid(),  -- the same in every version of an incident
    delivery_id int not null references raw.delivery,
    line int not null,
    known_from date not null,
    known_to date,                            -- null: current
    closed_by int references raw.delivery,    -- the delivery that changed or withdrew it
    withdrawn boolean not null default false, -- closed by a withdrawal, not by a newer version
    occurred_from timestamp not null,         -- local wall clock as reported
    occurred_to timestamp,                    -- null: a point in time
    reported_at timestamp,
    time_note text check (time_note in ('nonexistent', 'ambiguous')),
    crime_type_id smallint not null references core.crime_type,
    source_type_id int not null references core.source_type,
    location_type_id smallint references core.location_type,
    location_id int not null references core.location,
    arrest boolean,
    sensitive boolean not null                -- by its type, or flagged in the record (domestic)
);
create unique index incident_version_current on core.incident_version (incident_key) where known_to is null;
create index incident_version_occurred on core.incident_version (occurred_from);
create index incident_version_location on core.incident_version (location_id);
create index incident_version_base_key on core.incident_version (base_key) where base_key is not null and known_to is null;
create index incident_version_closed_by on core.incident_version (closed_by) where closed_by is not null;
create index incident_version_delivery on core.incident_version using brin (delivery_id);

-- Forecasts (true points; staff) ------------------------------------------------------------------------------------
create table core.grid (
    grid_id int generated always as identity primary key,
    cell_size_m double precision not null,
    origin_x double precision not null,
    origin_y double precision not null,
    n_rows int not null,
    n_cols int not null,
    labels_version int not null,              -- the study area it was cut from
    unique (cell_size_m, origin_x, origin_y, labels_version)
);

create table core.cell (
    grid_id int not null references core.grid on delete cascade,
    cell_id int not null,                     -- 0-based, row-major over the cells inside the study area
    row_no int not null,
    col_no int not null,
    geom geometry not null,                   -- the square cut at the study area
    area_m2 double precision not null,
    primary key (grid_id, cell_id)
);
create index cell_geom on core.cell using gist (geom);

create table core.forecast (
    forecast_id int generated always as identity primary key,
    grid_id int not null references core.grid,
    basis text not null check (basis in ('true points', 'anchors')),
    crime_types text[] not null,
    model text not null,
    model_version text not null,
    settings jsonb not null,                  -- every automatic choice with its number
    trained_from date not null,
    trained_to date not null,                 -- nothing on or after this day was seen
    horizon_days int not null,
    known_on date not null,                   -- data vintage: the newest delivery it was trained on
    police_initiated_reason text,
    created_at timestamptz not null default now()
);

create table core.forecast_cell (
    forecast_id int not null references core.forecast on delete cascade,
    cell_id int not null,
    expected double precision not null check (expected >= 0),
    detail jsonb,                             -- interval, chance of being in the top k, shares by family
    primary key (forecast_id, cell_id)
);

create table core.backtest (
    backtest_id int generated always as identity primary key,
    crime_types text[] not null,
    created_at timestamptz not null default now(),
    settings jsonb not null,
    result jsonb not null
);
