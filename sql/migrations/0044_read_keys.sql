-- Keys for a spreadsheet, which cannot sign in: they read counts by month or week, area and type, and nothing else. Only the hash is kept.
create table door.read_key (
    key_id int generated always as identity primary key,
    token_hash bytea not null unique,         -- SHA-256 of 256 random bits
    account_id int not null references door.account on delete cascade,
    label text not null check (length(label) between 1 and 60),
    made_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    ended_at timestamptz
);
create index read_key_account on door.read_key (account_id);

-- A key lives no longer than its account, and reads what the account's role may read.
create view door.live_read_key as
select k.key_id, k.token_hash, k.label, a.account_id, a.process, a.name, a.role
from door.read_key k join door.account a using (account_id)
where k.ended_at is null and k.expires_at > now() and a.disabled_at is null and a.role in ('analyst', 'commander', 'prevention');

create function door.add_read_key(token_hash_ bytea, label_ text, days int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
    number int;
begin
    if person.role is null or person.role not in ('analyst', 'commander', 'prevention') then
        raise insufficient_privilege using message = 'this role makes no read key';
    end if;
    perform from door.account where account_id = person.account_id for update;  -- two keys at once are counted one after the other
    if (select count(*) from door.live_read_key where account_id = person.account_id) >= 10 then
        raise invalid_parameter_value using message = 'you hold ten keys already: end one first';
    end if;
    insert into door.read_key (token_hash, account_id, label, expires_at)
    values (token_hash_, person.account_id, label_, now() + make_interval(days => least(greatest(days, 1), 366)))
    returning key_id into number;
    perform audit.line('read key make', jsonb_build_object('key', number, 'label', label_, 'days', days));
    return number;
end
$$;
comment on function door.add_read_key(bytea, text, int) is 'A read key for whoever asks: its number. At most ten that live, each for at most 366 days.';

create function door.read_keys()
returns table (key_id int, account text, label text, made_at timestamptz, expires_at timestamptz, used_at timestamptz, is_live boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select k.key_id, a.name, k.label, k.made_at, k.expires_at, k.used_at, l.key_id is not null
    from door.read_key k
    join door.account a using (account_id)
    left join door.live_read_key l on l.key_id = k.key_id
    where a.process = door.own_process()
      and (k.account_id = (door.current_session()).account_id or (door.current_session()).role = 'admin')
    order by l.key_id is null, k.key_id desc
    limit 100
$$;
comment on function door.read_keys() is 'The read keys of whoever asks; all of them for an admin.';

create function door.end_read_key(key_id_ int) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    update door.read_key k set ended_at = now()
    from door.account a
    where a.account_id = k.account_id and a.process = person.process and k.key_id = key_id_ and k.ended_at is null
      and (k.account_id = person.account_id or person.role = 'admin');
    if found then
        perform audit.line('read key end', jsonb_build_object('key', key_id_));
    end if;
    return found;
end
$$;
comment on function door.end_read_key(int) is 'Ends a key at once: the own one, or any for an admin.';

create function door.use_read_key(token_hash_ bytea, question jsonb) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    held door.live_read_key;
begin
    select * into held from door.live_read_key k where k.token_hash = token_hash_ and k.process = door.own_process();
    if held.key_id is null then
        return false;
    end if;
    update door.read_key set used_at = now() where key_id = held.key_id;
    insert into audit.event (actor, verb, detail)
    values (held.name, 'counts by key', question || jsonb_build_object('key', held.key_id, 'account_id', held.account_id, 'process', held.process));
    return true;
end
$$;
comment on function door.use_read_key(bytea, jsonb) is 'Whether a key is good; then a line says whose key asked what.';

create function desk.tidy_counts(token_hash_ bytea, kind_ text, step text, since date, until date)
returns table (period date, days int, area_code text, area text, crime_type text, label text, crime_group text, incidents bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with span as (
        select greatest(since, min(v.occurred_from)::date) as first_day, least(until, max(v.occurred_from)::date + 1) as until_day
        from core.incident_version v
        where v.known_to is null and exists (select from door.live_read_key k where k.token_hash = token_hash_ and k.process = door.own_process())
    ), gap as (
        select coalesce((select o.gaps from open.vintage o order by o.vintage_id desc limit 1), '{}') as days
    ), covered as (
        select date_trunc(step, d.day)::date as period, count(*)::int as days
        from span, gap, generate_series(span.first_day, span.until_day - 1, interval '1 day') as d (day)
        where not gap.days @> d.day::date
        group by 1
    ), counted as (
        select date_trunc(step, v.occurred_from)::date as period, l.label_set_id, v.crime_type_id, count(*) as incidents
        from span, core.incident_version v
        join core.location l on l.location_id = v.location_id
        where v.known_to is null and v.occurred_from::date >= span.first_day and v.occurred_from::date < span.until_day
        group by 1, 2, 3
    )
    select c.period, coalesce(d.days, 0), a.code, a.name, t.name, t.label, t.crime_group, sum(c.incidents)::bigint
    from counted c
    join core.crime_type t on t.crime_type_id = c.crime_type_id
    left join covered d on d.period = c.period
    left join core.label_set s on s.label_set_id = c.label_set_id
    left join core.area a on a.area_id = s.area_ids[(select position from core.area_kind where kind = kind_)]
    group by c.period, d.days, a.code, a.name, t.name, t.label, t.crime_group
    order by c.period, a.code nulls last, t.name
$$;
comment on function desk.tidy_counts(bytea, text, text, date, date) is
    'Incidents by week or month, area of a kind and type, for who holds a read key; days are those of the period that the record covers, without '
    'known gaps. Where nothing is on record there is no row.';
