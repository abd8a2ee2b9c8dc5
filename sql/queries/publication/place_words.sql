-- Which words for sorts of place may be told, and as what the others are published.

-- name: has_new_words()$
select exists (select from core.location_type where recorded and public_number is null);

-- name: number_words(end, withhold)!
-- Words that a public incident bears for the first time, in the order of the alphabet: the order in which they came would tell of others.
with used as (
    select distinct v.location_type_id
    from {versions} v
    join core.crime_type t on t.crime_type_id = v.crime_type_id
    where v.known_to is null and not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[]) and v.occurred_from < :end::date
)
update core.location_type l
set public_number = (select coalesce(max(public_number), 0) from core.location_type) + n.number
from (
    select location_type_id, row_number() over (order by name collate "C") as number
    from core.location_type join used using (location_type_id)
    where public_number is null
) as n
where n.location_type_id = l.location_type_id;

-- name: read_words()
-- Every word that was ever public, and as what it is published.
select l.location_type_id, l.name, l.standing, s.name
from core.location_type l
left join core.location_type s on s.location_type_id = l.shown_as
where l.public_number is not null and l.recorded
order by l.name collate "C";

-- name: add_groups(names)!
insert into core.location_type (name, recorded)
select g.name, false from unnest(:names::text[]) as g (name)
where not exists (select from core.location_type l where l.name = g.name);

-- name: number_groups(names)!
update core.location_type l
set public_number = (select coalesce(max(public_number), 0) from core.location_type) + n.number
from (
    select location_type_id, row_number() over (order by name collate "C") as number
    from core.location_type
    where name = any(:names::text[]) and public_number is null
) as n
where n.location_type_id = l.location_type_id;

-- name: write_standings(names, standings, shown)!
update core.location_type l
set standing = w.standing, shown_as = s.location_type_id
from unnest(:names::text[], :standings::text[], :shown::text[]) as w (name, standing, shown)
join core.location_type s on s.name = w.shown
where l.name = w.name;

-- name: tally(end, withhold)!
-- The public reports of each word at each point that stands for doors, by door: by its words, or its true point where it has none, and by its
-- true point, each as a hash.
copy (
    select
        v.location_type_id as word, a.site_id as site, hashtext(coalesce(upper(l.address), st_astext(l.geom))) as address,
        hashtext(st_astext(l.geom)) as point, count(*) as reports
    from core.incident_version v
    join core.crime_type t using (crime_type_id)
    join core.location l using (location_id)
    join core.location_anchor la using (location_id)
    join core.anchor a using (anchor_id)
    where v.known_to is null and not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[]) and v.occurred_from < :end::date
        and v.location_type_id is not null and l.precision = 'exact' and a.site_id is not null
    group by 1, 2, 3, 4
) to stdout with (format csv, header);

-- name: read_coarser()
-- The groups that are public, what each stands for, and how many incidents are published by it.
select l.name, l.members, count(*)
from open.location_type l
join open.incident i using (location_type_id)
where l.members is not null
group by 1, 2
order by 3 desc, 1;
