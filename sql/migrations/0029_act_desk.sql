-- The acting half on the desk: the same verbs with the desk's key. What they read of the ledger comes through functions that give counts of
-- boxes and days, never a point; who did what is written by the database from the session.

create function audit.tell(verb_ text, detail_ jsonb) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
    if nullif(current_setting('hotspots.session', true), '') is null then
        insert into audit.event (verb, detail) values (verb_, detail_);
    else
        perform audit.note(verb_, detail_ - 'claimed');
    end if;
end
$$;
comment on function audit.tell(text, jsonb) is
    'Adds a line: of the session that the transaction carries, else, with the owner''s key, of who was claimed at the shell.';

create function desk.may_count() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin return session_user not in ('hotspots_desk', 'hotspots_partners') or desk.has_session(); end $$;
comment on function desk.may_count() is 'True for the owner and for a live session; raises for a server without one.';

create function desk.box_days(crime_type_ids int[], first_day date, end_day date, size_m float8)
returns table (row_no int, col_no int, day date, incidents int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    with event as (
        select v.location_id, v.occurred_from + (coalesce(max(v.occurred_to), v.occurred_from) - v.occurred_from) / 2 as middle
        from core.incident_version as v join core.location as l using (location_id)
        where (select desk.may_count()) and v.known_to is null and l.in_study_area and v.crime_type_id = any(crime_type_ids)
          and v.occurred_from >= first_day and coalesce(v.occurred_to, v.occurred_from) < end_day
        group by v.location_id, v.occurred_from, v.crime_type_id,
            case when v.time_precision in ('day', 'month') or not exists (
                select from core.city c where c.config #>> '{incidents,same_event}' = 'place and time'
            ) then v.version_id end
    )
    select floor(st_y(l.geom) / size_m)::int, floor(st_x(l.geom) / size_m)::int, middle::date, count(*)::int
    from event join core.location as l using (location_id) group by 1, 2, 3
$$;
comment on function desk.box_days(int[], date, date, float8) is
    'Events by box of the fixed lattice and day, records of one event once; no point leaves it. Needs the owner''s key or a live session.';

create function core.record_times() returns table (occurred_from timestamp, occurred_to timestamp, time_precision text)
language sql stable security definer rows 1000 set search_path = pg_catalog, pg_temp
as $$
    select v.occurred_from, v.occurred_to, v.time_precision from core.incident_version as v
    where (select desk.may_count()) and v.known_to is null order by v.occurred_from desc limit 1000
$$;
comment on function core.record_times() is 'Times of the newest thousand records, without their places.';

create function core.ledger_span() returns table (first_day date, known_on date)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select (select min(occurred_from)::date from core.incident_version where known_to is null),
           (select max(known_on) from raw.delivery where dataset = 'incidents')
    where (select desk.may_count())
$$;
comment on function core.ledger_span() is 'First day of the current incidents, and the newest delivery.';

create function desk.nearest_names(xs float8[], ys float8[]) returns table (n bigint, name text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select p.n, coalesce(g.name, s.street)
    from unnest(xs, ys) with ordinality as q (x, y, n)
    cross join lateral (select q.n, st_setsrid(st_makepoint(q.x, q.y), c.srid) as geom from core.city c where (select desk.may_count())) as p
    left join lateral (
        select name from core.gazetteer where kind in ('block', 'intersection') order by geom <-> p.geom limit 1
    ) as g on true
    left join lateral (
        select nullif(regexp_replace(near.address, '^[0-9]+[0-9a-zA-Z/-]*\s+', ''), '') as street
        from (select address, geom from core.location where geom is not null order by geom <-> p.geom limit 50) as near
        where near.address ~ '[a-zA-Z]' order by near.geom <-> p.geom limit 1
    ) as s on g.name is null
    order by p.n
$$;
comment on function desk.nearest_names(float8[], float8[]) is
    'The nearest crossing or block of each point; where the city has no gazetteer, the street of the nearest record without its number.';

alter table desk.plan add column outlook jsonb; -- what it can detect and what holding out costs, as it was shown before approval

-- Problems as files: places, hypotheses with what would prove them wrong, a version that grows with every save.
alter table desk.problem add column version int not null default 1;
alter table desk.problem add column tests text[] not null default '{}'
    check (tests <@ array['similar', 'recurring', 'harmful', 'expected by the public']);
alter table desk.action add column done_by text not null default '';
alter table desk.action add column due date;

create table desk.problem_place (
    problem_id int not null references desk.problem,
    place_id int not null references desk.place,
    added_by text not null,
    added_at timestamptz not null default now(),
    primary key (problem_id, place_id)
);

create table desk.hypothesis (
    hypothesis_id int generated always as identity primary key,
    problem_id int not null references desk.problem,
    thought text not null check (thought <> ''),
    said text not null default '',
    wrong_if text not null check (wrong_if <> ''),
    factor text,
    found text not null default 'open' check (found in ('open', 'holds', 'wrong')),
    written_by text not null,
    written_at timestamptz not null default now()
);
create index hypothesis_problem on desk.hypothesis (problem_id);

-- The key of a shift's log form: one plan, one day, dead 12 hours after the shift. Only its hash is kept.
create table desk.log_link (
    link_id int generated always as identity primary key,
    token_hash bytea not null unique,
    plan_id int not null references desk.plan,
    day date not null,
    expires_at timestamptz not null,
    made_by text not null,
    made_at timestamptz not null default now(),
    unique (plan_id, day, token_hash)
);
