-- Views that somebody saved by name: a page of the desk and its filter, which is its address. Drafts are their owner's alone; a shared view is
-- read by the roles, and where districts are named by the people of those districts, that it names. The policies hold it, whatever a page forgets.
create table desk.saved_view (
    view_id int generated always as identity primary key,
    code text generated always as ('V-' || lpad(view_id::text, greatest(4, length(view_id::text)), '0')) stored unique,
    name text not null check (length(name) between 1 and 80),
    page text not null check (page in ('map', 'change', 'places')),
    query text not null check (length(query) <= 4000), -- of the address, as it stands there
    newest_days int check (newest_days between 1 and 3700), -- the view moves with the data: so many newest days; null: its own dates
    owner text not null,
    roles text[] not null default '{}' check (roles <@ '{analyst,commander,prevention}'), -- empty: nobody else
    districts text[] not null default '{}',   -- 'district:18'; empty: of the whole city
    made_at timestamptz not null default now(),
    version int not null default 1,
    withdrawn_at timestamptz
);

create table desk.view_version (
    view_id int not null references desk.saved_view on delete cascade,
    version int not null,
    at timestamptz not null default now(),
    by text not null,
    change text not null,                     -- 'saved', 'renamed from …', 'shared', 'withdrawn'
    primary key (view_id, version)
);

create table desk.subscription (
    view_id int not null references desk.saved_view on delete cascade,
    name text not null,                       -- who is told
    every_days smallint not null check (every_days in (1, 7)),
    told_at timestamptz not null default now(), -- the last mail, or when it began
    primary key (view_id, name)
);

create function desk.me() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select (door.current_session()).name $$;
comment on function desk.me() is 'Whose session the transaction carries; null for nobody.';

create function desk.is_shown_to(owner_ text, roles_ text[], districts_ text[], name_ text, role_ text, all_areas_ boolean, areas_ text[]) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
as $$
    select owner_ = name_ or (role_ = any(roles_) and (districts_ = '{}' or all_areas_ or districts_ && areas_))
$$;
comment on function desk.is_shown_to(text, text[], text[], text, text, boolean, text[]) is
    'Whether a saved view is shown to an account: its owner, or a role that it is shared with, in a district that it is shared with.';

create function desk.sees_view(owner_ text, roles_ text[], districts_ text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce((select desk.is_shown_to(owner_, roles_, districts_, me.name, me.role, me.all_areas, me.areas) from door.current_session() me), false)
$$;
comment on function desk.sees_view(text, text[], text[]) is 'Whether a saved view is shown to whoever asks; false for nobody.';

alter table desk.saved_view enable row level security;
alter table desk.view_version enable row level security;
alter table desk.subscription enable row level security;
create policy shown on desk.saved_view for select using (owner = (select desk.me()) or (withdrawn_at is null and desk.sees_view(owner, roles, districts)));
create policy saved on desk.saved_view for insert with check (owner = (select desk.me()));
create policy changed on desk.saved_view for update using (owner = (select desk.me()));
create policy shown on desk.view_version for select using (view_id in (select v.view_id from desk.saved_view v));
create policy written on desk.view_version for insert
    with check (by = (select desk.me()) and view_id in (select v.view_id from desk.saved_view v where v.owner = (select desk.me())));
create policy own on desk.subscription using (name = (select desk.me())) with check (name = (select desk.me()) and view_id in (select v.view_id from desk.saved_view v));

create trigger keep_row after insert or update or delete on desk.saved_view for each row execute function desk.keep_row();
create trigger keep_row after insert or update or delete on desk.subscription for each row execute function desk.keep_row();
