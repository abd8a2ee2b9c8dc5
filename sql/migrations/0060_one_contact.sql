-- Partners are accounts: where their digests go stands beside where reminders to staff go, under one rule.
insert into door.contact (account_id, email, told_at, stop_key)
select a.account_id, c.email, c.told_at, c.stop_key
from share.contact c join door.account a on a.process = 'partners' and a.name = c.partner;
drop table share.contact;

create or replace function door.stop_mails(key uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    delete from door.contact where stop_key = key;
    return found;
end
$$;
