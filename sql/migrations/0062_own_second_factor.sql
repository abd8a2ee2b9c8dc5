-- A second factor of the desk's own for people whose identity provider says of none: asked after the provider vouched for them, enrolled at
-- their first sign-in. It stands apart from a password's, since such an account may have none.
create table door.provider_factor (
    account_id int primary key references door.account on delete cascade,
    totp_seed bytea not null,                 -- AES-GCM; the account's number is bound to it
    totp_key_id text not null,
    last_step bigint not null,                -- a step is spent once
    made_at timestamptz not null default now()
);

-- Somebody for whom the provider vouched and who has not shown a second factor yet: opens nothing, for ten minutes and five tries.
create table door.half_sign_in (
    token_hash bytea primary key,
    account_id int not null references door.account on delete cascade,
    next_path text not null,
    tries smallint not null default 0,
    expires_at timestamptz not null default now() + interval '10 minutes'
);

create function door.begin_half(token_hash_ bytea, account_id_ int, next_path_ text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    delete from door.half_sign_in where expires_at < now();
    insert into door.half_sign_in (token_hash, account_id, next_path)
    select token_hash_, a.account_id, next_path_
    from door.account a join door.identity i using (account_id)
    where a.account_id = account_id_ and a.process = door.own_process() and a.disabled_at is null;
    return found;
end
$$;
comment on function door.begin_half(bytea, int, text) is 'Keeps that the provider vouched for an account of its own; false where there is none.';

create function door.half_of(token_hash_ bytea)
returns table (account_id int, name text, role text, totp_seed bytea, totp_key_id text, next_path text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select a.account_id, a.name, a.role, f.totp_seed, f.totp_key_id, h.next_path
    from door.half_sign_in h
    join door.account a using (account_id)
    left join door.provider_factor f using (account_id)
    where h.token_hash = token_hash_ and h.expires_at > now() and h.tries < 5 and a.process = door.own_process() and a.disabled_at is null
$$;
comment on function door.half_of(bytea) is 'Who shows a second factor next, with the encrypted seed; its seed is null before the first time.';

create function door.miss_half(token_hash_ bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ update door.half_sign_in set tries = tries + 1 where token_hash = token_hash_ $$;

create function door.pass_half(token_hash_ bytea, step bigint, seed bytea, key_id text) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    half record;
begin
    select * into half from door.half_of(token_hash_);
    if half.account_id is null then
        return null;
    end if;
    if seed is not null then
        insert into door.provider_factor (account_id, totp_seed, totp_key_id, last_step) values (half.account_id, seed, key_id, step)
        on conflict (account_id) do nothing;  -- whoever was first keeps theirs
    else
        update door.provider_factor set last_step = step where account_id = half.account_id and last_step < step;
    end if;
    if not found then
        return null;
    end if;
    delete from door.half_sign_in where token_hash = token_hash_;
    if seed is not null then
        insert into audit.event (actor, verb, detail) values (half.name, 'account second factor', jsonb_build_object(
            'account_id', half.account_id, 'of_account', half.account_id, 'process', 'staff'));
    end if;
    return half.account_id;
end
$$;
comment on function door.pass_half(bytea, bigint, bytea, text) is
    'The account that showed its second factor: a step not spent before, or with a seed the first one; null where it did not.';

-- An invitation, as a reset gives it, begins anew.
create function door.forget_provider_factor() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin delete from door.provider_factor where account_id = new.account_id; return null; end $$;
create trigger forget_provider_factor after insert on door.link for each row when (new.kind = 'invitation') execute function door.forget_provider_factor();
