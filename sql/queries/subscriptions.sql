-- E-mail alerts: the public process adds, confirms and deletes; the sending command reads and keeps account of its mails.

-- name: add(email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual)!
-- What is asked for already stays as it is.
insert into alerts.subscription (email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual)
values (:email, :lang, :cell_x, :cell_y, :area_kind, :area_code, :crime_types::text[], :only_unusual)
on conflict do nothing;

-- name: hold_token(token)$
-- For this transaction only; the row policies look at it.
select set_config('hotspots.token', :token, true) is not null;

-- name: confirm(token_hash)$
with confirmed as (
    update alerts.subscription
    set confirmed_at = coalesce(confirmed_at, now())
    where subscription_id in (select subscription_id from alerts.mail where token_hash = :token_hash)
        and (confirmed_at is not null or asked_at > now() - interval '48 hours')
    returning subscription_id
)
select exists (select from confirmed);

-- name: delete(token_hash)!
delete from alerts.subscription
where subscription_id in (select subscription_id from alerts.mail where token_hash = :token_hash);

-- name: lock_sending()$
-- One sending command at a time.
select pg_try_advisory_lock(x'616c657274'::bigint);

-- name: forget_unconfirmed()!
delete from alerts.subscription where confirmed_at is null and asked_at <= now() - interval '48 hours';

-- name: forget_broken_questions()!
-- A killed run left them; to ask twice does no harm.
delete from alerts.mail where vintage_id is null and sent_at is null;

-- name: count_broken()$
-- Alerts of killed runs, of which nobody knows whether they left: they are not sent again, and their days come with the next publication.
select count(*) from alerts.mail where vintage_id is not null and sent_at is null;

-- name: unasked(most)
-- New ones whose address is to be confirmed; of one address at most so many in 48 hours, so that nobody can flood a stranger.
-- Mail to `ann+anything@example.org` comes to `ann@example.org`: they count as one.
select subscription_id, email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual, told_through
from (
    select s.*, row_number() over (partition by lower(regexp_replace(email, '^([^+@]+)\+[^@]*@', '\1@')) order by asked_at, subscription_id) as nth
    from alerts.subscription s
    where confirmed_at is null and asked_at > now() - interval '48 hours'
) s
where nth <= :most and not exists (select from alerts.mail m where m.subscription_id = s.subscription_id)
order by subscription_id;

-- name: due(vintage_id)
-- Confirmed ones that have not been looked at since this publication.
select subscription_id, email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual, told_through
from alerts.subscription s
where confirmed_at is not null
    and seen_vintage is distinct from :vintage_id
    and not exists (select from alerts.mail m where m.subscription_id = s.subscription_id and m.vintage_id = :vintage_id)
order by subscription_id;

-- name: claim(subscription_id, vintage_id, token_hash)$
-- Written before the mail leaves: whatever happens then, it does not leave twice.
insert into alerts.mail (subscription_id, vintage_id, token_hash)
select s.subscription_id, :vintage_id::int, :token_hash
from alerts.subscription s
where s.subscription_id = :subscription_id
on conflict do nothing
returning mail_id;

-- name: mark_sent(mail_id)!
update alerts.mail set sent_at = now() where mail_id = :mail_id;

-- name: give_back(mail_id)!
-- The mail did not leave: it is due again.
delete from alerts.mail where mail_id = :mail_id;

-- name: mark_seen(subscription_id, vintage_id, told_through)!
update alerts.subscription set seen_vintage = :vintage_id, told_through = :told_through::date where subscription_id = :subscription_id;
