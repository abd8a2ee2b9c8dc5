-- Views saved by name. Row policies decide which of them whoever asks sees and changes; digests are the owner's command.

-- name: add_view(name, page, query, newest_days, owner, roles, districts)$
insert into desk.saved_view (name, page, query, newest_days, owner, roles, districts)
values (:name, :page, :query, :newest_days, :owner, :roles, :districts) returning view_id;

-- name: add_version(view_id, person, change)!
insert into desk.view_version (view_id, version, by, change)
select view_id, version, :person, :change from desk.saved_view where view_id = :view_id
on conflict (view_id, version) do nothing;

-- name: read_views(me)
-- The own ones first, the newest first.
select v.view_id, v.code, v.name, v.page, v.query, v.newest_days, v.owner, v.roles, v.districts, v.made_at, v.version, v.withdrawn_at,
       (select s.every_days from desk.subscription s where s.view_id = v.view_id and s.name = :me)
from desk.saved_view v order by v.withdrawn_at is not null, v.owner = :me desc, v.view_id desc limit 200;

-- name: read_view(code, me)^
select v.view_id, v.code, v.name, v.page, v.query, v.newest_days, v.owner, v.roles, v.districts, v.made_at, v.version, v.withdrawn_at,
       (select s.every_days from desk.subscription s where s.view_id = v.view_id and s.name = :me)
from desk.saved_view v where v.code = :code;

-- name: read_versions(view_id)
select version, at, by, change from desk.view_version where view_id = :view_id order by version desc;

-- name: change_view(view_id, version, name, roles, districts)!
-- Only over the version that was looked at.
update desk.saved_view set name = :name, roles = :roles, districts = :districts, version = version + 1
where view_id = :view_id and version = :version and withdrawn_at is null;

-- name: withdraw_view(view_id)!
update desk.saved_view set withdrawn_at = now(), version = version + 1 where view_id = :view_id and withdrawn_at is null;

-- name: bring_back_view(view_id)!
update desk.saved_view set withdrawn_at = null, version = version + 1 where view_id = :view_id and withdrawn_at is not null;

-- name: subscribe(view_id, name, every_days)!
insert into desk.subscription (view_id, name, every_days) values (:view_id, :name, :every_days)
on conflict (view_id, name) do update set every_days = excluded.every_days;

-- name: unsubscribe(view_id, name)!
delete from desk.subscription where view_id = :view_id and name = :name;

-- name: due_digests()
-- Accounts with an address and a subscribed view that they still see, whose day has come, where records came since they were told.
select a.name, c.email, c.stop_key, count(*)::int
from desk.subscription s
join desk.saved_view v using (view_id)
join door.account a on a.name = s.name and a.process = 'staff' and a.disabled_at is null
join door.contact c on c.account_id = a.account_id
where v.withdrawn_at is null
  and desk.is_shown_to(v.owner, v.roles, v.districts, a.name, a.role, a.all_areas, a.areas)
  and a.role in ('analyst', 'commander', 'prevention')
  and s.told_at <= now() - make_interval(days => s.every_days) + interval '1 hour'
  and s.told_at < (select max(loaded_at) from raw.delivery)
group by a.name, c.email, c.stop_key order by a.name;

-- name: mark_told(name)!
update desk.subscription set told_at = now()
where name = :name and told_at <= now() - make_interval(days => every_days) + interval '1 hour';
