-- Counts for Change and Data: by area and type only, without a point, a record's words or a key; a live session is enough.

-- name: periods(kind, code, by_area, known_on, week, recent, before, year_recent, year, year_start, last_year_start, until, last_year_until)
-- Incidents by crime type, and by area of a kind where asked: 7 days, 28 days, the 28 before, the same 28 of last year, year to date and last
-- year to date. As known on a day, where one is named. Every period begins on its day and ends before the next.
with kept as (
    select c.day, c.crime_type_id, s.area_ids[(select position from core.area_kind where kind = :kind)] as area_id
    from desk.counted c
    left join core.label_set s on s.label_set_id = c.label_set_id
    where c.day >= least(:last_year_start::date, :year_recent::date) and c.day < :until::date
      and case when :known_on::date is null then c.known_to is null
          else c.known_from <= :known_on::date and (c.known_to is null or c.known_to > :known_on::date) end
)
select
    case when :by_area::boolean then a.code end, case when :by_area::boolean then min(a.name) end, t.name, t.label,
    count(*) filter (where k.day >= :week::date)::int,
    count(*) filter (where k.day >= :recent::date)::int,
    count(*) filter (where k.day >= :before::date and k.day < :recent::date)::int,
    count(*) filter (where k.day >= :year_recent::date and k.day < :year::date)::int,
    count(*) filter (where k.day >= :year_start::date)::int,
    count(*) filter (where k.day >= :last_year_start::date and k.day < :last_year_until::date)::int
from kept k
join core.crime_type t on t.crime_type_id = k.crime_type_id
left join core.area a on a.area_id = k.area_id
where :code::text is null or a.code = :code::text
group by 1, t.crime_type_id, case when :by_area::boolean then a.area_id end;

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
from core.backtest order by backtest_id desc limit 30;
