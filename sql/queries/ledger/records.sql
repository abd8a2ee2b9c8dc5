-- Records beside the incidents (hotspots/store/ledger/records.py): the newest word of each, no versions.

-- name: same_deliveries(record_kind, reading)
-- Deliveries of a kind that were read by the same words, newest last: content, id, known on, file, summary.
select sha256, record_delivery_id, known_on, file, summary
from raw.record_delivery d
where record_kind = :record_kind and reading = :reading
  and not exists (
      select from raw.record_delivery later
      where later.record_kind = d.record_kind and later.sha256 = d.sha256
          and later.record_delivery_id > d.record_delivery_id and later.reading <> :reading
  )
order by record_delivery_id;

-- name: insert_delivery(record_kind, file, sha256, reading, known_on)$
insert into raw.record_delivery (record_kind, file, sha256, reading, known_on, summary)
values (:record_kind, :file, :sha256, :reading, :known_on, '{}')
returning record_delivery_id;

-- name: write_summary(record_delivery_id, summary)!
update raw.record_delivery set summary = :summary where record_delivery_id = :record_delivery_id;

-- name: delete_other_records(names)!
delete from core.record where record_kind <> all(:names::text[]);

-- name: delete_other_deliveries(names)!
-- Else a kind that is named again later would seem to be loaded.
delete from raw.record_delivery where record_kind <> all(:names::text[]);

-- name: delete_record(record_kind, record_key)!
delete from core.record where record_kind = :record_kind and record_key = :record_key;

-- name: create_incoming_record()#
create temporary table incoming_record (
    line int not null, record_key text not null, occurred_from timestamp not null, occurred_to timestamp, time_precision text not null,
    initiated_by text not null, geom geometry, recorded text[] not null, era date, area_ids int[] not null, in_study_area boolean
) on commit drop;

-- name: copy_incoming_records()!
copy incoming_record from stdin with (format csv);

-- name: clear_incoming_record()#
truncate incoming_record;

-- name: write_records(record_kind, record_delivery_id, known_on)
-- A word that was known later than this delivery stands. Counts of new, changed and unchanged records.
with written as (
    insert into core.record as r
    select :record_kind, i.record_key, :record_delivery_id::int, i.line, :known_on::date, i.occurred_from, i.occurred_to, i.time_precision,
        i.initiated_by, i.geom, i.recorded, i.era, i.area_ids, i.in_study_area
    from incoming_record i
    on conflict (record_kind, record_key) do update
    set record_delivery_id = excluded.record_delivery_id, line = excluded.line, known_on = excluded.known_on,
        occurred_from = excluded.occurred_from, occurred_to = excluded.occurred_to, time_precision = excluded.time_precision,
        initiated_by = excluded.initiated_by, geom = excluded.geom, recorded = excluded.recorded, era = excluded.era,
        area_ids = excluded.area_ids, in_study_area = excluded.in_study_area
    where r.known_on <= excluded.known_on
        and (r.occurred_from, r.occurred_to, r.time_precision, r.initiated_by, r.geom, r.recorded, r.era, r.area_ids, r.in_study_area)
            is distinct from (excluded.occurred_from, excluded.occurred_to, excluded.time_precision, excluded.initiated_by,
                excluded.geom, excluded.recorded, excluded.era, excluded.area_ids, excluded.in_study_area)
    returning (xmax = 0) as is_new
)
select count(*) filter (where is_new), count(*) filter (where not is_new) from written;

-- name: copy_records()!
-- Every record as labels are made from it.
copy (
    select record_kind, record_key, st_x(geom) as x, st_y(geom) as y, recorded::text as recorded, era::text as era
    from core.record order by record_kind, record_key
) to stdout with (format csv, header);

-- name: has_records()$
select exists (select from core.record);

-- name: create_relabelled_record()#
create temporary table relabelled_record (record_kind text, record_key text, area_ids int[], in_study_area boolean) on commit drop;

-- name: copy_relabelled_records()!
copy relabelled_record from stdin with (format csv);

-- name: relabel_records()!
update core.record r
set area_ids = l.area_ids, in_study_area = l.in_study_area
from relabelled_record l
where l.record_kind = r.record_kind and l.record_key = r.record_key;

-- name: count_records(record_kind, kind, start, end)
-- Records of a time by area of one kind, and who began them: code and name of the area, counts of the three. Both null: in no known area.
select a.code, a.name,
    count(*) filter (where r.initiated_by = 'public'), count(*) filter (where r.initiated_by = 'police'),
    count(*) filter (where r.initiated_by = 'unknown')
from core.record r
left join core.area a on a.area_id = r.area_ids[(select position from core.area_kind k where k.kind = :kind)]
where r.record_kind = :record_kind
    and (:start::date is null or r.occurred_from >= :start::date) and (:end::date is null or r.occurred_from < :end::date)
group by a.area_id, a.code, a.name
order by a.code nulls last;

-- name: read_extent(record_kind)^
-- First and last day of a kind's records, and how many; days null where there is none.
select min(occurred_from)::date, max(coalesce(occurred_to, occurred_from))::date, count(*) from core.record where record_kind = :record_kind;

-- name: list_kinds()
-- Every kind with how many records it has, and their first and last day.
select record_kind, count(*), min(occurred_from)::date, max(coalesce(occurred_to, occurred_from))::date
from core.record group by 1 order by 1;
