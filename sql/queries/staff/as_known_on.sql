-- The ledger as known on a day, under today's rules, in the shape of the public tables (hotspots/store/staff/as_known_on.py).
-- Asked as known on the newest day, it gives exactly what is published.

-- name: first_known_on()$
select min(known_from) from core.incident_version;

-- name: incident()$
-- Published today are: crime types of open.crime_type, days up to the newest public one, nothing sensitive, nothing erased.
-- What a later version turned sensitive is gone from every day; what was withdrawn later was known until then.
(
    select
        v.public_id, la.anchor_id, v.occurred_from::date as day,
        (case
            when v.occurred_to is null or v.occurred_to - v.occurred_from <= interval '60 minutes' then extract(hour from v.occurred_from)
        end)::smallint as hour,
        v.crime_type_id,
        (
            select s.public_number from core.location_type w join core.location_type s on s.location_type_id = w.shown_as
            where w.location_type_id = v.location_type_id
        ) as location_type_id,
        case when (select (config -> 'public' ->> 'arrest')::boolean from core.city) then v.arrest end as arrest
    from core.incident_version v
    join core.location_anchor la on la.location_id = v.location_id
    join open.crime_type t on t.crime_type_id = v.crime_type_id
    where v.known_from <= {known_on} and (v.known_to is null or v.known_to > {known_on})
    and v.occurred_from >= {since} and v.occurred_from < {until} + 1
    and v.occurred_from < (select newest_day + 1 from open.vintage order by vintage_id desc limit 1)
    and not v.sensitive
    and not exists (
        select
        from core.incident_version later
        where later.incident_key = v.incident_key and later.version_id > v.version_id
        and (later.sensitive or not exists (select from open.crime_type p where p.crime_type_id = later.crime_type_id))
    )
    and not (exists (select from core.erased) and exists (
        select from core.erased e, core.city c where e.key_hash = md5(c.public_seed::text || v.incident_key)::uuid
    ))
)

-- name: anchor()$
(
    select
        a.anchor_id, coalesce(s.kind, 'area') as kind, a.status,
        coalesce(s.name, case a.status when 'outside' then 'Outside the study area' else 'Location not known' end) as name,
        s.addresses, coalesce(a.geom, s.geom) as geom, st_transform(coalesce(a.geom, s.geom), 3857) as geom_3857
    from core.anchor a
    left join core.anchor_site s on s.site_id = a.site_id
)

-- name: anchor_area()$
(
    select u.area_id, a.anchor_id
    from core.anchor a
    cross join unnest(a.label_ids) as u (area_id)
    where u.area_id is not null
)

-- name: anchor_place()$
-- Anchors that no published incident uses any more have no distances on file.
(
    select kind, anchor_id, distance_m from open.anchor_place
    union all
    select p.kind, a.anchor_id, min(st_distance(coalesce(a.geom, s.geom), p.geom))::real
    from core.anchor a
    join core.anchor_site s on s.site_id = a.site_id
    cross join open.place p
    where not exists (select from open.anchor_place o where o.anchor_id = a.anchor_id)
    group by 1, 2
)
