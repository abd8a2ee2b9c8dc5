-- Records beside the incidents, as whole months by area: never rows (hotspots/store/publication/record_counts.py).

-- name: published_kinds()
-- Kinds of records that the city file publishes by month: name, label, and first day of each whole month is found by `whole_months`.
select one ->> 'name', one ->> 'label'
from core.city c cross join jsonb_array_elements(coalesce(c.config -> 'record_kind', '[]')) as one
where one ->> 'public' = 'months';

-- name: whole_months(record_kind, end)
-- First day of every month of which records reach from the first day to the last, and that ends before the day `end`.
select m.month::date
from (
    select min(occurred_from)::date as first, max(coalesce(occurred_to, occurred_from))::date as last
    from core.record where record_kind = :record_kind
) as r
cross join generate_series(date_trunc('month', r.first), date_trunc('month', r.last), interval '1 month') as m (month)
where m.month >= r.first and m.month + interval '1 month' <= least(r.last + 1, :end::date);

-- name: count_by_area(record_kind, initiated_by, month, kind)
-- Area null: no area of the kind is known.
select r.area_ids[(select k.position from core.area_kind k where k.kind = :kind)] as area_id, count(*)
from core.record r
where r.record_kind = :record_kind and r.initiated_by = :initiated_by
    and r.occurred_from >= :month::date and r.occurred_from < :month::date + interval '1 month'
group by 1;

-- name: read_hidden(record_kind, initiated_by, month)
select area_id from core.hidden_record_count
where record_kind = :record_kind and initiated_by = :initiated_by and month = :month::date;

-- name: note_hidden(record_kind, initiated_by, month, areas)!
insert into core.hidden_record_count (record_kind, initiated_by, month, area_id)
select :record_kind, :initiated_by, :month::date, unnest(:areas::int[])
on conflict do nothing;

-- name: first_kind(record_kind, month, kind)$
-- The kind of area by which a month was first counted, noted where it never was.
with noted as (
    insert into core.counted_record_month (record_kind, month, kind) values (:record_kind, :month::date, :kind)
    on conflict do nothing returning kind
)
select kind from noted
union all
select kind from core.counted_record_month where record_kind = :record_kind and month = :month::date
limit 1;

-- name: delete_counts()!
delete from open.record_count;

-- name: copy_counts()#
copy open.record_count (record_kind, label, initiated_by, month, area_id, records) from stdin;
