-- What was done here: past actions with what they did, for the public. Of plans, boxes and what goes on now nothing is in it.
create table open.done_action (
    effect_id int primary key,
    remedy text not null,
    crime_types text[] not null,              -- the outcome that it was judged by
    starts_on date not null,
    ends_on date not null,                    -- the last day
    method text not null check (method in ('crossover', 'paired draw', 'similar places')),
    verdict text not null check (verdict in ('fewer', 'no difference', 'more', 'pooled only')),
    ratio double precision,                               -- incidents over those expected; null where it says nothing by itself
    low double precision,
    high double precision,                                -- null: no bound
    sentence text not null,
    geom geometry(MultiPoint),                -- public points nearest to its places; null where none may be shown
    geom_3857 geometry(MultiPoint, 3857) generated always as (st_transform(geom, 3857)) stored
);
create index done_action_geom on open.done_action using gist (geom_3857);
