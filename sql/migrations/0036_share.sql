-- What is shared with partners: copies, redacted before they get here. Withdrawing deletes. A partner's server sees, by row-level security,
-- what was shared with the account whose session the transaction carries, and nothing else of the database's schemas but open.
create schema share;
comment on schema share is 'Copies that staff shared with partners, and what partners answered.';

create table share.item (
    item_id int generated always as identity primary key,
    partner text not null,                    -- name of an account of the partners' server
    kind text not null check (kind in ('concern', 'problem', 'action')),
    number int not null,                      -- of the concern, problem or action
    title text not null check (length(title) between 1 and 120),
    words text not null check (length(words) between 1 and 1000),
    due date,
    shared_by text not null,
    shared_at timestamptz not null default now()
);
create index item_partner on share.item (partner);

create table share.reply (
    reply_id int generated always as identity primary key,
    item_id int not null references share.item on delete cascade,
    at timestamptz not null default now(),
    by text not null,
    words text not null check (length(words) between 1 and 500)
);
create index reply_item on share.reply (item_id);

-- Where a partner's digest goes. No server reads it: the digest is the owner's command.
create table share.contact (
    partner text primary key,
    email text not null check (length(email) <= 254),
    told_at timestamptz                       -- the last digest
);

create function share.me() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select s.name from door.current_session() s where s.process = 'partners' and s.role = 'partner'
$$;
comment on function share.me() is 'The partner whose session the transaction carries; null for everybody else.';

create function share.sharer() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select s.name from door.current_session() s where s.process = 'staff' and s.role = 'prevention'
$$;
comment on function share.sharer() is 'The person of the desk whose session the transaction carries, where the role may share; null for everybody else.';

create function share.partners() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select a.name from door.account a
    where a.process = 'partners' and a.disabled_at is null and share.sharer() is not null order by a.name
$$;
comment on function share.partners() is 'Names of the partners, for whoever may share.';

alter table share.item enable row level security;
alter table share.reply enable row level security;
create policy own_items on share.item for select using (current_user = 'hotspots_partners' and partner = (select share.me()));
create policy own_replies on share.reply for select
    using (current_user = 'hotspots_partners' and item_id in (select i.item_id from share.item i));
create policy answer on share.reply for insert
    with check (current_user = 'hotspots_partners' and by = (select share.me()) and item_id in (select i.item_id from share.item i));
create policy desk_items on share.item for select using (current_user = 'hotspots_desk' and (select share.sharer()) is not null);
create policy desk_shares on share.item for insert
    with check (current_user = 'hotspots_desk' and shared_by = (select share.sharer()) and partner in (select share.partners()));
create policy desk_withdraws on share.item for delete using (current_user = 'hotspots_desk' and (select share.sharer()) is not null);
create policy desk_replies on share.reply for select using (current_user = 'hotspots_desk' and (select share.sharer()) is not null);
