-- The incident ledger: deliveries as sent, and versions of incidents with the days on which they were known.

-- name: same_deliveries(dataset, reading)
-- Deliveries that were read by the same words of the city file, and by no others since, oldest first: content, id, known on, file, summary.
select d.sha256, d.delivery_id, d.known_on, d.file, d.summary
from raw.delivery as d
where d.dataset = :dataset and d.summary ->> 'reading' = :reading
  and not exists (
      select from raw.delivery as later
      where later.dataset = d.dataset and later.sha256 = d.sha256 and later.delivery_id > d.delivery_id
        and later.summary ->> 'reading' <> :reading
  )
order by d.delivery_id;

-- name: is_loaded(dataset, sha256)$
select exists (select from raw.delivery where dataset = :dataset and sha256 = :sha256);

-- name: newest_delivery(dataset)^
-- The newest day on which a delivery of a dataset was known, and its file.
select known_on, file, delivery_id
from raw.delivery
where dataset = :dataset
order by known_on desc, delivery_id desc
limit 1;

-- name: newest_record()$
-- When the newest incident occurred. A mistyped date is none: of the newest thousand, fewer than one in a hundred that stand alone after a
-- gap of more than 28 days, and ten times the usual gap between days with any.
-- Of a record that tells only its day or month, the last minute of it.
with newest as (
    select occurred_from::date as day, case when time_precision in ('day', 'month') then occurred_to else occurred_from end as happened
    from {times}
),
day as (
    select day, max(happened) as last, count(*) as n from newest group by 1
),
step as (
    select day, last, day - lag(day) over (order by day) as gap,
           sum(n) over (order by day desc) as from_here_on, sum(n) over () as looked_at
    from day
),
stray as (
    select min(day) as day
    from step, (select percentile_cont(0.5) within group (order by gap) as gap from step) as usual
    where step.gap > greatest(28, 10 * usual.gap) and from_here_on * 100 < looked_at
)
select max(step.last) from step, stray where stray.day is null or step.day < stray.day;

-- name: public_times()$
-- Of what may be public alone: a day of which only hidden reports are known would tell of them.
(
    select v.occurred_from, v.occurred_to, v.time_precision
    from core.incident_version v
    join core.crime_type t using (crime_type_id)
    where v.known_to is null and not v.sensitive and not t.sensitive and t.name <> all({withhold}::text[])
    order by v.occurred_from desc
    limit 1000
) as told

-- name: tells_months_only()$
-- Whether the newest record tells its month and not its day.
select coalesce((
    select time_precision = 'month' from core.incident_version where known_to is null order by occurred_from desc limit 1
), false);

-- name: has_rows_without_id(before)$
-- By the word that begins the name of a row without an id, written out: an index holds these rows alone.
select exists (
    select from core.incident_version where starts_with(incident_key, 'content:') and known_from < coalesce(:before::date, 'infinity')
);

-- name: insert_delivery(dataset, file, sha256, header, known_on)$
insert into raw.delivery (dataset, file, sha256, header, known_on)
values (:dataset, :file, :sha256, :header, :known_on)
returning delivery_id;

-- name: write_summary(delivery_id, summary)!
update raw.delivery set summary = :summary where delivery_id = :delivery_id;

-- name: copy_records()!
copy raw.incident_row (delivery_id, line, record) from stdin with (format csv);

-- name: copy_rejects()!
copy raw.reject (delivery_id, line, reason, record) from stdin with (format csv);

-- name: read_rejects(delivery_id)
select line, reason, record from raw.reject where delivery_id = :delivery_id order by line;

-- name: delete_types_out_of_use(names)!
-- Crime types that the city file no longer names and nothing refers to.
delete from core.crime_type c
where c.name <> all (:names)
    and not exists (select from core.source_type s where s.crime_type_id = c.crime_type_id)
    and not exists (select from core.incident_version v where v.crime_type_id = c.crime_type_id);

-- name: upsert_crime_type(name, label, crime_group, initiated_by, sensitive)!
insert into core.crime_type (name, label, crime_group, initiated_by, sensitive)
values (:name, :label, :crime_group, :initiated_by, :sensitive)
on conflict (name) do update
set label = excluded.label, crime_group = excluded.crime_group,
    initiated_by = excluded.initiated_by, sensitive = excluded.sensitive
where (core.crime_type.label, core.crime_type.crime_group, core.crime_type.initiated_by, core.crime_type.sensitive)
    is distinct from (excluded.label, excluded.crime_group, excluded.initiated_by, excluded.sensitive);

-- name: read_sensitive_types()
select name from core.crime_type where sensitive;

-- name: read_source_types()
-- Every wording known: id, words, crime type, whether the city file names it.
select s.source_type_id, s.words, c.name, s.named
from core.source_type s join core.crime_type c using (crime_type_id)
order by s.source_type_id;

-- name: upsert_source_types(words, crime_types, named)
-- Wordings with their crime types: id and words of each.
insert into core.source_type as s (words, crime_type_id, named)
select given.words, c.crime_type_id, given.named
from unnest(:words ::text[], :crime_types ::text[], :named ::bool[]) as given (words, crime_type, named)
join core.crime_type c on c.name = given.crime_type
on conflict (words) do update set crime_type_id = excluded.crime_type_id, named = excluded.named
returning s.source_type_id, s.words, s.crime_type_id;

-- name: retype_incidents(source_types)!
-- Another reading of the agency's words is ours, not the agency's: no new version, whatever vintage is asked for.
-- What was sensitive stays so: the record's own flag is not kept apart.
update core.incident_version v
set crime_type_id = s.crime_type_id, sensitive = v.sensitive or c.sensitive
from core.source_type s
join core.crime_type c using (crime_type_id)
where s.source_type_id = any(:source_types) and v.source_type_id = s.source_type_id
    and (v.crime_type_id <> s.crime_type_id or (c.sensitive and not v.sensitive));

-- name: upsert_location_types(names)!
-- A word may be called like a group that was made of others.
with named as (
    update core.location_type set recorded = true where name = any(:names ::text[]) and not recorded
)
insert into core.location_type (name)
select given.name from unnest(:names ::text[]) as given (name)
where not exists (select from core.location_type t where t.name = given.name);

-- name: read_location_types()
select location_type_id, name from core.location_type;

-- name: create_incoming()#
-- The rows of one delivery, with our numbers for words and locations.
create temporary table incoming (
    line int not null,
    incident_key text not null,
    base_key text,
    withdraws boolean not null,
    occurred_from timestamp,
    occurred_to timestamp,
    reported_at timestamp,
    time_note text,
    time_precision text,
    crime_type_id smallint,
    source_type_id int,
    location_type_id smallint,
    location_id int,
    arrest boolean,
    sensitive boolean
) on commit drop;
create temporary table fate (
    line int not null,
    version_id bigint,
    public_id uuid,
    fate text not null
) on commit drop;
create temporary table present (incident_key text not null) on commit drop;

-- name: clear_incoming()#
truncate incoming, fate;

-- name: copy_incoming()!
copy incoming from stdin with (format csv);

-- name: copy_first_versions()!
-- Straight into the ledger: nothing with these ids is in it.
copy core.incident_version (
    delivery_id, line, known_from, incident_key, base_key, occurred_from, occurred_to, reported_at, time_note, time_precision,
    crime_type_id, source_type_id, location_type_id, location_id, arrest, sensitive
) from stdin with (format csv);

-- name: judge_incoming()!
-- What each incident row means for the ledger.
insert into fate (line, version_id, public_id, fate)
select i.line, v.version_id, v.public_id,
    case
        when v.version_id is null then 'new'
        when (v.occurred_from, v.occurred_to, v.reported_at, v.time_note, v.source_type_id, v.location_type_id,
              v.location_id, v.arrest, v.sensitive)
            is not distinct from
             (i.occurred_from, i.occurred_to, i.reported_at, i.time_note, i.source_type_id, i.location_type_id,
              i.location_id, i.arrest, i.sensitive) then 'unchanged'
        else 'changed'
    end
from incoming i
left join core.incident_version v on v.incident_key = i.incident_key and v.known_to is null
where not i.withdraws;

-- name: find_returned()!
-- An incident that was withdrawn and comes back is the same incident: a change, not a new one.
update fate f
set fate = 'changed', public_id = w.public_id
from incoming i
join (
    select distinct on (incident_key) incident_key, public_id
    from core.incident_version where withdrawn
    order by incident_key, version_id desc
) w on w.incident_key = i.incident_key
where f.fate = 'new' and i.line = f.line;

-- name: close_changed(delivery_id, known_on)!
update core.incident_version v
set known_to = :known_on, closed_by = :delivery_id
from fate f
where f.fate = 'changed' and f.version_id = v.version_id;

-- name: insert_versions(delivery_id, known_on)!
insert into core.incident_version (
    delivery_id, line, known_from, incident_key, base_key, public_id, occurred_from, occurred_to, reported_at, time_note, time_precision,
    crime_type_id, source_type_id, location_type_id, location_id, arrest, sensitive
)
select :delivery_id, i.line, :known_on, i.incident_key, i.base_key, coalesce(f.public_id, gen_random_uuid()),
    i.occurred_from, i.occurred_to, i.reported_at, i.time_note, i.time_precision,
    i.crime_type_id, i.source_type_id, i.location_type_id, i.location_id, i.arrest, i.sensitive
from fate f
join incoming i using (line)
where f.fate in ('new', 'changed')
order by i.line;

-- name: match_own_withdrawals()!
-- A withdrawing row with the incident's own id; one that was withdrawn before is unchanged, one never known is rejected.
insert into fate (line, version_id, fate)
select i.line, v.version_id,
    case
        when v.version_id is not null then 'withdrawn'
        when exists (select from core.incident_version w where w.incident_key = i.incident_key and w.withdrawn) then 'unchanged'
        else 'unmatched'
    end
from incoming i
left join core.incident_version v on v.incident_key = i.incident_key and v.known_to is null
where i.withdraws and i.base_key is null;

-- name: match_base_withdrawals(same_time)!
-- Withdrawing rows that name a record by other columns: the first of them withdraws the oldest record, the second the next.
insert into fate (line, version_id, fate)
select w.line, c.version_id, 'withdrawn'
from (
    select i.line, i.base_key, t.occurred,
        row_number() over (partition by i.base_key, t.occurred order by i.line) as n
    from incoming i
    cross join lateral (select case when :same_time then i.occurred_from end as occurred) t
    where i.withdraws and i.base_key is not null and not exists (select from fate f where f.line = i.line)
) w
join (
    select v.version_id, v.base_key, t.occurred,
        row_number() over (partition by v.base_key, t.occurred order by v.version_id) as n
    from core.incident_version v
    cross join lateral (select case when :same_time then v.occurred_from end as occurred) t
    where v.known_to is null and v.base_key in (select i.base_key from incoming i where i.withdraws)
        and not exists (select from fate f where f.version_id = v.version_id and f.fate = 'withdrawn')
) c on c.base_key = w.base_key and c.n = w.n and (c.occurred = w.occurred or not :same_time);

-- name: leave_unmatched()!
insert into fate (line, fate)
select i.line, 'unmatched' from incoming i
where i.withdraws and not exists (select from fate f where f.line = i.line);

-- name: close_withdrawn(delivery_id, known_on)!
update core.incident_version v
set known_to = :known_on, closed_by = :delivery_id, withdrawn = true
from fate f
where f.fate = 'withdrawn' and f.version_id = v.version_id;

-- name: count_fates()
select fate, count(*) from fate group by fate;

-- name: unmatched_lines()
select line from fate where fate = 'unmatched' order by line;

-- name: copy_present()!
copy present from stdin with (format csv);

-- name: clear_present()#
truncate present;

-- name: withdraw_absent(delivery_id, known_on, file, first, last)!
-- What a snapshot no longer has. Its scope: a file name, a period of occurrence, or null for all.
update core.incident_version v
set known_to = :known_on, closed_by = :delivery_id, withdrawn = true
where v.known_to is null
    and not exists (select from present p where p.incident_key = v.incident_key)
    and (:first ::timestamp is null or v.occurred_from between :first and :last)
    and (:file ::text is null or exists (
        select from raw.delivery d where d.delivery_id = v.delivery_id and d.file = :file
    ));

-- name: analyze_incoming()#
analyze incoming;

-- name: analyze_fate()#
analyze fate;

-- name: analyze_present()#
analyze present;
