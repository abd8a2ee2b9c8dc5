-- Sign-in by the agency's identity provider (OpenID Connect). A person is known by issuer and subject, never by a mail address or a name.
create table door.identity (
    issuer text not null,
    subject text not null,
    account_id int not null unique references door.account on delete cascade,
    primary key (issuer, subject)
);

-- A sign-in on its way: made for one browser, spent once, dead after ten minutes.
create table door.flow (
    state_hash bytea primary key,
    browser_hash bytea not null,
    nonce text not null,
    verifier text not null,                   -- of PKCE
    next_path text not null,
    expires_at timestamptz not null default now() + interval '10 minutes'
);

create function door.begin_flow(state_hash_ bytea, browser_hash_ bytea, nonce_ text, verifier_ text, next_path_ text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if door.own_process() is distinct from 'staff' then
        return false;
    end if;
    delete from door.flow where expires_at < now();
    if (select count(*) from door.flow) >= 10000 then
        return false;                         -- somebody begins and never comes back
    end if;
    insert into door.flow (state_hash, browser_hash, nonce, verifier, next_path)
    values (state_hash_, browser_hash_, nonce_, verifier_, next_path_);
    return true;
end
$$;
comment on function door.begin_flow(bytea, bytea, text, text, text) is 'Keeps a sign-in on its way to the provider; false where too many are.';

create function door.spend_flow(state_hash_ bytea, browser_hash_ bytea) returns table (nonce text, verifier text, next_path text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
    with spent as (
        delete from door.flow f where f.state_hash = state_hash_ and door.own_process() = 'staff' returning *
    )
    select s.nonce, s.verifier, s.next_path from spent s where s.browser_hash = browser_hash_ and s.expires_at > now()
$$;
comment on function door.spend_flow(bytea, bytea) is
    'What was kept of a sign-in, which is spent whoever asks; no row where another browser began it, or its time is over.';

create function door.admit(issuer_ text, subject_ text, wish text, role_ text, all_areas_ boolean, areas_ text[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    held door.account;
    name_ text;
    n int := 1;
begin
    if door.own_process() is distinct from 'staff' or role_ not in ('analyst', 'commander', 'prevention', 'auditor', 'admin') then
        return null;
    end if;
    perform pg_advisory_xact_lock(hashtext('door.admit ' || issuer_ || ' ' || subject_));
    select a.* into held from door.account a join door.identity i using (account_id) where i.issuer = issuer_ and i.subject = subject_;
    if held.account_id is null then
        name_ := left(wish, 36);
        while exists (select from door.account where process = 'staff' and name = name_) loop
            n := n + 1;
            name_ := left(wish, 36) || '-' || n;
        end loop;
        insert into door.account (process, name, role, all_areas, areas) values ('staff', name_, role_, all_areas_, areas_) returning * into held;
        insert into door.identity (issuer, subject, account_id) values (issuer_, subject_, held.account_id);
        insert into audit.event (actor, verb, detail) values (name_, 'account by provider', jsonb_build_object(
            'account_id', held.account_id, 'process', 'staff', 'role', role_, 'all_areas', all_areas_, 'areas', areas_));
    elsif held.disabled_at is not null then
        return null;
    elsif (held.role, held.all_areas, held.areas) is distinct from (role_, all_areas_, areas_) then
        update door.account set role = role_, all_areas = all_areas_, areas = areas_ where account_id = held.account_id;
        update door.session set ended_at = now() where account_id = held.account_id and ended_at is null;
        insert into audit.event (actor, verb, detail) values (held.name, 'role by provider', jsonb_build_object(
            'account_id', held.account_id, 'process', 'staff', 'role', role_, 'all_areas', all_areas_, 'areas', areas_));
    end if;
    return held.account_id;
end
$$;
comment on function door.admit(text, text, text, text, boolean, text[]) is
    'The account of an identity, made at its first sign-in and given the role that the claims say now; null where it is disabled.';
