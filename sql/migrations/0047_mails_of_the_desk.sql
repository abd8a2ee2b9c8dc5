-- Where reminders to staff go, and a key in every mail of reminders and digests by which they end. No server reads an address: sending is the
-- owner's command, and a server only takes back a key that a mail holds.
create table door.contact (
    account_id int primary key references door.account on delete cascade,
    email text not null check (length(email) <= 254),
    told_at timestamptz,                      -- the last reminder
    stop_key uuid not null default gen_random_uuid()
);
alter table share.contact add column stop_key uuid not null default gen_random_uuid();

create function door.stop_mails(key uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    gone int;
begin
    with staff as (delete from door.contact where stop_key = key returning 1), partner as (delete from share.contact where stop_key = key returning 1)
    select count(*) into gone from (select from staff union all select from partner) as both_rooms;
    return gone > 0;
end
$$;
comment on function door.stop_mails(uuid) is 'Deletes the address to which the mail with this key went; false where there is none.';
