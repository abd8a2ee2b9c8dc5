-- Where anchors stand, which incident stands at which, and what was published last. None of it is public: open.anchor is a copy of what is in use.

-- A site is a block, a group of addresses or a piece of the lattice. Its point is fixed when it is made, and never an exact incident's own.
create table core.anchor_site (
    site_id int generated always as identity primary key,
    kind text not null check (kind in ('block', 'addresses', 'lattice')),
    key text not null,                        -- the block as recorded, or which group or piece it is
    name text not null,
    street text,                              -- of a block or group of addresses, as recorded
    number_from int,
    number_to int,
    addresses int,                            -- how many addresses it stands for, where there is a list
    area_ids int[] not null default '{}',     -- areas of the published kinds, of every vintage, that hold all of it
    mixed int[] not null default '{}',        -- positions of the kinds in which its parts differ: never published with it
    geom geometry(Point) not null,
    unique (kind, key)
);
create index anchor_site_geom on core.anchor_site using gist (geom);

create table core.address_site (
    gazetteer_id bigint primary key,
    site_id int not null references core.anchor_site on delete cascade
);

create table core.lattice_piece (
    cell_x int not null,
    cell_y int not null,
    area_ids int[] not null,                  -- sorted
    site_id int not null references core.anchor_site on delete cascade,
    primary key (cell_x, cell_y, area_ids)
);

-- A site with one published combination of areas; without a site for what has no public point.
create table core.anchor (
    anchor_id int generated always as identity primary key,
    site_id int references core.anchor_site,
    status text not null check (status in ('located', 'no_location', 'outside')),
    label_ids int[] not null,                 -- slot i: published area of the kind at position i, or null
    check ((status = 'located') = (site_id is not null))
);
create unique index anchor_of_site on core.anchor (coalesce(site_id, 0), status, label_ids);
create index anchor_labels on core.anchor using gin (label_ids) where status = 'located';

-- Locations of every version that is not sensitive, superseded ones too: the ledger's answers need them.
create table core.location_anchor (
    location_id int primary key references core.location on delete cascade,
    anchor_id int not null references core.anchor
);
create index location_anchor_anchor on core.location_anchor (anchor_id);

create table core.publication (
    publication_id int generated always as identity primary key,
    published_at timestamptz not null default now(),
    vintage_id int not null,
    newest_day date,
    rules text not null,                      -- fingerprint of the settings and labels; another one means: all anew
    layers text not null                      -- fingerprint of areas, places and gazetteer
);

create table core.published_delivery (
    delivery_id int primary key references raw.delivery
);

-- What was erased must not come back with the next delivery: a keyed hash of the agency's id, and nothing else.
create table core.erased (
    key_hash uuid primary key                 -- md5(core.city.public_seed || incident_key)
);
