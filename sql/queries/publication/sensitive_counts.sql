-- Sensitive incidents: counted by area of one kind and whole month, never rows.

-- name: are_counted()$
-- Whether the city has anything that is counted only.
select exists (select from core.crime_type where sensitive) or exists (select from core.incident_version where known_to is null and sensitive);

-- name: all_months(end)
-- Every month that holds any incident, also one without a sensitive report: a month that is missing would tell that it has none.
select m.month::date
from generate_series(
    (select date_trunc('month', min(occurred_from)) from core.incident_version where known_to is null), :end::timestamp, interval '1 month'
) as m (month)
where exists (
    select from core.incident_version v
    where v.known_to is null and v.occurred_from >= m.month and v.occurred_from < least(m.month + interval '1 month', :end::timestamp)
)
order by 1;

-- name: count_by_area(months, kind, withhold)
-- By month. Area null: no area of the kind is known. The two parts have an index each: "or" between them would read every report of the
-- months. "offset 0" has each looked up by its index: the planner takes a month for a ninth of the history, and would read all locations.
with counted as (
    select m.month, v.location_id, v.crime_type_id
    from unnest(:months::date[]) as m (month)
    cross join lateral (
        select location_id, crime_type_id from core.incident_version
        where known_to is null and sensitive and occurred_from >= m.month and occurred_from < m.month + interval '1 month'
        offset 0
    ) v
    union all
    select m.month, v.location_id, t.crime_type_id
    from unnest(:months::date[]) as m (month)
    cross join core.crime_type t
    cross join lateral (
        select location_id from core.incident_version
        where crime_type_id = t.crime_type_id and known_to is null and not sensitive
            and occurred_from >= m.month and occurred_from < m.month + interval '1 month'
        offset 0
    ) v
    where t.sensitive
), placed as (
    select c.month, l.label_set_id, c.crime_type_id
    from counted c
    cross join lateral (select label_set_id from core.location where location_id = c.location_id offset 0) l
)
select p.month, s.area_ids[(select position from core.area_kind where kind = :kind)] as area_id, count(*)
from placed p
join core.crime_type t using (crime_type_id)
left join core.label_set s using (label_set_id)
where t.name <> all(:withhold::text[])
group by 1, 2;

-- name: areas_of_month(month, kind)
-- In the order in which they are hidden as complements: fewest residents first, else the smallest.
select a.area_id
from core.area a
left join lateral (select residents from core.population p where p.area_id = a.area_id order by year desc limit 1) p on true
where a.kind = :kind and a.valid && daterange(:month::date, (:month::date + interval '1 month')::date)
order by p.residents nulls first, st_area(a.geom), a.area_id;

-- name: delete_all_months()!
delete from open.sensitive_count;

-- name: read_history(months)
select m.month, m.kind, array(select h.area_id from core.hidden_count h where h.month = m.month)
from core.counted_month m
where m.month = any(:months::date[]);

-- name: note_months(months, kind)!
insert into core.counted_month (month, kind) select unnest(:months::date[]), :kind on conflict do nothing;

-- name: note_hidden(months, areas)!
insert into core.hidden_count (month, area_id)
select m.month, m.area_id from unnest(:months::date[], :areas::int[]) as m (month, area_id)
on conflict do nothing;

-- name: copy_counts()#
copy open.sensitive_count (month, area_id, incidents) from stdin;
