-- Accounts, as the owner keeps them from the command line.

-- name: add_account(process, name, role, all_areas, areas, is_demo)$
insert into door.account (process, name, role, all_areas, areas, is_demo)
values (:process, :name, :role, :all_areas, :areas, :is_demo)
on conflict (process, name) do nothing
returning account_id;

-- name: find_account(process, name)^
select account_id, role, disabled_at is not null as is_disabled from door.account where process = :process and name = :name;

-- name: read_accounts(process)
select a.name, a.role, a.all_areas, a.areas, c.account_id is not null as is_enrolled, a.disabled_at,
       (select count(*) from door.live_session s where s.account_id = a.account_id) as live_sessions
from door.account a left join door.credential c using (account_id)
where a.process = :process
order by a.name;

-- name: read_sessions(process, name)
select a.name, s.began_at, s.seen_at, s.expires_at
from door.session s join door.live_session l using (session_id) join door.account a on a.account_id = s.account_id
where a.process = :process and (:name::text is null or a.name = :name)
order by s.began_at desc;

-- name: add_link(token_hash, account_id, kind, minutes)!
insert into door.link (token_hash, account_id, kind, expires_at)
values (:token_hash, :account_id, :kind, now() + make_interval(mins => :minutes));

-- name: disable(account_id)!
update door.account set disabled_at = now() where account_id = :account_id and disabled_at is null;

-- name: end_sessions(account_id)!
update door.session set ended_at = now() where account_id = :account_id and ended_at is null;

-- name: end_read_keys(account_id)!
update door.read_key set ended_at = now() where account_id = :account_id and ended_at is null;

-- name: drop_credential(account_id)!
delete from door.credential where account_id = :account_id;

-- name: drop_links(account_id)!
delete from door.link where account_id = :account_id;

-- name: drop_demo_accounts()!
delete from door.account where is_demo;

-- name: write_line(verb, detail)!
insert into audit.event (verb, detail) values (:verb, :detail);

-- name: keep_contact(account_id, email)!
-- Another address gets another key: the mails that went to the old one end nothing at the new one.
insert into door.contact as c (account_id, email) values (:account_id, :email)
on conflict (account_id) do update set email = excluded.email, stop_key = excluded.stop_key where c.email <> excluded.email;

-- name: drop_contact(account_id)!
delete from door.contact where account_id = :account_id;

-- name: due_reminders(today, ahead_days, again_days)
-- Accounts with an address and something of their own overdue or due soon, whose last reminder is old enough: how much of either.
with mine as (
    select owner, due from desk.problem where state <> 'closed'
    union all select owner, due from desk.action where state in ('proposed', 'agreed', 'under way')
    union all select owner, due from intake.concern where state = 'owned'
)
select a.name, c.email, c.stop_key, count(*) filter (where m.due < :today::date), count(*) filter (where m.due >= :today::date)
from door.contact c join door.account a using (account_id) join mine m on m.owner = a.name
where a.process = 'staff' and a.disabled_at is null and m.due <= :today::date + :ahead_days
  and (c.told_at is null or c.told_at <= now() - make_interval(days => :again_days))
group by a.name, c.email, c.stop_key order by a.name;

-- name: mark_told(name, process)!
update door.contact c set told_at = now() from door.account a where a.account_id = c.account_id and a.process = :process and a.name = :name;
