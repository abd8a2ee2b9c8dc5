-- Residents' concerns. The public process adds one and asks for the state of one by functions, with a key of its own (hotspots_concerns);
-- it reads no text. The desk reads a text in an opened view, after its line in the audit. Texts are sealed with a public key: whoever
-- holds the database or a dump of it, without the desk's key file, reads none.
create schema intake;
comment on schema intake is 'Concerns of residents. Texts are sealed; the public process cannot read them.';

create table intake.seal_key (
    key_id text primary key check (key_id ~ '^[0-9a-f]{8}$'),
    public_key bytea not null check (length(public_key) = 32),
    made_at timestamptz not null default now()
);

-- Of forms: signs when a form was made. Of networks: a salt that lives for one day, and with it every hash that it made.
create table intake.form_key (
    only_row boolean primary key default true check (only_row),
    form_key bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);
insert into intake.form_key default values;
create table intake.daily_salt (
    day date primary key,
    salt bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);
create table intake.spent_form (
    form_hash bytea primary key,
    at timestamptz not null default now()
);

-- City systems that send and ask by Open311.
create table intake.city_system (
    system_id int generated always as identity primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    key_hash bytea not null unique,
    made_at timestamptz not null default now(),
    disabled_at timestamptz
);

create table intake.concern (
    concern_id int generated always as identity primary key,
    reference text not null unique check (reference ~ '^K-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'),
    token_hash bytea not null unique,         -- of the secret link
    source text not null check (source in ('page', 'open311')),
    system_id int references intake.city_system,
    lang text not null check (length(lang) <= 5),
    category text not null,
    place text not null,                      -- words of the public point
    geom geometry(Point) not null,            -- the public point: never what was typed, nor where somebody stood
    area_code text,                           -- of the city file's kind for concerns
    part_of_day text not null check (part_of_day in ('any', 'morning', 'afternoon', 'evening', 'night')),
    days text not null check (days in ('any', 'weekdays', 'weekend')),
    sealed bytea,                             -- null: deleted a while after the answer, or erased
    sealed_again bytea,                       -- when it was reopened
    seal_key text references intake.seal_key,
    network_hash bytea,                       -- null after its day
    received_at timestamptz not null default now(),
    held boolean not null default false,      -- beyond the limits: in no list until somebody let it in
    state text not null default 'received' check (state in ('received', 'read', 'owned', 'answered')),
    read_at timestamptz,
    owner text,
    due date,
    answer text check (answer in ('done', 'in plan', 'not ours', 'no action')),
    answer_words text check (length(answer_words) between 3 and 500),
    answered_at timestamptz,
    answered_by text,
    reopened_at timestamptz,                  -- once
    problem_id int references desk.problem,
    redacted_by text,
    text_deleted_at timestamptz,
    check ((source = 'open311') = (system_id is not null)),
    check ((owner is null) = (due is null)),
    check (state <> 'owned' or owner is not null),
    check (state <> 'answered' or num_nulls(answer, answer_words, answered_at, answered_by) = 0),
    check ((sealed is null) = (text_deleted_at is not null))
);
create index concern_open on intake.concern (received_at) where state <> 'answered';
create index concern_network on intake.concern (network_hash) where network_hash is not null;

create table intake.event (
    event_id bigint generated always as identity primary key,
    concern_id int not null references intake.concern,
    at timestamptz not null default now(),
    by text not null,                         -- 'resident', 'city system', or an account's name
    verb text not null
);
create index event_concern on intake.event (concern_id);
create trigger kept before update or delete on intake.event for each row execute function desk.refuse_change();

create function intake.rules() returns table (rules jsonb, key_id text, public_key bytea, form_key bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select c.config -> 'concerns', k.key_id, k.public_key, f.form_key
    from core.city c cross join intake.form_key f
    cross join lateral (select * from intake.seal_key s order by s.made_at desc limit 1) k
    where jsonb_typeof(c.config -> 'concerns') = 'object'
$$;
comment on function intake.rules() is 'Section [concerns] of the city file, the newest key that seals, and what signs forms; no row where the city takes none.';

create function intake.spend_form(form_hash_ bytea) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    delete from intake.spent_form where at < now() - interval '1 day';
    with spent as (insert into intake.spent_form (form_hash) values (form_hash_) on conflict do nothing returning 1)
    select exists (select from spent);
$$;
comment on function intake.spend_form(bytea) is 'Whether a form was still to be sent; it is not afterwards.';

create function intake.system_of(key_hash_ bytea) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select system_id from intake.city_system where key_hash = key_hash_ and disabled_at is null $$;

create function intake.forget_old() returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    update intake.concern set network_hash = null where network_hash is not null and received_at < current_date;
    delete from intake.daily_salt where day < current_date;
    with gone as (
        update intake.concern k set sealed = null, sealed_again = null, text_deleted_at = now()
        from core.city c
        where k.sealed is not null and k.state = 'answered'
          and k.answered_at < now() - make_interval(days => coalesce((c.config #>> '{concerns,keep_days}')::int, 365))
        returning 1
    )
    select count(*) from gone;
$$;
comment on function intake.forget_old() is 'Deletes the texts whose time is over, and every trace of networks of earlier days; how many texts.';

create function intake.submit(
    reference_ text, token_hash_ bytea, source_ text, key_hash_ bytea, lang_ text, category_ text,
    anchor_id_ int, gazetteer_id_ bigint, lon double precision, lat double precision,
    part_of_day_ text, days_ text, sealed_ bytea, seal_key_ text, network text
) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    own record;
    near record;
    hash bytea;
    of_network bigint;
    number int;
    system int := intake.system_of(key_hash_);
begin
    select (config -> 'concerns') as rules, srid into own from core.city where jsonb_typeof(config -> 'concerns') = 'object';
    if own is null then
        return 'closed';
    end if;
    if source_ = 'open311' and system is null then
        raise insufficient_privilege using message = 'no such key';
    end if;
    if not (own.rules -> 'categories') ? category_ or octet_length(sealed_) > 4096 or octet_length(sealed_) < 60 then
        raise invalid_parameter_value using message = 'not a concern';
    end if;
    select a.name, a.geom, g.geom as asked into near
    from (
        select case
            when anchor_id_ is not null then (select geom from open.anchor where anchor_id = anchor_id_ and status = 'located')
            when gazetteer_id_ is not null then (select public.st_pointonsurface(geom) from open.gazetteer where gazetteer_id = gazetteer_id_)
            when lon is not null then public.st_transform(public.st_setsrid(public.st_makepoint(lon, lat), 4326), own.srid)
        end as geom
    ) g
    cross join lateral (
        select a.name, a.geom from open.anchor a where a.status = 'located' order by a.geom operator(public.<->) g.geom limit 1
    ) a
    where g.geom is not null;
    if near is null or (lon is not null and public.st_distance(near.geom, near.asked) > 1000) then
        return 'no place';
    end if;
    perform intake.forget_old();
    insert into intake.daily_salt (day) values (current_date) on conflict do nothing;
    if system is null then
        select sha256(s.salt || convert_to(network, 'UTF8')) into hash from intake.daily_salt s where s.day = current_date;
        select count(*) into of_network from intake.concern where network_hash = hash;
        if of_network >= 20 then
            return 'too many';
        end if;
    end if;
    insert into intake.concern (reference, token_hash, source, system_id, lang, category, place, geom, area_code, part_of_day, days,
                                sealed, seal_key, network_hash, held)
    values (reference_, token_hash_, source_, system, lang_, category_, near.name, near.geom,
            (select a.code from core.area a
             where a.kind = own.rules ->> 'area_kind' and a.valid @> current_date and public.st_covers(a.geom, near.geom)
             order by a.area_id limit 1),
            part_of_day_, days_, sealed_, seal_key_, hash,
            coalesce(of_network, 0) >= 5
            or (select count(*) from intake.concern k where k.received_at >= current_date and public.st_equals(k.geom, near.geom)) >= 10
            or (select count(*) from intake.concern k where k.received_at > now() - interval '1 hour') >= 200)
    returning concern_id into number;
    insert into intake.event (concern_id, by, verb) values (number, case when system is null then 'resident' else 'city system' end, 'received');
    return 'received';
end
$$;
comment on function intake.submit(text, bytea, text, bytea, text, text, int, bigint, double precision, double precision, text, text, bytea, text, text) is
    'Keeps a concern at the public point nearest to the place. Of one network five a day go through, up to twenty are held back, the rest refused; '
    'ten a day at one point and 200 an hour of all, then they are held back.';

create function intake.status_of(token_hash_ bytea)
returns table (reference text, category text, place text, received_at timestamptz, state text, read_at timestamptz, due date,
               answer text, answer_words text, answered_at timestamptz, reopened_at timestamptz, may_reopen boolean, is_text_gone boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select k.reference, k.category, k.place, k.received_at, k.state, k.read_at, k.due, k.answer, k.answer_words, k.answered_at, k.reopened_at,
           k.state = 'answered' and k.reopened_at is null and k.answered_at > now() - interval '30 days' and k.sealed is not null,
           k.sealed is null
    from intake.concern k where k.token_hash = token_hash_
$$;
comment on function intake.status_of(bytea) is 'The state of the concern whose link this is, without its text.';

create function intake.reopen(token_hash_ bytea, sealed_ bytea, seal_key_ text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    number int;
begin
    if octet_length(sealed_) > 4096 then
        raise invalid_parameter_value using message = 'not a concern';
    end if;
    update intake.concern set
        state = 'received', reopened_at = now(), sealed_again = sealed_, seal_key = seal_key_, owner = null, due = null
    where token_hash = token_hash_ and state = 'answered' and reopened_at is null and answered_at > now() - interval '30 days'
      and sealed is not null and (sealed_ is null or seal_key = seal_key_)
    returning concern_id into number;
    if number is not null then
        insert into intake.event (concern_id, by, verb) values (number, 'resident', 'reopened');
    end if;
    return number is not null;
end
$$;
comment on function intake.reopen(bytea, bytea, text) is 'Reopens an answered concern, once, within 30 days of the answer; whether it did.';

create function intake.public_counts() returns table (category text, concerns bigint, answered bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select k.category, count(*), count(*) filter (where k.state = 'answered' and k.answered_at < date_trunc('month', now()))
    from intake.concern k
    where not k.held and k.received_at < date_trunc('month', now()) and k.received_at >= date_trunc('month', now()) - interval '12 months'
    group by k.category
    having count(*) >= 8
    order by 2 desc, 1
$$;
comment on function intake.public_counts() is 'Concerns of the last twelve whole months by category, from eight on; no total, which would tell the rest.';

create function intake.requests_of(key_hash_ bytea, reference_ text, state_ text, category_ text, since timestamptz, until timestamptz)
returns table (reference text, category text, place text, lon double precision, lat double precision, received_at timestamptz, state text,
               due date, answer text, answer_words text, changed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select k.reference, k.category, k.place, public.st_x(public.st_transform(k.geom, 4326)), public.st_y(public.st_transform(k.geom, 4326)),
           k.received_at, k.state, k.due, k.answer, k.answer_words, (select max(e.at) from intake.event e where e.concern_id = k.concern_id)
    from intake.concern k
    where k.system_id = intake.system_of(key_hash_)
      and (reference_ is null or k.reference = any(string_to_array(reference_, ',')))
      and (state_ is null or (state_ = 'closed') = (k.state = 'answered'))
      and (category_ is null or k.category = any(string_to_array(category_, ',')))
      and (since is null or k.received_at >= since) and (until is null or k.received_at <= until)
    order by k.received_at desc, k.concern_id desc
    limit 1000
$$;
comment on function intake.requests_of(bytea, text, text, text, timestamptz, timestamptz) is
    'The concerns that a city system sent, without their texts; nothing where the key is none.';

-- The desk -------------------------------------------------------------------------------------------------------------
create function intake.may_read(at public.geometry) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if person.account_id is null or person.process <> 'staff' then
        raise insufficient_privilege using message = 'no live session: sign in again';
    end if;
    if person.role not in ('analyst', 'commander', 'prevention') then
        raise insufficient_privilege using message = 'this role reads no concerns';
    end if;
    return person.role <> 'commander' or person.all_areas or exists (
        select from core.area a where a.kind || ':' || a.code = any(person.areas) and public.st_covers(a.geom, at)
    );
end
$$;

create view desk.concern as
select
    k.concern_id, k.reference, k.source, k.lang, k.category, k.place, k.area_code, k.part_of_day, k.days, k.received_at, k.held, k.state,
    k.read_at, k.owner, k.due, k.answer, k.answer_words, k.answered_at, k.answered_by, k.reopened_at, k.problem_id, k.redacted_by,
    k.sealed is null as is_text_gone, k.sealed_again is not null as has_more,
    public.st_x(public.st_transform(k.geom, 4326)) as lon, public.st_y(public.st_transform(k.geom, 4326)) as lat
from intake.concern k
where intake.may_read(k.geom);

create function intake.text_of(concern_id_ int) returns table (sealed bytea, sealed_again bytea, seal_key text, reference text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if not exists (select from intake.concern k where k.concern_id = concern_id_ and intake.may_read(k.geom)) then
        raise insufficient_privilege using message = 'this concern lies outside of the areas of this account';
    end if;
    perform from audit.view v join audit.event e using (event_id)
    where v.view_id = nullif(current_setting('hotspots.view', true), '')::bigint and v.session_id = person.session_id
      and v.opened_in is distinct from pg_current_xact_id_if_assigned()
      and e.verb = 'concern read' and e.detail #>> '{question,concern}' = concern_id_::text;
    if not found then
        raise insufficient_privilege using message = 'no opened view: a question is written to the audit before it is answered';
    end if;
    update intake.concern k set state = 'read', read_at = coalesce(k.read_at, now()) where k.concern_id = concern_id_ and k.state = 'received';
    if found then
        insert into intake.event (concern_id, by, verb) values (concern_id_, person.name, 'read');
    end if;
    return query select k.sealed, k.sealed_again, k.seal_key, k.reference from intake.concern k where k.concern_id = concern_id_;
end
$$;
comment on function intake.text_of(int) is 'The sealed text of a concern, in the view that was opened for it; a received one is read afterwards.';

create function intake.writing_person() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if person.process is distinct from 'staff' or person.role is distinct from 'prevention' then
        raise insufficient_privilege using message = 'this role answers no concerns';
    end if;
    return person.name;
end
$$;

create function intake.take(concern_id_ int, owner_ text, due_ date) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from door.account a where a.process = 'staff' and a.name = owner_ and a.disabled_at is null
          and a.role in ('analyst', 'commander', 'prevention')
    ) then
        raise invalid_parameter_value using message = 'the owner is not the account of an analyst, a commander or prevention';
    end if;
    update intake.concern set state = 'owned', owner = owner_, due = due_, read_at = coalesce(read_at, now()), held = false
    where concern_id = concern_id_ and state <> 'answered';
    if not found then
        raise invalid_parameter_value using message = 'this concern is answered already';
    end if;
    insert into intake.event (concern_id, by, verb) values (concern_id_, intake.writing_person(), 'owned');
end
$$;

create function intake.give_answer(concern_id_ int, answer_ text, words text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person text := intake.writing_person();
begin
    update intake.concern set state = 'answered', answer = answer_, answer_words = words, answered_at = now(), answered_by = person,
        read_at = coalesce(read_at, now()), held = false
    where concern_id = concern_id_ and state <> 'answered';
    if not found then
        raise invalid_parameter_value using message = 'this concern is answered already';
    end if;
    insert into intake.event (concern_id, by, verb) values (concern_id_, person, 'answered');
end
$$;

create function intake.redact(concern_id_ int, sealed_ bytea, sealed_again_ bytea, seal_key_ text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person text := intake.writing_person();
begin
    update intake.concern set sealed = sealed_, sealed_again = sealed_again_, seal_key = seal_key_, redacted_by = person
    where concern_id = concern_id_ and sealed is not null;
    insert into intake.event (concern_id, by, verb) values (concern_id_, person, 'redacted');
end
$$;

create function intake.let_in(concern_id_ int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person text := intake.writing_person();
begin
    update intake.concern set held = false where concern_id = concern_id_ and held;
    insert into intake.event (concern_id, by, verb) values (concern_id_, person, 'let in');
end
$$;

create function intake.link_problem(concern_id_ int, problem_id_ int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person text := intake.writing_person();
begin
    update intake.concern set problem_id = problem_id_ where concern_id = concern_id_;
    insert into intake.event (concern_id, by, verb) values (concern_id_, person, 'became a problem');
end
$$;

create function intake.history_of(concern_id_ int) returns table (at timestamptz, by text, verb text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select e.at, e.by, e.verb from intake.event e join intake.concern k using (concern_id)
    where e.concern_id = concern_id_ and intake.may_read(k.geom) order by e.event_id
$$;

create function intake.desk_rules() returns table (rules jsonb, key_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select r.rules, r.key_id from intake.rules() r where desk.has_session() $$;
