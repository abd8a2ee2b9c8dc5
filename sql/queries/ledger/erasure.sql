-- Take incidents out of raw, core and open. Only `pipeline/erase.py` and a publication after an erased id came back use this.

-- name: read_id_rules()^
-- How the agency's id is read from a record: delimiter, id columns, whether ids repeat, the columns that a withdrawing row names.
select
    coalesce(config #>> '{incidents,delimiter}', ','),
    config #> '{incidents,id}',
    coalesce((config #>> '{incidents,occurrence_number}')::boolean, false),
    coalesce(config #> '{incidents,withdrawal,match}', '[]'::jsonb)
from core.city;

-- name: find_keys(source_id, occurrence_number)
-- The current and former keys of an agency's id. Where ids repeat, every occurrence of it is meant.
select distinct incident_key
from core.incident_version
where incident_key = :source_id
    or :occurrence_number::boolean and left(incident_key, length(:source_id) + 1) = :source_id || '#'
        and substr(incident_key, length(:source_id) + 2) ~ '^[0-9]+$';

-- name: find_returned_keys()
-- Erased ids that a delivery brought back.
select distinct v.incident_key
from core.incident_version v
cross join core.city c
join core.erased e on e.key_hash = md5(c.public_seed::text || v.incident_key)::uuid;

-- name: read_erased()
select c.public_seed::text, replace(e.key_hash::text, '-', '') from core.erased e cross join core.city c;

-- name: has_erased()$
select exists (select from core.erased);

-- name: collect_versions(keys)!
create temporary table erased_version on commit drop as
select version_id, public_id, base_key, delivery_id, line, location_id, occurred_from, sensitive, address
from core.incident_version
join core.location using (location_id)
where incident_key = any(:keys::text[]);

-- name: read_addresses()
select distinct l.address from erased_version join core.location l using (location_id) where l.address is not null;

-- name: read_base_keys()
select distinct base_key from erased_version where base_key is not null;

-- name: find_records(parts)
-- Raw and rejected records in which every part of the id occurs somewhere, with their delivery's header; the columns are looked at afterwards.
select 'raw' as kept_in, r.delivery_id, r.line, d.header, r.record
from raw.incident_row r join raw.delivery d using (delivery_id)
where strpos(r.record, (:parts::text[])[1]) > 0
    and not exists (select from unnest(:parts::text[]) as part where strpos(r.record, part) = 0)
union all
select 'reject', r.delivery_id, r.line, d.header, r.record
from raw.reject r join raw.delivery d using (delivery_id)
where d.dataset = 'incidents' and strpos(r.record, (:parts::text[])[1]) > 0
    and not exists (select from unnest(:parts::text[]) as part where strpos(r.record, part) = 0);

-- name: delete_records(deliveries, lines)!
with named as (
    select delivery_id, line from unnest(:deliveries::int[], :lines::int[]) as n (delivery_id, line)
    union
    select delivery_id, line from erased_version
), rejects as (
    delete from raw.reject r using named n where r.delivery_id = n.delivery_id and r.line = n.line
)
delete from raw.incident_row r using named n where r.delivery_id = n.delivery_id and r.line = n.line;

-- name: delete_public_rows()
delete from open.incident i using (select distinct public_id from erased_version) e where i.public_id = e.public_id returning i.anchor_id, i.day;

-- name: delete_forecasts(days)!
-- Published forecasts that had learnt from an incident of these days: less what the other rows make, they would give it back.
delete from open.forecast f
where exists (select from unnest(:days::date[]) as d (day) where d.day >= f.trained_from and d.day < f.trained_to);

-- name: delete_versions()!
delete from core.incident_version v using erased_version e where v.version_id = e.version_id;

-- name: delete_locations()!
-- After their versions: locations, with their link to an anchor, that nobody else needs.
with gone as (
    delete from core.location l
    using (select distinct location_id from erased_version) e
    where l.location_id = e.location_id
        and not exists (select from core.incident_version v where v.location_id = l.location_id)
    returning l.location_id
)
delete from core.location_anchor a using gone where a.location_id = gone.location_id;

-- name: delete_bare_anchors()!
delete from core.anchor a
where not exists (select from core.location_anchor l where l.anchor_id = a.anchor_id)
    and not exists (select from open.anchor o where o.anchor_id = a.anchor_id);

-- name: delete_bare_blocks()!
-- Blocks that only these incidents named, before the first publication too; a city's own list of blocks stays.
with gone as (
    delete from core.anchor_site s
    where s.kind = 'block' and not exists (select from core.anchor a where a.site_id = s.site_id)
    returning s.key
), named as (
    select key from gone union select address from erased_version
)
delete from core.gazetteer g
using named n, core.city c
where g.kind = 'block' and g.name = n.key and not exists (select from core.location l where l.address = g.name)
    and c.config -> 'gazetteer' @? '$[*] ? (@.from == "incidents" || @.from_ == "incidents")';

-- name: remember(keys)!
insert into core.erased (key_hash)
select md5(c.public_seed::text || key)::uuid from core.city c cross join unnest(:keys::text[]) as key
on conflict do nothing;
