-- What a page needs to be honest about its numbers: denominators, how complete the newest days are, how late the feed is,
-- and what was known on the day of an earlier delivery.

-- Whether the city file publishes arrests, so that a filter can be refused where it could only find nothing.
alter table open.city
    add column arrest boolean not null default false,
    add column km2 double precision;          -- ground of the study area

alter table open.vintage
    add column data_from date,                -- first day of the first month with whole data
    add column delivery_interval_days real;   -- the usual days between deliveries; null: too few to know

alter table open.area
    add column residents_source text,
    add column is_current boolean not null default true,  -- false: a boundary of the past in which incidents are on record
    add column km2 double precision generated always as (st_area(geom) / 1e6) stored;

-- Of the incidents of a day that are known in the end, the share that a delivery knew which came so many days after it.
create table open.completeness (
    lag_days smallint primary key,            -- days from the day of the incidents to the delivery
    share real not null,
    deliveries int not null                   -- how many deliveries it was learnt from
);

-- As known on the day of a delivery: the sum of the changes up to it. Of today's public incidents only, so that what is hidden,
-- withdrawn or erased today is in no vintage. By area of one kind or by crime type, never by both.
create table open.known_change (
    known_on date not null,
    month date not null,
    area_id int not null,                     -- 0: the whole city, whose changes are by crime type
    crime_type_id smallint not null,          -- 0: all types, where the changes are by area
    change int not null,
    primary key (month, area_id, crime_type_id, known_on),
    check ((area_id = 0) <> (crime_type_id = 0))
);

-- What each delivery knew of the days before it, counted once, when they were old enough to be known in the end.
create table core.known_share (
    known_on date not null,
    lag_days smallint not null,
    known int not null,                       -- incidents of the day as known on the delivery's
    final int not null,                       -- and as known when they were counted
    primary key (known_on, lag_days)
);

-- The versions of one incident: current ones have their own index.
create index incident_version_superseded on core.incident_version (incident_key) where known_to is not null;
