-- What gives access takes two admins: one proposes on the page People, another one confirms. What takes access away takes one. The owner's
-- shell stays the way in when there is no second admin, and its acts stand beside theirs.
create table door.proposal (
    proposal_id int generated always as identity primary key,
    kind text not null check (kind in ('add', 'role', 'reset', 'enable')),
    account_id int references door.account on delete cascade, -- whom it is about; of a new account none yet
    name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    role text check (role in ('analyst', 'commander', 'prevention', 'auditor', 'admin')),
    all_areas boolean not null default false,
    areas text[] not null default '{}',
    proposed_by int not null references door.account on delete cascade,
    proposed_at timestamptz not null default now(),
    decided_by int references door.account on delete cascade,
    decided_at timestamptz,
    accepted boolean,
    check ((kind = 'add') = (account_id is null)),
    check ((kind in ('add', 'role')) = (role is not null)),
    check (num_nulls(decided_by, decided_at, accepted) in (0, 3)),
    check (accepted is not true or (decided_by <> proposed_by and decided_by is distinct from account_id)),
    check (account_id is distinct from proposed_by)
);

create function door.admin_who_asks() returns door.live_session
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if person.role is distinct from 'admin' or person.process <> 'staff' then
        raise insufficient_privilege using message = 'only an admin of the desk does this';
    end if;
    return person;
end
$$;

-- Admins who could still sign in without this account.
create function door.other_admins(account_id_ int) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select count(*) from door.account a
    where a.process = 'staff' and a.role = 'admin' and a.disabled_at is null and a.account_id <> account_id_
      and (exists (select from door.credential c where c.account_id = a.account_id)
           or exists (select from door.identity i where i.account_id = a.account_id))
$$;

create function door.propose(kind_ text, name_ text, role_ text, all_areas_ boolean, areas_ text[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.admin_who_asks();
    account door.account;
    unknown text;
    number int;
begin
    select a.* into account from door.account a where a.process = 'staff' and a.name = name_;
    if kind_ = 'add' and account.account_id is not null then
        raise invalid_parameter_value using message = 'there is an account of this name already';
    elsif kind_ <> 'add' and account.account_id is null then
        raise invalid_parameter_value using message = 'there is no account of this name';
    elsif account.account_id = person.account_id then
        raise invalid_parameter_value using message = 'nobody changes their own account: ask another admin';
    end if;
    select one into unknown from unnest(areas_) as one
    where not exists (select from core.area a where a.kind || ':' || a.code = one) limit 1;
    if unknown is not null then
        raise invalid_parameter_value using message = format('%s is not an area of this city', left(unknown, 40));
    end if;
    insert into door.proposal (kind, account_id, name, role, all_areas, areas, proposed_by)
    values (kind_, account.account_id, name_, role_, all_areas_, areas_, person.account_id) returning proposal_id into number;
    perform audit.line('account propose', jsonb_strip_nulls(jsonb_build_object(
        'proposal', number, 'kind', kind_, 'name', name_, 'role', role_, 'of_account', account.account_id)));
    return number;
end
$$;
comment on function door.propose(text, text, text, boolean, text[]) is 'Proposes a new account, a role, a reset or an end of being disabled; changes nothing yet.';

create function door.proposals()
returns table (proposal_id int, kind text, name text, role text, all_areas boolean, areas text[], proposed_by text, proposed_at timestamptz, is_own boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select p.proposal_id, p.kind, p.name, p.role, p.all_areas, p.areas, a.name, p.proposed_at, p.proposed_by = me.account_id
    from door.admin_who_asks() me, door.proposal p join door.account a on a.account_id = p.proposed_by
    where p.decided_at is null and p.proposed_at > now() - interval '7 days'
    order by p.proposal_id
$$;
comment on function door.proposals() is 'What waits for a second admin, for seven days; raises for everybody but an admin.';

create function door.decide(proposal_id_ int, accept boolean, link_hash bytea) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.admin_who_asks();
    p door.proposal;
    who int;
begin
    select x.* into p from door.proposal x
    where x.proposal_id = proposal_id_ and x.decided_at is null and x.proposed_at > now() - interval '7 days' for update;
    if p.proposal_id is null then
        raise invalid_parameter_value using message = 'this proposal was decided already, or is over';
    elsif accept and p.proposed_by = person.account_id then
        raise invalid_parameter_value using message = 'another admin confirms what you proposed';
    elsif accept and p.account_id = person.account_id then
        raise invalid_parameter_value using message = 'nobody confirms a change of their own account';
    elsif accept and not exists (select from door.account a where a.account_id = p.proposed_by and a.role = 'admin' and a.disabled_at is null) then
        raise invalid_parameter_value using message = 'who proposed this is no admin any more';
    end if;
    update door.proposal set decided_by = person.account_id, decided_at = now(), accepted = accept where proposal_id = proposal_id_;
    who := p.account_id;
    if accept then
        if p.kind = 'role' and p.role <> 'admin' and door.other_admins(who) = 0
           and exists (select from door.account a where a.account_id = who and a.role = 'admin') then
            raise invalid_parameter_value using message = 'this is the last admin who can sign in: add another one first';
        end if;
        if p.kind = 'add' then
            insert into door.account (process, name, role, all_areas, areas) values ('staff', p.name, p.role, p.all_areas, p.areas)
            returning account_id into who;
        elsif p.kind = 'role' then
            update door.account set role = p.role, all_areas = p.all_areas, areas = p.areas where account_id = who;
        elsif p.kind = 'enable' then
            update door.account set disabled_at = null where account_id = who;
        else
            delete from door.credential where account_id = who;
            delete from door.recovery_code where account_id = who;
            delete from door.known_browser where account_id = who;
            delete from door.link where account_id = who;
        end if;
        update door.session set ended_at = now() where account_id = who and ended_at is null;
        if p.kind in ('add', 'reset') then
            insert into door.link (token_hash, account_id, kind, expires_at) values (link_hash, who, 'invitation', now() + interval '3 days');
        end if;
    end if;
    perform audit.line(case when accept then 'account confirm' else 'account refuse' end, jsonb_strip_nulls(jsonb_build_object(
        'proposal', proposal_id_, 'kind', p.kind, 'name', p.name, 'role', p.role, 'of_account', who)));
    return p.kind;
end
$$;
comment on function door.decide(int, boolean, bytea) is
    'Confirms what another admin proposed, or refuses it (the own one too); an added or reset account gets the invitation of this hash.';

create function door.disable_account(account_id_ int) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.admin_who_asks();
    held door.account;
begin
    select a.* into held from door.account a where a.account_id = account_id_ and a.process = 'staff' and a.disabled_at is null for update;
    if held.account_id is null then
        return false;
    elsif held.account_id = person.account_id then
        raise invalid_parameter_value using message = 'nobody disables their own account: ask another admin';
    elsif held.role = 'admin' and door.other_admins(held.account_id) = 0 then
        raise invalid_parameter_value using message = 'this is the last admin who can sign in: add another one first';
    end if;
    update door.account set disabled_at = now() where account_id = account_id_;
    update door.session set ended_at = now() where account_id = account_id_ and ended_at is null;
    delete from door.link where account_id = account_id_;
    perform audit.line('account disable', jsonb_build_object('name', held.name, 'of_account', account_id_));
    return true;
end
$$;
comment on function door.disable_account(int) is 'Disables an account and ends its sessions; never the own one, nor the last admin''s.';

create function door.account_acts() returns table (at timestamptz, actor text, verb text, detail jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select e.at, e.actor, e.verb, e.detail - '{account_id,process,of_account}'::text[]
    from door.admin_who_asks() me, audit.event e
    where (e.verb like 'user %' or e.verb like 'account %' or e.verb in ('sessions end', 'role by provider')) and e.at > now() - interval '90 days'
    order by e.event_id desc limit 50
$$;
comment on function door.account_acts() is 'What was done to accounts in 90 days, at the desk and at the owner''s shell, for an admin; raises for everybody else.';

-- Everybody is told what was done to their own account.
create or replace function audit.read_lines(newest int)
returns table (at timestamptz, actor text, verb text, detail jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select e.at, e.actor, e.verb, e.detail - '{account_id,process,of_account}'::text[]
    from audit.event e, door.current_session() me
    where me.account_id is not null
      and (me.role = 'auditor' or (e.detail ->> 'account_id')::int = me.account_id or (e.detail ->> 'of_account')::int = me.account_id)
    order by e.event_id desc limit least(newest, 1000)
$$;
comment on function audit.read_lines(int) is
    'The newest lines of the audit: all of them for an auditor, for everybody else their own and those of what was done to their account.';
