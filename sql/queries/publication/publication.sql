-- What changed in the ledger since the last publication, and how it gets into open.incident. {versions} is all of
-- core.incident_version for a publication of everything, else due_version: work in proportion to what is new.

-- name: read_rules()^
-- The settings that decide what is published, and the fingerprints of everything that would change rows published before.
select
    c.srid,
    c.labels_version,
    c.public_seed,
    c.config -> 'public' as public,
    coalesce(c.config #>> '{incidents,precision}' = 'exact', false) as is_exact,
    coalesce(c.config -> 'gazetteer' @? '$[*] ? (@.from == "incidents" || @.from_ == "incidents")', false) as blocks_from_incidents,
    md5(jsonb_build_object(
        'form', 5,  -- of what is published: another one makes everything anew
        'labels_version', c.labels_version, 'study_area', (select md5(st_asbinary(geom)) from core.study_area),
        'precision', c.config -> 'incidents' -> 'precision',
        'public', (c.config -> 'public') - 'days' - 'delay_days' - 'no_data' - 'quiet', 'seed', c.public_seed,
        'types', (select jsonb_agg(jsonb_build_array(crime_type_id, name, sensitive) order by crime_type_id) from core.crime_type),
        'words', c.config -> 'crime_type'
    )::text) as rules,
    md5(jsonb_build_object(
        'deliveries', (select jsonb_agg(delivery_id order by delivery_id) from raw.delivery where dataset <> 'incidents'),
        'areas', (select jsonb_build_array(count(*), max(area_id)) from core.area),
        'places', (select jsonb_build_array(count(*), max(place_id)) from core.place),
        'gazetteer', (select jsonb_build_array(count(*), max(gazetteer_id)) from core.gazetteer where kind <> 'block'),
        'population', (select jsonb_build_array(count(*), sum(residents), c.config #>> '{population,source}') from core.population),
        'public', c.config -> 'public' -> 'label_kinds', 'labels_version', c.labels_version
    )::text) as layers,
    md5(jsonb_build_object(
        'labels_version', c.labels_version, 'kind', c.config #> '{public,sensitive_kind}', 'below', c.config #> '{public,suppress_below}',
        'withhold', c.config #> '{public,withhold}', 'other', c.config #> '{public,other}',
        'types', (select jsonb_agg(jsonb_build_array(crime_type_id, name, sensitive) order by crime_type_id) from core.crime_type)
    )::text) as counts
from core.city c;

-- name: last_publication()^
select p.newest_day, p.rules, p.layers, p.vintage_id, v.incidents, v.labels_version, p.today, p.counts
from core.publication p
join open.vintage v using (vintage_id)
order by p.publication_id desc
limit 1;

-- name: crosses_vintage(old_day, new_day)$
-- Whether an area or a place begins or ends to hold between two newest public days, so that other ones are shown.
select exists (
    select from (select valid from core.area union all select valid from core.place) as v
    where v.valid @> :old_day::date <> v.valid @> :new_day::date
);

-- name: unpublished_deliveries()
select delivery_id from raw.delivery d
where not exists (select from core.published_delivery p where p.delivery_id = d.delivery_id)
order by delivery_id;

-- name: mark_deliveries(deliveries)!
insert into core.published_delivery select unnest(:deliveries::int[]);

-- name: collect_due_versions(deliveries, old_end, new_end)!
-- Versions that a delivery brought, and the days that are released now.
create temporary table due_version on commit drop as
select v.* from core.incident_version v where v.delivery_id = any(:deliveries::int[])
union
select v.* from core.incident_version v where v.occurred_from >= :old_end::date and v.occurred_from < :new_end::date;

-- name: collect_closed_versions(deliveries)!
create temporary table closed_version on commit drop as
select v.version_id, v.public_id, v.occurred_from, v.sensitive, v.location_type_id
from core.incident_version v
where v.closed_by = any(:deliveries::int[]);

-- name: remember_since()#
-- Incidents that are taken out, with the day since which they were public: those that come back at once were never away.
create temporary table taken_out (public_id uuid primary key, public_since date) on commit drop;

-- name: delete_changed()
-- The anchor and the day that lost an incident, for each. A superseded version on a released day is no reason: its incident may stand on an older day.
with gone as (
    delete from open.incident i
    using (select public_id from closed_version union select public_id from due_version where known_to is null) as changed
    where i.public_id = changed.public_id
    returning i.public_id, i.anchor_id, i.day, i.public_since
), kept as (
    insert into taken_out select public_id, public_since from gone
)
select anchor_id, day from gone;

-- name: delete_after(end)
delete from open.incident where day >= :end::date returning anchor_id, day;

-- name: into_open()$
insert into open.incident (public_id, anchor_id, day, hour, crime_type_id, location_type_id, arrest, public_since)

-- name: into_wanted()$
create temporary table wanted_incident on commit drop as

-- name: delete_others()!
-- What is public and is not wanted, or not as it stands: a publication of everything writes only what differs.
with gone as (
    delete from open.incident o
    where not exists (
        select from wanted_incident w
        where w.public_id = o.public_id
            and (w.anchor_id, w.day, w.hour, w.crime_type_id, w.location_type_id, w.arrest)
                is not distinct from (o.anchor_id, o.day, o.hour, o.crime_type_id, o.location_type_id, o.arrest)
    )
    returning o.public_id, o.public_since
)
insert into taken_out select public_id, public_since from gone;

-- name: insert_missing()!
insert into open.incident (public_id, anchor_id, day, hour, crime_type_id, location_type_id, arrest, public_since)
select
    w.public_id, w.anchor_id, w.day, w.hour, w.crime_type_id, w.location_type_id, w.arrest,
    case when t.public_id is null then w.public_since else t.public_since end
from wanted_incident w
left join taken_out t on t.public_id = w.public_id
where not exists (select from open.incident o where o.public_id = w.public_id)
order by w.day, w.public_id;

-- name: insert_incidents(end, withhold, arrest, today)!
-- Day by day and in random order within a day: the order of rows tells neither the minute nor the agency's number.
{into}
select
    v.public_id,
    a.anchor_id,
    v.occurred_from::date as day,
    case when v.occurred_to is null or v.occurred_to - v.occurred_from <= interval '60 minutes' then extract(hour from v.occurred_from)::smallint end as hour,
    v.crime_type_id,
    shown.public_number as location_type_id,
    case when :arrest::boolean then v.arrest end as arrest,
    case when taken.public_id is null then :today::date else taken.public_since end as public_since
from {versions} v
join core.location_anchor a on a.location_id = v.location_id
join core.crime_type t on t.crime_type_id = v.crime_type_id
left join core.location_type l on l.location_type_id = v.location_type_id
left join core.location_type shown on shown.location_type_id = l.shown_as
left join taken_out taken on taken.public_id = v.public_id
where v.known_to is null and not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[])
    and v.occurred_from < :end::date
    and not (exists (select from core.erased) and exists (
        select from core.erased e, core.city c where e.key_hash = md5(c.public_seed::text || v.incident_key)::uuid))
order by day, v.public_id;

-- name: indexes_of_incidents()
-- How to make each index of open.incident again, and whether it is the primary key.
select
    c.relname::text as name,
    case when i.indisprimary then
        (select format('alter table open.incident add constraint %%I %%s', k.conname, pg_get_constraintdef(k.oid))
         from pg_constraint k where k.conindid = i.indexrelid)
    else pg_get_indexdef(i.indexrelid) end as definition,
    case when i.indisprimary then
        (select format('alter table open.incident drop constraint %%I', k.conname) from pg_constraint k where k.conindid = i.indexrelid)
    else format('drop index open.%%I', c.relname) end as removal
from pg_index i
join pg_class c on c.oid = i.indexrelid
where i.indrelid = 'open.incident'::regclass
order by c.relname;

-- name: is_open_empty()$
select not exists (select from open.vintage) and not exists (select from open.incident);

-- name: write_choices(withhold)!
-- Crime types that may be published; a table of some twenty rows, written only where it differs.
with wanted as (
    select crime_type_id, name, label, crime_group, initiated_by
    from core.crime_type
    where not sensitive and name <> all(:withhold::text[])
), gone as (
    delete from open.crime_type o where not exists (select from wanted w where w.crime_type_id = o.crime_type_id)
)
insert into open.crime_type as o
select crime_type_id, name, label, crime_group, initiated_by from wanted
on conflict (crime_type_id) do update
set name = excluded.name, label = excluded.label, crime_group = excluded.crime_group, initiated_by = excluded.initiated_by
where (o.name, o.label, o.crime_group, o.initiated_by) is distinct from (excluded.name, excluded.label, excluded.crime_group, excluded.initiated_by);

-- name: write_hidden()!
-- About how many reports of each type are not published as rows: those of the months whose count is published, so that nothing follows of the
-- others; rounded up, and written when a month ends, so that two publications of one month tell nothing about a report.
with hidden as (
    select v.crime_type_id, count(*) as n
    from open.sensitive_count s
    join core.incident_version v on v.occurred_from >= s.month and v.occurred_from < s.month + interval '1 month'
    where s.area_id = 0 and s.incidents is not null and v.known_to is null and v.sensitive
    group by v.crime_type_id
), wanted as (
    select o.crime_type_id, (case when h.n < 1000 then ceil(h.n / 10.0) * 10 else ceil(h.n / 100.0) * 100 end)::int as hidden
    from open.crime_type o
    left join hidden h using (crime_type_id)
)
update open.crime_type o
set hidden = w.hidden
from wanted w
where w.crime_type_id = o.crime_type_id and o.hidden is distinct from w.hidden;

-- name: write_location_types()!
-- Only the words that a published incident bears.
insert into open.location_type as o (location_type_id, name, members)
select l.public_number, l.name, {members}
from (select distinct i.location_type_id from {versions} v join open.incident i using (public_id)) as used
join core.location_type l on l.public_number = used.location_type_id
on conflict (location_type_id) do update set members = excluded.members where o.members is distinct from excluded.members;

-- name: members()
-- Of a group: the words that it stands for, of those that were ever public.
(
    select array_agg(m.name order by m.name collate "C")
    from core.location_type m
    where m.shown_as = l.location_type_id and m.location_type_id <> l.location_type_id and m.public_number is not null
)

-- name: delete_unused_location_types()!
-- Words that only incidents bore which are gone. A scalar subquery looks until the first find; `not exists` would read all incidents.
delete from open.location_type l
where l.location_type_id in (
        select s.public_number from closed_version join core.location_type c using (location_type_id) join core.location_type s on s.location_type_id = c.shown_as)
    and (select i.location_type_id from open.incident i where i.location_type_id = l.location_type_id limit 1) is null;

-- name: write_all_location_types()!
with used as (select distinct location_type_id from open.incident), gone as (
    delete from open.location_type o where not exists (select from used where used.location_type_id = o.location_type_id)
)
insert into open.location_type as o (location_type_id, name, members)
select l.public_number, l.name, {members}
from core.location_type l
join used on used.location_type_id = l.public_number
on conflict (location_type_id) do update set members = excluded.members where o.members is distinct from excluded.members;

-- name: write_vintage(incidents, newest_day, labels_version, withhold, round_to, today, renew)$
-- Data are whole from the first month on that has at least half as many incidents as the median month: what was reported
-- years late is older. The usual days between deliveries are the median of the newest nineteen gaps, four at the least.
insert into open.vintage (known_on, first_day, data_from, newest_day, incidents, labels_version, delivery_interval_days, withheld)
select
    coalesce((select max(known_on) from raw.delivery where dataset = 'incidents'), (select max(known_on) from raw.delivery), :today::date),
    f.first_day,
    greatest(f.first_day, (
        with of_month as (select month, sum(change) as incidents from open.known_change where area_id = 0 group by month)
        select min(month) from of_month
        where incidents >= (select percentile_cont(0.5) within group (order by incidents) from of_month) / 2
    )),
    :newest_day::date,
    :incidents::bigint,
    :labels_version::int,
    (
        select case when count(gap) >= 4 then percentile_cont(0.5) within group (order by gap) end
        from (
            select known_on - lag(known_on) over (order by known_on) as gap
            from (select distinct known_on from raw.delivery where dataset = 'incidents' order by known_on desc limit 20) as newest
        ) as gaps
    ),
    case when :renew::boolean then (
        select count(*) / :round_to::int * :round_to::int
        from core.incident_version v
        join core.crime_type t using (crime_type_id)
        where v.known_to is null and not v.sensitive and not t.sensitive and t.name = any(:withhold::text[])
            and v.occurred_from < :newest_day::date + 1
    ) else (select withheld from open.vintage order by vintage_id desc limit 1) end
from (select min(day) as first_day from open.incident) as f
returning vintage_id;

-- name: fingerprint_beside()$
-- Of what is published beside the incidents, whatever deliveries bring.
select md5(concat(
    (select jsonb_agg(to_jsonb(d) order by d.effect_id) from open.done_action d),
    (select jsonb_agg(to_jsonb(r) order by r.record_kind, r.initiated_by, r.month, r.area_id) from open.record_count r)
));

-- name: read_days(vintage_id)
-- Public incidents by day, from the first whole day on.
select d.day, d.incidents
from core.published_day d
join open.vintage v on v.vintage_id = :vintage_id and d.day >= v.data_from
order by d.day;

-- name: due_days()
select distinct occurred_from::date from due_version where known_to is null;

-- name: renew_days(days)!
with counted as (
    select day, count(*) as incidents from open.incident where day = any(:days::date[]) group by day
), gone as (
    delete from core.published_day d
    where d.day = any(:days::date[]) and not exists (select from counted c where c.day = d.day)
)
insert into core.published_day as d (day, incidents)
select day, incidents from counted
on conflict (day) do update set incidents = excluded.incidents where d.incidents <> excluded.incidents;

-- name: count_all_days()#
truncate core.published_day;
insert into core.published_day (day, incidents) select day, count(*) from open.incident group by day;

-- name: read_told_days()^
-- Days that the city file calls without data, and quiet ones.
select
    coalesce(config #> '{public,no_data}', '[]'), coalesce(config #> '{public,quiet}', '[]'), coalesce((config #>> '{incidents,by_month}')::boolean, false)
from core.city;

-- name: write_gaps(vintage_id, first_days, ends)!
update open.vintage
set gaps = (select coalesce(range_agg(daterange(g.first_day, g.end_day)), '{}') from unnest(:first_days::date[], :ends::date[]) as g (first_day, end_day))
where vintage_id = :vintage_id;

-- name: read_area_gaps_before(vintage_id)$
select area_gaps from open.vintage
where vintage_id < :vintage_id or (vintage_id = :vintage_id and area_gaps <> '{}')
order by vintage_id desc
limit 1;

-- name: read_days_of_areas(vintage_id, since)
-- By anchor first: there are far fewer of them than incidents.
with at_anchor as (
    select i.anchor_id, i.day, count(*) as incidents
    from open.incident i
    join open.vintage v on v.vintage_id = :vintage_id and i.day >= greatest(v.data_from, :since::date)
    group by 1, 2
)
select aa.area_id, n.day, sum(n.incidents)::int
from at_anchor n
join open.anchor_area aa using (anchor_id)
join open.area using (area_id)
group by 1, 2
order by 1, 2;

-- name: write_area_gaps(vintage_id, gaps)!
update open.vintage set area_gaps = :gaps::jsonb where vintage_id = :vintage_id;

-- name: record_publication(vintage_id, newest_day, rules, layers, today, counts)!
insert into core.publication (vintage_id, newest_day, rules, layers, today, counts) values (:vintage_id, :newest_day, :rules, :layers, :today, :counts);
