-- Sums that add up, denominators, completeness and what was known on earlier days: all of schema open (hotspots/store/public/statistics.py).

-- name: sensitive_kinds()
-- Kinds of area by which sensitive reports are counted.
select distinct a.kind from open.sensitive_count s join open.area a using (area_id);

-- name: sensitive_counts(first_month, end)
select month, area_id, incidents
from open.sensitive_count
where month >= :first_month::date and month + interval '1 month' <= :end::date;

-- name: city_km2()$
select km2 from open.city;

-- name: circle_km2(gazetteer_id, radius_m)$
select sum(st_area(st_intersection(c.geom, st_transform(b.geom_3857, st_srid(c.geom))))) / 1e6
from (select st_buffer(geom, :radius_m, 24) as geom from open.gazetteer where gazetteer_id = :gazetteer_id) as c
join open.base b on b.layer = 'land' and st_intersects(b.geom_3857, st_transform(c.geom, 3857));

-- name: polygon_km2(polygon)$
select sum(st_area(st_transform(st_intersection(p.geom, b.geom_3857), (select srid from open.city)))) / 1e6
from (select st_transform(st_geomfromtext(:polygon, 4326), 3857) as geom) as p
join open.base b on b.layer = 'land' and st_intersects(b.geom_3857, p.geom);

-- name: completeness()
select lag_days, share from open.completeness;

-- name: delivery_days()
select distinct known_on from open.known_change order by known_on;

-- name: known_counts(known_on, first_month, end)
-- Incidents of whole months as known then and as known now, by area or by crime type.
select area_id, crime_type_id, coalesce(sum(change) filter (where known_on <= :known_on::date), 0)::bigint, sum(change)::bigint
from open.known_change
where month >= :first_month::date and month + interval '1 month' <= :end::date
group by area_id, crime_type_id;

-- name: record_counts(record_kind)
-- Records beside the incidents, by whole month and area: who began them, apart. Area 0 is the whole city; null counts are not published.
select record_kind, label, month, area_id,
    max(records) filter (where initiated_by = 'public'), max(records) filter (where initiated_by = 'police'),
    max(records) filter (where initiated_by = 'unknown')
from open.record_count
where (:record_kind::text is null or record_kind = :record_kind)
group by record_kind, label, month, area_id
order by record_kind, month, area_id;
