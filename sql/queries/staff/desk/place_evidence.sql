-- What the card of a saved place says beyond its own counts: its ground, what stands around it, the lists and actions that hold it.

-- name: city_ground(since, until)^
-- Located incidents of the whole city and its square kilometres: what an ordinary piece of ground has.
select count(*)::int, (select st_area(geom) / 1e6 from core.study_area)
from desk.counted c
where c.known_to is null and c.is_located and c.day >= :since::date and c.day < :until::date;

-- name: shape(place_id)$
select st_asbinary(geom) from desk.place where place_id = :place_id;

-- name: factors(place_id, on_day)
-- Risk factors within 50 m of a place, and the share of 200 comparable pieces of ground, round blocks and crossings of the whole city, that
-- have any. Ordered by a hash of their number, so that a place is compared with the same ones every day.
with place as (
    select geom, sqrt(st_area(geom) / pi()) + 50 as reach from desk.place where place_id = :place_id
), other as (
    select geom from core.gazetteer where kind in ('block', 'intersection', 'address') order by md5(gazetteer_id::text) limit 200
), factor as (
    select distinct name from core.risk_factor where valid @> :on_day::date
)
select f.name,
    (select count(*) from core.risk_factor r, place p where r.name = f.name and r.valid @> :on_day::date and st_dwithin(r.geom, p.geom, 50))::int,
    (select avg(exists (
        select from core.risk_factor r where r.name = f.name and r.valid @> :on_day::date and st_dwithin(r.geom, o.geom, p.reach)
    )::int) from other o, place p)::float8
from factor f order by 1;

-- name: lists_here(place_id)
-- Issued lists with a box on the place's ground.
select l.code, l.title, b.position, l.review_date, l.withdrawn_at is not null
from desk.issued_list l
join desk.listed_place b on b.list_id = l.list_id
join desk.place p on p.place_id = :place_id and st_intersects(b.geom, p.geom)
where l.issued_at is not null
order by l.issued_at desc, b.position limit 12;

-- name: actions_here(place_id)
-- Actions with a box on the place's ground.
select distinct a.action_id, a.title, a.state, a.starts_on, a.ends_on, a.owner, a.problem_id
from desk.action a
join desk.action_place b on b.action_id = a.action_id
join desk.place p on p.place_id = :place_id and st_intersects(b.geom, p.geom)
order by a.starts_on desc limit 12;

-- name: follow(object, name)!
insert into desk.follower (object, name) values (:object, :name) on conflict do nothing;

-- name: unfollow(object, name)!
delete from desk.follower where object = :object and name = :name;

-- name: followers(object)
select name from desk.follower where object = :object order by name;
