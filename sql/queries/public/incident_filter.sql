-- The parts of a filter, as conditions on incidents named i; hotspots/store/public/incident_filter.py joins them by "and".
-- {anchor}, {anchor_area} and {anchor_place} are the public tables, or their like as known on a day.

-- name: in_period()$
i.day >= {since} and i.day < {until}

-- name: on_weekdays()$
mod(i.day - date '0001-01-01', 7) + 1 = any({weekdays})

-- name: in_hours()$
i.hour >= {first_hour} and i.hour < {end_hour}

-- name: hour_unknown()$
i.hour is null

-- name: in_evening()$
-- Hours past midnight: what comes after it belongs to the evening's date, so the period's last evening ends on the morning after.
i.day >= {since} and i.day <= {until}
and (
    (i.hour >= {first_hour} and i.day < {until})
    or (i.hour < {morning_hour} and i.day > {since})
)

-- name: in_evening_on_weekdays()$
i.day >= {since} and i.day <= {until}
and (
    (i.hour >= {first_hour} and i.day < {until} and mod(i.day - date '0001-01-01', 7) + 1 = any({weekdays}))
    or (i.hour < {morning_hour} and i.day > {since} and mod(i.day - date '0001-01-02', 7) + 1 = any({weekdays}))
)

-- name: own_day()$
i.day

-- name: evening_day()$
-- The day that an incident counts to when hours pass midnight.
case when i.hour < {morning_hour} then i.day - 1 else i.day end

-- name: of_value()$
-- A column that holds the answer itself; not known is no value.
i.{column} = {value}

-- name: of_words()$
-- A column of numbers, and the words that stand for them. A word may stand for several.
i.{column} = any(array(select {column} from {table} where {key} = any({words})))

-- name: in_areas()$
-- Areas of one kind are alternatives; of every kind that is named, one must hold.
i.anchor_id in (
    select aa.anchor_id
    from {anchor_area} aa
    join open.area r on r.area_id = aa.area_id
    where aa.area_id = any({areas})
    group by aa.anchor_id
    having count(distinct r.kind) = (select count(distinct kind) from open.area where area_id = any({areas}))
)

-- name: around()$
i.anchor_id in (
    select a.anchor_id
    from open.gazetteer g
    join {anchor} a on st_dwithin(a.geom, g.geom, {radius_m})
    where g.gazetteer_id = {gazetteer_id}
)

-- name: in_polygon()$
-- Its sides are straight where they were drawn: on the map, in EPSG:3857.
i.anchor_id in (
    select a.anchor_id
    from {anchor} a
    where st_intersects(a.geom_3857, st_transform(st_geomfromtext({polygon}, 4326), 3857))
)

-- name: near()$
i.anchor_id in (select ap.anchor_id from {anchor_place} ap where ap.kind = {kind} and ap.distance_m <= {distance_m})

-- name: near_measured()$
i.anchor_id in (
    select a.anchor_id
    from {anchor} a
    where exists (select from open.place p where p.kind = {kind} and st_dwithin(p.geom, a.geom, {distance_m}))
)
