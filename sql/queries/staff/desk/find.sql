-- Find things of the desk by a word, and what is new of what a person watches.

-- name: find(words)
-- Places by code, name or other name (also where they were merged), lists and packets by code or words; codes first.
with found as (
    select 'place' as kind, p.code, p.name as words, '/places/' || p.code as path,
        upper(p.code) = upper(:words) as is_code, p.place_id as number
    from desk.place p
    where p.ended_at is null and (position(lower(:words) in lower(p.code)) > 0 or position(lower(:words) in lower(p.name)) > 0
        or exists (select from unnest(p.aliases) as other where position(lower(:words) in lower(other)) > 0))
    union all
    select 'list', l.code, l.title, '/lists/' || l.code, upper(l.code) = upper(:words), l.list_id
    from desk.issued_list l where position(lower(:words) in lower(l.code)) > 0 or position(lower(:words) in lower(l.title)) > 0
    union all
    select 'packet', c.code, 'Change, ' || (c.asked ->> 'where'), '/packets/' || c.code, upper(c.code) = upper(:words), c.packet_id
    from desk.packet c where position(lower(:words) in lower(c.code)) > 0 or position(lower(:words) in lower(c.asked ->> 'where')) > 0
    union all
    select 'view', v.code, v.name, '/views/' || v.code, upper(v.code) = upper(:words), v.view_id
    from desk.saved_view v
    where v.withdrawn_at is null and (position(lower(:words) in lower(v.code)) > 0 or position(lower(:words) in lower(v.name)) > 0)
)
select kind, code, words, path from found order by is_code desc, kind desc, number desc limit 30;

-- name: watched(name, since)
-- Changes and comments of the places that a person watches, by others, newest first.
select p.code, p.name, e.at, e.by, e.words
from desk.follower f
join desk.place p on f.object = 'place ' || p.place_id
join lateral (
    select v.at, v.by, v.change as words from desk.place_version v where v.place_id = p.place_id
    union all
    select c.at, c.by, '“' || c.words || '”' from desk.comment c where c.object = f.object
) e on e.at >= :since
where f.name = :name and e.by <> :name
order by e.at desc limit 100;

-- name: watching(name)
select p.code, p.name from desk.follower f join desk.place p on f.object = 'place ' || p.place_id where f.name = :name order by p.code;
