-- The door of the staff desk: accounts, credentials, sessions. Servers read none of these tables: they call the functions below, which
-- answer only for accounts of their own process. The command line works on the tables with the owner's key.
create schema door;
create schema if not exists desk;
comment on schema door is 'Accounts, credentials and sessions of the staff desk. No server reads a table of it.';
comment on schema desk is 'What the staff desk keeps, and the guarded views through which it reads true points.';

create table door.account (
    account_id int generated always as identity primary key,
    process text not null check (process in ('staff', 'partners')),
    name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    role text not null check (role in ('analyst', 'commander', 'prevention', 'partner', 'auditor', 'admin')),
    all_areas boolean not null default false,
    areas text[] not null default '{}',       -- 'kind:code', such as 'district:18'; empty and not all_areas: no incident at all
    is_demo boolean not null default false,   -- made by `hotspots demo`, removed by any other load
    made_at timestamptz not null default now(),
    disabled_at timestamptz,
    unique (process, name),
    check ((role = 'partner') = (process = 'partners'))
);

create table door.credential (
    account_id int primary key references door.account on delete cascade,
    password_hash text not null,              -- argon2id, with its own salt
    totp_seed bytea not null,                 -- AES-GCM; the account's number is bound to it
    totp_key_id text not null,                -- which key of the key file, kept outside of database and dump
    last_step bigint not null default 0,      -- of TOTP: a step is spent once, and none before it is taken again
    changed_at timestamptz not null default now()
);

create table door.recovery_code (
    account_id int not null references door.account on delete cascade,
    code_hash bytea not null,
    primary key (account_id, code_hash)
);

-- Invitations and one-time sign-in links. Only the hash of the token is kept; a used one is deleted.
create table door.link (
    token_hash bytea primary key,
    account_id int not null references door.account on delete cascade,
    kind text not null check (kind in ('invitation', 'sign_in')),
    expires_at timestamptz not null
);

create table door.session (
    session_id bigint generated always as identity primary key,
    token_hash bytea not null unique,         -- SHA-256 of 256 random bits
    account_id int not null references door.account on delete cascade,
    began_at timestamptz not null default now(),
    seen_at timestamptz not null default now(), -- moves by a person's own act only, at most once a minute
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index session_account on door.session (account_id);

-- Browsers in which somebody signed in before: they keep their own allowance of failures.
create table door.known_browser (
    account_id int not null references door.account on delete cascade,
    browser_hash bytea not null,
    seen_at timestamptz not null default now(),
    primary key (account_id, browser_hash)
);

create table door.failure (
    at timestamptz not null default clock_timestamp(),
    name_hash bytea not null,                 -- a name that is none may be a password typed into the wrong field
    network_hash bytea not null,
    browser_hash bytea
);
create index failure_at on door.failure (at);

-- Salts the hashes of names and networks, so that nobody who reads them can try all addresses.
create table door.salt (
    only_row boolean primary key default true check (only_row),
    salt bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);
insert into door.salt default values;

create function door.own_process() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select case session_user when 'hotspots_desk' then 'staff' when 'hotspots_partners' then 'partners' end $$;
comment on function door.own_process() is 'Of whose accounts the functions speak to this login; null for every other.';

create function door.salted(text_ text) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select sha256(salt || convert_to(lower(text_), 'UTF8')) from door.salt $$;

create function door.slowed(failures bigint, free int, last_at timestamptz) returns int
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select case when failures < free then 0
        else greatest(0, ceil(least(900, power(2, failures - free + 1)) - extract(epoch from clock_timestamp() - last_at)))::int end
$$;
comment on function door.slowed(bigint, int, timestamptz) is 'Seconds to wait after the last of some failures: 2, 4, 8, … 900 beyond those that are free.';

create function door.wait_s(name_ text, network text, browser_hash_ bytea) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with recent as (
        select * from door.failure where at > clock_timestamp() - interval '30 minutes'
    ), known as (
        select exists (
            select from door.known_browser b join door.account a using (account_id)
            where a.process = door.own_process() and a.name = lower(name_) and b.browser_hash = browser_hash_
        ) as is_known
    )
    select case when (select is_known from known)
        then (select door.slowed(count(*), 5, max(at)) from recent where name_hash = door.salted(name_) and browser_hash = browser_hash_)
        else greatest(
            (select door.slowed(count(*), 5, max(at)) from recent where name_hash = door.salted(name_) and network_hash = door.salted(network)),
            (select door.slowed(count(*), 20, max(at)) from recent where name_hash = door.salted(name_)),
            (select door.slowed(count(*), 50, max(at)) from recent where network_hash = door.salted(network))
        ) end
$$;
comment on function door.wait_s(text, text, bytea) is
    'Seconds before the next try: by account and network, by account, by network. A browser that signed in before waits for its own failures only.';

create function door.note_failure(name_ text, network text, browser_hash_ bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    delete from door.failure where at < clock_timestamp() - interval '1 day';
    insert into door.failure (name_hash, network_hash, browser_hash) values (door.salted(name_), door.salted(network), browser_hash_);
$$;

create function door.credential_of(name_ text)
returns table (account_id int, role text, password_hash text, totp_seed bytea, totp_key_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select a.account_id, a.role, c.password_hash, c.totp_seed, c.totp_key_id
    from door.account a join door.credential c using (account_id)
    where a.process = door.own_process() and a.name = lower(name_) and a.disabled_at is null
$$;

create function door.spend_step(account_id_ int, step bigint) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    with spent as (
        update door.credential c set last_step = step
        from door.account a
        where a.account_id = c.account_id and a.process = door.own_process() and c.account_id = account_id_ and c.last_step < step
        returning 1
    )
    select exists (select from spent)
$$;
comment on function door.spend_step(int, bigint) is 'Whether this step of TOTP was still to be spent; it is not afterwards.';

create function door.spend_recovery_code(account_id_ int, code_hash_ bytea) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    with spent as (
        delete from door.recovery_code r using door.account a
        where a.account_id = r.account_id and a.process = door.own_process() and r.account_id = account_id_ and r.code_hash = code_hash_
        returning 1
    )
    select exists (select from spent)
$$;

create function door.begin_session(account_id_ int, token_hash_ bytea, browser_hash_ bytea, hours int) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    number bigint;
begin
    insert into door.session (token_hash, account_id, expires_at)
    select token_hash_, a.account_id, now() + make_interval(hours => least(hours, 12))
    from door.account a
    where a.account_id = account_id_ and a.process = door.own_process() and a.disabled_at is null
    returning session_id into number;
    if number is not null and browser_hash_ is not null then
        insert into door.known_browser (account_id, browser_hash) values (account_id_, browser_hash_)
        on conflict (account_id, browser_hash) do update set seen_at = now();
        delete from door.failure f using door.account a
        where a.account_id = account_id_ and f.name_hash = door.salted(a.name) and f.browser_hash = browser_hash_;
    end if;
    delete from door.session where coalesce(ended_at, expires_at) < now() - interval '30 days';
    return number;
end
$$;

-- Alive: neither ended nor expired, used in the last two hours, its account not disabled.
create view door.live_session as
select s.session_id, s.token_hash, s.seen_at, a.account_id, a.process, a.name, a.role, a.all_areas, a.areas, a.is_demo
from door.session s join door.account a using (account_id)
where s.ended_at is null and s.expires_at > now() and s.seen_at > now() - interval '2 hours' and a.disabled_at is null;

create function door.person_of(token_hash_ bytea)
returns table (session_id bigint, account_id int, name text, role text, all_areas boolean, areas text[], is_demo boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select s.session_id, s.account_id, s.name, s.role, s.all_areas, s.areas, s.is_demo
    from door.live_session s where s.token_hash = token_hash_ and s.process = door.own_process()
$$;
comment on function door.person_of(bytea) is 'Who holds a session; no row where it is not alive.';

create function door.see_session(token_hash_ bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    update door.session s set seen_at = now() from door.account a
    where a.account_id = s.account_id and a.process = door.own_process() and s.token_hash = token_hash_
      and s.ended_at is null and s.seen_at < now() - interval '1 minute' and s.seen_at > now() - interval '2 hours'
$$;

create function door.end_session(token_hash_ bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    update door.session s set ended_at = now() from door.account a
    where a.account_id = s.account_id and a.process = door.own_process() and s.token_hash = token_hash_ and s.ended_at is null
$$;

create function door.link_of(token_hash_ bytea) returns table (account_id int, name text, role text, kind text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select a.account_id, a.name, a.role, l.kind
    from door.link l join door.account a using (account_id)
    where l.token_hash = token_hash_ and l.expires_at > now() and a.process = door.own_process() and a.disabled_at is null
$$;

create function door.spend_link(token_hash_ bytea, kind_ text) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    with spent as (
        delete from door.link l using door.account a
        where l.token_hash = token_hash_ and l.kind = kind_ and l.expires_at > now()
          and a.account_id = l.account_id and a.process = door.own_process() and a.disabled_at is null
        returning a.account_id
    )
    select account_id from spent
$$;
comment on function door.spend_link(bytea, text) is 'The account of a link that is still good; it is spent afterwards. Null where it is not.';

create function door.accept_invitation(token_hash_ bytea, password_hash_ text, seed bytea, key_id text, step bigint, code_hashes bytea[])
returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    account int := door.spend_link(token_hash_, 'invitation');
begin
    if account is null then
        return null;
    end if;
    insert into door.credential (account_id, password_hash, totp_seed, totp_key_id, last_step)
    values (account, password_hash_, seed, key_id, step)
    on conflict (account_id) do update set
        password_hash = excluded.password_hash, totp_seed = excluded.totp_seed, totp_key_id = excluded.totp_key_id,
        last_step = excluded.last_step, changed_at = now();
    delete from door.recovery_code where account_id = account;
    insert into door.recovery_code (account_id, code_hash) select account, unnest(code_hashes);
    update door.session set ended_at = now() where account_id = account and ended_at is null;
    delete from door.known_browser where account_id = account;
    return account;
end
$$;
comment on function door.accept_invitation(bytea, text, bytea, text, bigint, bytea[]) is
    'Password, seed and recovery codes of whom a link invited; every session of before ends. Null where the link is not good.';

-- Who asks, for everything below: the session whose hash the transaction carries as hotspots.session.
create function door.current_session() returns door.live_session
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select s from door.live_session s
    where s.token_hash = decode(nullif(current_setting('hotspots.session', true), ''), 'hex') and s.process = door.own_process()
$$;

create function door.people()
returns table (account_id int, name text, role text, all_areas boolean, areas text[], has_credential boolean, disabled_at timestamptz,
               live_sessions bigint, seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select a.account_id, a.name, a.role, a.all_areas, a.areas, c.account_id is not null, a.disabled_at,
           count(s.session_id), max(s.seen_at)
    from door.account a
    left join door.credential c using (account_id)
    left join door.live_session s using (account_id)
    where a.process = door.own_process() and (door.current_session()).role = 'admin'
    group by a.account_id, c.account_id
    order by a.name
$$;
comment on function door.people() is 'The accounts of this process, for an admin; nobody else sees a row.';

create function door.end_sessions_of(account_id_ int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    ended int;
begin
    if (door.current_session()).role is distinct from 'admin' then
        raise insufficient_privilege using message = 'only an admin ends the sessions of others';
    end if;
    update door.session s set ended_at = now() from door.account a
    where a.account_id = s.account_id and a.process = door.own_process() and s.account_id = account_id_ and s.ended_at is null;
    get diagnostics ended = row_count;
    return ended;
end
$$;

-- Audit ---------------------------------------------------------------------------------------------------------------
-- A view is a question that a session opened; its line is committed before the first row can be read.
create table audit.view (
    view_id bigint generated always as identity primary key,
    event_id bigint not null references audit.event,
    session_id bigint not null,
    question_hash bytea not null,             -- of verb, question and purpose
    opened_at timestamptz not null default now(),
    opened_in xid8 not null default pg_current_xact_id()
);
create index view_session on audit.view (session_id, question_hash);

create function audit.line(verb_ text, detail_ jsonb) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
    number bigint;
begin
    if person.account_id is null then
        raise insufficient_privilege using message = 'no live session: sign in again';
    end if;
    insert into audit.event (actor, verb, detail)
    values (person.name, verb_, detail_ || jsonb_build_object('account_id', person.account_id, 'process', person.process))
    returning event_id into number;
    return number;
end
$$;
comment on function audit.line(text, jsonb) is 'Adds a line; who and when come from the session and the clock of the database.';

create function audit.open_view(verb_ text, question jsonb, purpose text, key bytea) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
    event bigint;
    number bigint;
begin
    if purpose is not null and purpose !~ '^[A-Za-z0-9][A-Za-z0-9 ./-]{0,39}$' then
        raise invalid_parameter_value using message = 'a purpose is a code and a case number, at most 40 letters and digits';
    end if;
    event := audit.line(verb_, jsonb_strip_nulls(jsonb_build_object('question', question, 'purpose', purpose)));
    insert into audit.view (event_id, session_id, question_hash) values (event, person.session_id, key) returning view_id into number;
    return number;
end
$$;
comment on function audit.open_view(text, jsonb, text, bytea) is
    'Opens a view: writes the line and gives its number. The question stands there without addresses; the key is the hash of all of it.';

create function audit.opened_view(key bytea) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select v.view_id from audit.view v
    where v.session_id = (door.current_session()).session_id and v.question_hash = key
    order by v.view_id desc limit 1
$$;
comment on function audit.opened_view(bytea) is 'The view that this session opened for this very question; null where it opened none.';

create function audit.note(verb_ text, detail_ jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select audit.line(verb_, detail_) $$;

create function audit.read_lines(newest int)
returns table (at timestamptz, actor text, verb text, detail jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select e.at, e.actor, e.verb, e.detail - 'account_id' - 'process'
    from audit.event e, door.current_session() me
    where me.account_id is not null
      and (me.role = 'auditor' or (e.detail ->> 'account_id')::int = me.account_id)
    order by e.event_id desc limit least(newest, 1000)
$$;
comment on function audit.read_lines(int) is 'The newest lines of the audit: all of them for an auditor, their own for everybody else.';
