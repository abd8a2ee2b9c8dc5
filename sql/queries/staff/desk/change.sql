-- Counts for Change and Data: by area and type only, without a point, a record's words or a key; a live session is enough.

-- name: periods(kind, known_on, week, recent, before, year_recent, year, year_start, last_year_start, until, last_year_until)
-- Incidents by crime type and area of a kind, without an area where they have none: 7 days, the newest period, the one before, the same days
-- of last year, year to date and last year to date. As known on a day, where one is named. Every period begins on its day and ends before
-- the next.
with kept as (
    select c.day, c.crime_type_id, c.label_set_id
    from desk.counted c
    where c.day >= least(:last_year_start::date, :year_recent::date) and c.day < :until::date
      and case when :known_on::date is null then c.known_to is null
          else c.known_from <= :known_on::date and (c.known_to is null or c.known_to > :known_on::date) end
), counted as (
    select crime_type_id, label_set_id,
        count(*) filter (where day >= :week::date) as week,
        count(*) filter (where day >= :recent::date) as recent,
        count(*) filter (where day >= :before::date and day < :recent::date) as before,
        count(*) filter (where day >= :year_recent::date and day < :year::date) as year_ago,
        count(*) filter (where day >= :year_start::date) as to_date,
        count(*) filter (where day >= :last_year_start::date and day < :last_year_until::date) as to_date_year_ago
    from kept group by crime_type_id, label_set_id
)
select a.code, min(a.name), t.name, t.label, sum(c.week)::int, sum(c.recent)::int, sum(c.before)::int, sum(c.year_ago)::int,
    sum(c.to_date)::int, sum(c.to_date_year_ago)::int
from counted c
join core.crime_type t on t.crime_type_id = c.crime_type_id
left join core.label_set s on s.label_set_id = c.label_set_id
left join core.area a on a.area_id = s.area_ids[(select position from core.area_kind where kind = :kind)]
group by a.code, t.crime_type_id;

-- name: area_traits(kind, since, until)
-- Each current area of a kind: km², residents of its newest census, crossings and blocks, places of the city, the share of its ground that parks
-- cover, and the incidents of a past period.
with area as (
    select a.area_id, a.code, a.name, a.geom, st_transform(a.geom, 3857) as geom_3857 from core.area a
    where a.kind = :kind and upper_inf(a.valid) and st_area(a.geom) > 0
), past as (
    select s.area_ids[(select position from core.area_kind where kind = :kind)] as area_id, sum(c.n) as n
    from (
        select label_set_id, count(*) as n from desk.counted
        where known_to is null and day >= :since::date and day < :until::date group by label_set_id
    ) c
    join core.label_set s on s.label_set_id = c.label_set_id group by 1
)
select a.code, a.name, st_area(a.geom) / 1e6,
    (select p.residents from core.population p where p.area_id = a.area_id order by p.year desc limit 1),
    (select count(*) from core.gazetteer g where g.kind in ('block', 'intersection') and st_contains(a.geom, g.geom))::int,
    (select count(*) from core.place p where st_intersects(p.geom, a.geom))::int,
    coalesce((
        select sum(st_area(st_intersection(b.geom_3857, a.geom_3857))) / st_area(a.geom_3857)
        from open.base b where b.layer = 'park' and b.geom_3857 && a.geom_3857 and st_intersects(b.geom_3857, a.geom_3857)
    ), 0)::float8,
    coalesce(past.n, 0)::int
from area a left join past using (area_id)
order by a.code;

-- name: add_packet(asked, content, person)$
insert into desk.packet (asked, content, made_by) values (:asked, :content, :person) returning packet_id;

-- name: read_packet(code)^
select packet_id, code, asked, content, made_by, made_at from desk.packet where code = :code;

-- name: read_packets()
select packet_id, code, asked, content, made_by, made_at from desk.packet order by packet_id desc limit 20;

-- name: deliveries()
select delivery_id, dataset, file, known_on, loaded_at, summary from desk.delivery order by delivery_id desc limit 60;

-- name: rejects()
select delivery_id, line, reason, record from desk.reject order by delivery_id desc, line limit 200;

-- name: backtests()
select backtest_id, crime_types, created_at, settings ->> 'end', settings ->> 'basis', jsonb_array_length(coalesce(result -> 'decisions', '[]'))
from core.backtest where jsonb_array_length(coalesce(result -> 'decisions', '[]')) > 0 order by backtest_id desc limit 30;
