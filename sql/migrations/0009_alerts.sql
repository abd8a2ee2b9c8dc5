-- Who is told by e-mail. The public process writes here with a key of its own (hotspots_alerts) that reads no address; the sending
-- command (hotspots_mailer) is the only one that does. Grants stand in sql/queries/roles.sql.
create schema alerts;
comment on schema alerts is 'Subscriptions to e-mail alerts: an address and a coarse place, until it is deleted.';

create table alerts.subscription (
    subscription_id int generated always as identity primary key,
    email text not null check (length(email) <= 254),
    lang text not null check (length(lang) <= 5),
    cell_x int,                               -- lattice cell of 500 m: never the searched place itself
    cell_y int,
    area_kind text,                           -- or an area, by what stays when its boundary is drawn anew
    area_code text,
    crime_types text[] not null default '{}', -- sorted names; empty: all
    only_unusual boolean not null,
    asked_at timestamptz not null default now(),
    confirmed_at timestamptz,                 -- null: not confirmed; deleted after 48 hours
    told_through date,                        -- the last day that was told or judged
    seen_vintage int,                         -- the last publication that was looked at
    check (num_nulls(cell_x, cell_y) in (0, 2) and num_nulls(area_kind, area_code) in (0, 2) and (cell_x is null) <> (area_kind is null))
);
create unique index subscription_once on alerts.subscription
    (lower(email), cell_x, cell_y, area_kind, area_code, crime_types, only_unusual) nulls not distinct;

-- One row a mail. Only the hash of the token in its links is kept.
create table alerts.mail (
    mail_id bigint generated always as identity primary key,
    subscription_id int not null references alerts.subscription on delete cascade,
    vintage_id int,                           -- null: the mail that asks for confirmation
    token_hash bytea not null unique,
    made_at timestamptz not null default now(),
    sent_at timestamptz,                      -- null: being sent, or the command was killed meanwhile
    unique nulls not distinct (subscription_id, vintage_id)
);

-- Who is not the mailer sees the one subscription whose token it holds (set for a transaction as hotspots.token), and may add new ones.
alter table alerts.subscription enable row level security;
alter table alerts.mail enable row level security;
create policy of_the_mailer on alerts.subscription using (current_user = 'hotspots_mailer');
create policy of_the_mailer on alerts.mail using (current_user = 'hotspots_mailer');
create policy new_ones on alerts.subscription for insert with check (confirmed_at is null and told_through is null);
create policy holds_its_token on alerts.mail for select
    using (token_hash = sha256(convert_to(current_setting('hotspots.token', true), 'UTF8')));
create policy read_by_token on alerts.subscription for select
    using (subscription_id in (select m.subscription_id from alerts.mail m));
create policy confirm_by_token on alerts.subscription for update
    using (subscription_id in (select m.subscription_id from alerts.mail m));
create policy delete_by_token on alerts.subscription for delete
    using (subscription_id in (select m.subscription_id from alerts.mail m));
