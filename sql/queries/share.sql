-- What is shared with partners: the desk shares and withdraws, a partner reads and answers the own ones (row policies of schema share).

-- name: read_items()
select item_id, partner, kind, number, title, words, due, shared_by, shared_at,
       (select count(*) from share.reply r where r.item_id = i.item_id)
from share.item i order by shared_at desc, item_id desc limit 500;

-- name: read_item(item_id)^
select item_id, partner, kind, number, title, words, due, shared_by, shared_at,
       (select count(*) from share.reply r where r.item_id = i.item_id)
from share.item i where item_id = :item_id;

-- name: read_replies(item_id)
select at, by, words from share.reply where item_id = :item_id order by reply_id;

-- name: partners()
select partners from share.partners();

-- name: add_item(partner, kind, number, title, words, due, shared_by)$
insert into share.item (partner, kind, number, title, words, due, shared_by)
values (:partner, :kind, :number, :title, :words, :due::date, :shared_by) returning item_id;

-- name: withdraw(item_id)$
with gone as (delete from share.item where item_id = :item_id returning 1) select count(*) from gone;

-- name: add_reply(item_id, by, words)!
insert into share.reply (item_id, by, words) values (:item_id, :by, :words);

-- The owner's commands --------------------------------------------------------------------------------------------------

-- name: due_digests(days)
-- Partners with something shared, whose last digest is so many days old; how much is shared, and how much of it has no answer.
select a.name, c.email, count(*), count(*) filter (where not exists (select from share.reply r where r.item_id = i.item_id)),
       c.stop_key
from door.contact c
join door.account a on a.account_id = c.account_id and a.process = 'partners' and a.disabled_at is null
join share.item i on i.partner = a.name
where c.told_at is null or c.told_at <= now() - make_interval(days => :days)
group by a.name, c.email, c.stop_key order by a.name;

-- name: erase_of_concern(reference)!
-- The copies of a concern whose text is erased.
delete from share.item i using intake.concern k where i.kind = 'concern' and i.number = k.concern_id and k.reference = :reference;
