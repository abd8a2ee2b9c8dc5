-- Lists of boxes that the desk makes and issues, the sheets that go out with them, and the ticks that come back.

-- name: add_list(title, question, evidence, person, renews)$
insert into desk.issued_list (title, question, evidence, made_by, renews)
values (:title, :question, :evidence, :person, :renews) returning list_id;

-- name: add_listed(list_id, position, code, words, detail, row_no, col_no, size_m, srid)!
insert into desk.listed_place (list_id, position, code, words, detail, geom)
values (:list_id, :position, :code, :words, :detail, st_makeenvelope(
    :col_no * :size_m::float8, :row_no * :size_m::float8, (:col_no + 1) * :size_m::float8, (:row_no + 1) * :size_m::float8, :srid));

-- name: read_lists(area_id)
-- With a box in one area or within 500 m of it, where one is named.
select list_id, code, title, question, evidence, made_by, made_at, owner, issued_at, review_date, withdrawn_at, withdrawn_reason,
       (select r.code from desk.issued_list r where r.list_id = l.renews)
from desk.issued_list l
where :area_id::int is null or exists (
    select from desk.listed_place p join core.area a on st_dwithin(p.geom, a.geom, 500)
    where p.list_id = l.list_id and a.area_id = :area_id::int)
order by list_id desc limit 200;

-- name: read_list(code)^
select list_id, code, title, question, evidence, made_by, made_at, owner, issued_at, review_date, withdrawn_at, withdrawn_reason,
       (select r.code from desk.issued_list r where r.list_id = l.renews)
from desk.issued_list l where code = :code;

-- name: read_listed(list_id, area_id)
-- In one area or within 500 m of it, where one is named.
select position, code, words, detail from desk.listed_place p
where list_id = :list_id
  and (:area_id::int is null or st_dwithin(p.geom, (select geom from core.area where area_id = :area_id::int), 500))
order by position;

-- name: issue(list_id, person, review_date)!
update desk.issued_list set owner = :person, issued_by = :person, issued_at = now(), review_date = :review_date
where list_id = :list_id and issued_at is null;

-- name: withdraw(list_id, person, reason)!
update desk.issued_list set withdrawn_by = :person, withdrawn_at = now(), withdrawn_reason = :reason
where list_id = :list_id and issued_at is not null and withdrawn_at is null;

-- name: box_hours(crime_types, since, until, size_m)
-- Incidents of some crime types by box of the fixed lattice and hour; needs an opened view.
select floor(st_y(l.geom) / :size_m)::int, floor(st_x(l.geom) / :size_m)::int, i.hour, count(*)::int
from desk.incident i
join desk.location l on l.anchor_id = i.anchor_id
join core.crime_type t on t.crime_type_id = i.crime_type_id
where t.name = any(:crime_types) and l.geom is not null and i.day >= :since::date and i.day < :until::date
group by 1, 2, 3;

-- name: nearest_names(xs, ys)
-- The nearest crossing or block of each point, or its street: never an incident's address.
select n, name from desk.nearest_names(:xs::float8[], :ys::float8[]);

-- name: read_area(kind, code)^
select st_asbinary(st_union(geom)), min(name) from core.area where kind = :kind and code = :code and upper_inf(valid) having count(*) > 0;

-- name: drawing(list_id)^
-- Paths of SVG in metres from the middle of the frame round a list's boxes, six wide to five high: main streets, other streets where the frame
-- is not too wide for them, and where each box's letter stands.
with boxes as (
    select st_expand(st_envelope(st_collect(geom)), 400) as frame, st_srid(min(geom::text)::geometry) as srid
    from desk.listed_place where list_id = :list_id
), middle as (
    select frame, srid, st_x(st_centroid(frame)) as x, st_y(st_centroid(frame)) as y,
        greatest(st_xmax(frame) - st_xmin(frame), 1.2 * (st_ymax(frame) - st_ymin(frame))) / 2 as half
    from boxes where frame is not null
), wide as (
    select x, y, half, srid, st_makeenvelope(x - half, y - half / 1.2, x + half, y + half / 1.2, srid) as frame from middle
), street as (
    select b.rank, st_simplify(st_transform(b.geom_3857, w.srid), 5) as geom
    from wide w join open.base b on b.layer = 'street' and b.geom_3857 && st_transform(w.frame, 3857) and (b.rank = 1 or w.half < 2500)
)
select w.half, w.half / 1.2,
    (select string_agg(st_assvg(st_translate(st_intersection(s.geom, w.frame), -w.x, -w.y), 0, 0), ' ')
        from street s where s.rank = 1 and st_intersects(s.geom, w.frame)),
    (select string_agg(st_assvg(st_translate(st_intersection(s.geom, w.frame), -w.x, -w.y), 0, 0), ' ')
        from street s where s.rank > 1 and st_intersects(s.geom, w.frame)),
    (select json_agg(json_build_array(p.position, round((st_x(st_centroid(p.geom)) - w.x)::numeric), round((w.y - st_y(st_centroid(p.geom)))::numeric)) order by p.position)
        from desk.listed_place p where p.list_id = :list_id)
from wide w;

-- name: add_sheet(list_id, shift, day, visits, person)$
insert into desk.sheet (list_id, shift, day, visits, made_by) values (:list_id, :shift, :day, :visits, :person)
on conflict (list_id, shift, day) do nothing returning sheet_id;

-- name: find_sheet(list_id, shift, day)^
select sheet_id, code, list_id, shift, day, visits, made_by from desk.sheet where list_id = :list_id and shift = :shift and day = :day;

-- name: read_sheet(code)^
select sheet_id, code, list_id, shift, day, visits, made_by from desk.sheet where code = :code;

-- name: sheet_before(list_id, shift, day)^
select sheet_id, code, list_id, shift, day, visits, made_by from desk.sheet
where list_id = :list_id and shift = :shift and day < :day order by day desc limit 1;

-- name: list_of_sheet(sheet_id)$
select l.code from desk.sheet s join desk.issued_list l using (list_id) where s.sheet_id = :sheet_id;

-- name: lock_ticks()#
-- Two sergeants one after the other.
lock table desk.tick in share row exclusive mode;

-- name: take_back_tick(sheet_id, position, visit, why, person)!
-- Moves a tick to those that were; the place is free for another.
with gone as (
    delete from desk.tick where sheet_id = :sheet_id and position = :position and visit = :visit returning *
)
insert into desk.tick_before (sheet_id, position, visit, done, reason, by, at, why, taken_back_by)
select sheet_id, position, visit, done, reason, by, at, :why, :person from gone;

-- name: read_ticks_before(sheet_id)
select position, visit, done, reason, by, why, taken_back_by from desk.tick_before where sheet_id = :sheet_id order by taken_back_at, position, visit;

-- name: add_tick(sheet_id, position, visit, done, reason, person)!
insert into desk.tick (sheet_id, position, visit, done, reason, by) values (:sheet_id, :position, :visit, :done, :reason, :person);

-- name: read_ticks(sheet_id)
select position, visit, done, reason from desk.tick where sheet_id = :sheet_id;
