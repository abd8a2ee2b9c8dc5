-- What the staff desk keeps, and the guarded views through which its server reads true points.

-- Places that somebody saved. The number, and with it the code, stays for ever; a merged place leads to the other.
create table desk.place (
    place_id int generated always as identity primary key,
    code text generated always as ('P-' || lpad(place_id::text, 4, '0')) stored,
    name text not null check (length(name) between 1 and 80),
    aliases text[] not null default '{}',
    source text not null check (source in ('drawn', 'searched', 'area', 'box', 'imported')),
    geom geometry not null,                   -- city CRS
    owner text not null,                      -- an account's name, as everywhere in this schema
    made_by text not null,
    made_at timestamptz not null default now(),
    version int not null default 1,
    merged_into int references desk.place,
    ended_at timestamptz
);
create index place_geom on desk.place using gist (geom);

create table desk.place_version (
    place_id int not null references desk.place,
    version int not null,
    at timestamptz not null default now(),
    by text not null,
    change text not null,                     -- 'saved', 'renamed', 'drawn anew', 'given to …', 'merged into …'
    name text not null,
    aliases text[] not null,
    owner text not null,
    geom geometry not null,
    primary key (place_id, version)
);

create table desk.comment (
    comment_id bigint generated always as identity primary key,
    object text not null,                     -- 'place 12', 'list 3'
    at timestamptz not null default now(),
    by text not null,
    words text not null check (length(words) between 1 and 1000)
);
create index comment_object on desk.comment (object);

create table desk.follower (
    object text not null,
    name text not null,
    primary key (object, name)
);

-- Lists: made and tried, then perhaps issued. An issued list has an owner and a review date, and is read-only after it.
create table desk.issued_list (
    list_id int generated always as identity primary key,
    code text generated always as ('L-' || lpad(list_id::text, 4, '0')) stored,
    title text not null check (length(title) between 1 and 120),
    question jsonb not null,                  -- crime types, hours, weekdays, unit, number of boxes, district
    evidence jsonb not null,                  -- model, vintage, what such lists found in the backtest
    made_by text not null,
    made_at timestamptz not null default now(),
    owner text,
    issued_by text,
    issued_at timestamptz,
    review_date date,
    renews int references desk.issued_list,
    withdrawn_by text,
    withdrawn_at timestamptz,
    withdrawn_reason text check (length(withdrawn_reason) between 3 and 200),
    check (num_nulls(owner, issued_by, issued_at, review_date) in (0, 4)),
    check (num_nulls(withdrawn_by, withdrawn_at, withdrawn_reason) in (0, 3)),
    check (withdrawn_at is null or issued_at is not null)
);

create table desk.listed_place (
    list_id int not null references desk.issued_list on delete cascade,
    position smallint not null,
    code text not null,                       -- of the box
    words text not null,                      -- where it is: crossing streets
    detail jsonb not null,                    -- expected, the long record, a typical box, hours, reasons
    geom geometry not null,                   -- city CRS
    primary key (list_id, position)
);

-- One printed sheet: a list's boxes for one shift of one day. Ticks are what came back.
create table desk.sheet (
    sheet_id int generated always as identity primary key,
    code text generated always as ('S-' || lpad(sheet_id::text, 4, '0')) stored,
    list_id int not null references desk.issued_list,
    shift text not null,
    day date not null,                        -- the evening's date where the shift passes midnight
    visits smallint not null check (visits between 1 and 3), -- of each box
    made_by text not null,
    made_at timestamptz not null default now(),
    unique (list_id, shift, day)
);

create table desk.tick (
    sheet_id int not null references desk.sheet on delete cascade,
    position smallint not null,
    visit smallint not null check (visit between 1 and 3),
    done boolean not null,
    reason text check (reason in ('calls', 'no car', 'event', 'weather', 'decided otherwise')),
    by text not null,
    at timestamptz not null default now(),
    primary key (sheet_id, position, visit),
    check (done = (reason is null))
);

-- A packet keeps what was asked and every figure it printed: the same packet again is the same to the last digit.
create table desk.packet (
    packet_id int generated always as identity primary key,
    code text generated always as ('C-' || lpad(packet_id::text, 4, '0')) stored,
    asked jsonb not null,
    content jsonb not null,
    made_by text not null,
    made_at timestamptz not null default now()
);

-- Where a true point lies in the world's square, as anchors have it: a tile is a range of whole numbers in an index.
alter table core.location
    add column world_x int generated always as (floor((st_x(st_transform(geom, 3857)) / 40075016.685578488 + 0.5) * 1073741824)::int) stored,
    add column world_y int generated always as (floor((0.5 - st_y(st_transform(geom, 3857)) / 40075016.685578488) * 1073741824)::int) stored;
create index location_world on core.location (world_x, world_y, location_id) where geom is not null;
create index incident_version_day on core.incident_version ((occurred_from::date), location_id) where known_to is null;

-- The guard of everything with a true point or a record's words.
create function desk.readable_label_sets() returns int[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if person.account_id is null then
        raise insufficient_privilege using message = 'no live session: sign in again';
    end if;
    if person.role not in ('analyst', 'commander') then
        raise insufficient_privilege using message = 'this role reads no incidents';
    end if;
    perform from audit.view v
    where v.view_id = nullif(current_setting('hotspots.view', true), '')::bigint and v.session_id = person.session_id
      and v.opened_in is distinct from pg_current_xact_id_if_assigned();
    if not found then
        raise insufficient_privilege using message = 'no opened view: a question is written to the audit before it is answered';
    end if;
    if person.all_areas then
        return null;
    end if;
    return array(
        select s.label_set_id from core.label_set s
        where s.area_ids && array(select a.area_id from core.area a where a.kind || ':' || a.code = any(person.areas))
    );
end
$$;
comment on function desk.readable_label_sets() is
    'Label sets of the areas that the asking account may read, null for all. Raises unless the transaction carries a live session and a view '
    'which that session opened, and committed, before.';

-- The shape of open.anchor and open.incident, with true points and all types: the same filter asks both. Views run with their owner's
-- rights; without security barrier, so that indexes serve the filter.
create view desk.location as
select
    l.location_id as anchor_id, 'location'::text as kind,
    case when l.geom is null then 'no_location' when l.in_study_area is false then 'outside' else 'located' end as status,
    coalesce(l.address, 'Location without an address') as name, null::int as addresses,
    l.geom, st_transform(l.geom, 3857) as geom_3857, l.world_x, l.world_y, l.precision, l.label_set_id
from core.location l
where (select desk.readable_label_sets()) is null or l.label_set_id = any((select desk.readable_label_sets())::int[]);

create view desk.incident as
select
    v.public_id, v.location_id as anchor_id, v.occurred_from::date as day,
    (case
        when v.occurred_to is null or v.occurred_to - v.occurred_from <= interval '60 minutes' then extract(hour from v.occurred_from)
    end)::smallint as hour,
    v.crime_type_id, v.location_type_id, v.arrest,
    v.incident_key, v.occurred_from, v.occurred_to, v.reported_at, s.words, v.known_from
from core.incident_version v
join core.location l on l.location_id = v.location_id
left join core.source_type s on s.source_type_id = v.source_type_id
where v.known_to is null
  and ((select desk.readable_label_sets()) is null or l.label_set_id = any((select desk.readable_label_sets())::int[]));

create view desk.location_area as
select u.area_id, l.location_id as anchor_id
from core.location l
join core.label_set s on s.label_set_id = l.label_set_id
cross join unnest(s.area_ids) as u (area_id)
where u.area_id is not null
  and ((select desk.readable_label_sets()) is null or l.label_set_id = any((select desk.readable_label_sets())::int[]));

-- Statistics by area are open to every role, as the public map shows them city-wide: no point, no words, no key; a live session is enough.
create function desk.has_session() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if (door.current_session()).account_id is null then
        raise insufficient_privilege using message = 'no live session: sign in again';
    end if;
    return true;
end
$$;

create view desk.counted as
select
    v.occurred_from::date as day, extract(hour from v.occurred_from)::smallint as hour, v.crime_type_id, l.label_set_id,
    l.geom is not null as is_located, v.known_from, v.known_to
from core.incident_version v
join core.location l on l.location_id = v.location_id
where (select desk.has_session());

create view desk.delivery as
select delivery_id, dataset, file, known_on, loaded_at, summary from raw.delivery where (select desk.has_session());

-- Grows with every delivery, publication and erasure: what was answered before it is not answered again.
create function desk.data_version() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select concat_ws(' ', (select max(delivery_id) from raw.delivery), (select count(*) from core.erased),
                     (select max(publication_id) from core.publication))
$$;

-- A rejected record is a record's words.
create view desk.reject as
select r.delivery_id, r.line, r.reason, r.record from raw.reject r where (select desk.readable_label_sets()) is null;
