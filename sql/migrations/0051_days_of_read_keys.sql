-- The days of a period that are on record begin where the record is whole: one mistyped year made every period since then look covered.
create or replace function desk.tidy_counts(token_hash_ bytea, kind_ text, step text, since date, until date)
returns table (period date, days int, area_code text, area text, crime_type text, label text, crime_group text, incidents bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with span as (
        select greatest(since, min(v.occurred_from)::date) as first_day, least(until, max(v.occurred_from)::date + 1) as until_day
        from core.incident_version v
        where v.known_to is null and exists (select from door.live_read_key k where k.token_hash = token_hash_ and k.process = door.own_process())
    ), whole as (
        select coalesce(o.data_from, o.first_day, '-infinity') as first_day, coalesce(o.gaps, '{}') as gaps
        from (select 1) as one left join (select * from open.vintage order by vintage_id desc limit 1) as o on true
    ), covered as (
        select date_trunc(step, d.day)::date as period, count(*)::int as days
        from span, whole, generate_series(greatest(span.first_day, whole.first_day), span.until_day - 1, interval '1 day') as d (day)
        where not whole.gaps @> d.day::date
        group by 1
    ), counted as (
        select date_trunc(step, v.occurred_from)::date as period, l.label_set_id, v.crime_type_id, count(*) as incidents
        from span, core.incident_version v
        join core.location l on l.location_id = v.location_id
        where v.known_to is null and v.occurred_from::date >= span.first_day and v.occurred_from::date < span.until_day
        group by 1, 2, 3
    )
    select c.period, coalesce(d.days, 0), a.code, a.name, t.name, t.label, t.crime_group, sum(c.incidents)::bigint
    from counted c
    join core.crime_type t on t.crime_type_id = c.crime_type_id
    left join covered d on d.period = c.period
    left join core.label_set s on s.label_set_id = c.label_set_id
    left join core.area a on a.area_id = s.area_ids[(select position from core.area_kind where kind = kind_)]
    group by c.period, d.days, a.code, a.name, t.name, t.label, t.crime_group
    order by c.period, a.code nulls last, t.name
$$;
