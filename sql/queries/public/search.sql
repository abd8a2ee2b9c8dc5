-- The address search: streets by trigrams, then the nearest number; crossings by two streets; places and areas by name.

-- name: similar_streets(key, most)
-- Nearest as a whole ("n stat st") and nearest as a part ("state" in "n state st").
select street_id, name, key, similarity(key, :key)::float8, word_similarity(:key, key)::float8
from (
    (select street_id, name, key from open.street order by key <-> :key limit :most)
    union
    (select street_id, name, key from open.street order by :key <<-> key limit :most)
) near
order by 4 desc, 5 desc, street_id;

-- name: numbers_on_streets(streets, number_from, number_to)
-- Of each street the entry that holds the number, else the nearest one, of the same side first: (street, entry, how far off).
select s.street_id, g.gazetteer_id, g.kind, g.name, g.off, st_x(p.at), st_y(p.at)
from unnest(:streets::int[]) as s (street_id)
cross join lateral (
    select
        g.gazetteer_id, g.kind, g.name, g.geom, g.number_from,
        greatest(g.number_from - :number_to, :number_from - coalesce(g.number_to, g.number_from), 0) as off
    from open.gazetteer g
    where g.street_id = s.street_id and g.kind in ('address', 'block')
    order by off, g.kind, mod(g.number_from - :number_from, 2) <> 0, abs(g.number_from - (:number_from + :number_to) / 2), g.gazetteer_id
    limit 1
) g
cross join lateral (select st_transform(g.geom, 4326) as at) p;

-- name: crossings(streets, other_streets, most)
select distinct on (g.name) g.street_id, g.other_street_id, g.gazetteer_id, g.kind, g.name, st_x(p.at), st_y(p.at)
from open.gazetteer g
cross join lateral (select st_transform(g.geom, 4326) as at) p
where g.kind = 'intersection'
and (
    (g.street_id = any(:streets) and g.other_street_id = any(:other_streets))
    or (g.street_id = any(:other_streets) and g.other_street_id = any(:streets))
)
order by g.name, g.gazetteer_id
limit :most;

-- name: along_street(street, most)
-- Some crossings of a street, or blocks where it has none, spread over its length.
with on_street as (
    select distinct on (name) gazetteer_id, kind, name, geom
    from open.gazetteer
    where (street_id = :street or other_street_id = :street) and kind in ('intersection', 'block')
    order by name, gazetteer_id
), in_order as (
    select o.*, row_number() over (order by st_x(geom) + st_y(geom), gazetteer_id) - 1 as nth, count(*) over () as n
    from on_street o
    where kind = (select max(kind) from on_street)
)
select o.gazetteer_id, o.kind, o.name, st_x(p.at), st_y(p.at)
from in_order o
cross join lateral (select st_transform(o.geom, 4326) as at) p
where mod(nth, greatest(n / :most, 1)) = 0
order by nth
limit :most;

-- name: similar_names(key, most)
-- Places and areas by their names, and by other names of theirs: (entry, key, the other name, how alike as a whole and as a part).
select gazetteer_id, key, alias, similarity(key, :key)::float8, word_similarity(:key, key)::float8
from (
    (select gazetteer_id, key, null as alias from open.gazetteer where kind in ('place', 'area') order by key <-> :key limit :most)
    union
    (select gazetteer_id, key, null from open.gazetteer where kind in ('place', 'area') order by :key <<-> key limit :most)
    union
    (
        select g.gazetteer_id, o.key, o.alias
        from open.gazetteer g
        cross join lateral unnest(g.alias_keys, g.aliases) as o (key, alias)
        where g.alias_keys <> '{}'
        order by greatest(similarity(o.key, :key), word_similarity(:key, o.key)) desc, g.gazetteer_id
        limit :most
    )
) g
order by 4 desc, 5 desc, 1;

-- name: with_postcode(postcode, most)
select gazetteer_id from open.gazetteer where upper(replace(postcode, ' ', '')) = :postcode and postcode is not null order by name, gazetteer_id limit :most;

-- name: with_code(code)
-- Areas of any kind that has this code, leading zeros aside.
select g.gazetteer_id
from open.area a
join open.gazetteer g using (area_id)
where g.kind = 'area' and ltrim(lower(a.code), '0') = :code;

-- name: all_of_kind(of, kind, most)
-- The first places of a kind by name, or areas by code.
(
    select g.gazetteer_id from open.place p join open.gazetteer g using (place_id)
    where :of = 'place' and g.kind = 'place' and p.kind = :kind
    order by g.name, g.gazetteer_id
    limit :most
)
union all
(
    select g.gazetteer_id from open.area a join open.gazetteer g using (area_id) join open.area_kind k on k.kind = a.kind
    where :of = 'area' and g.kind = 'area' and a.kind = :kind and a.is_current
    order by length(a.code), a.code
    limit :most
);

-- name: same_name(squashed)
-- Places and areas whose name is this one but for spaces: "lakeview" is Lake View. Whole: the name with its kind, if it stands there.
select gazetteer_id, true from open.gazetteer where kind in ('place', 'area') and replace(key, ' ', '') = :squashed
union all
select min(g.gazetteer_id), false
from open.area a join open.gazetteer g using (area_id)
where replace(lower(a.name), ' ', '') = :squashed and replace(g.key, ' ', '') <> :squashed
group by a.area_id;

-- name: kinds_in_words()
-- Kinds of area and of place, each by its label in every language; a kind of place also by its own name: "hospital" finds "Large hospital".
select k.of, k.kind, w.label
from (
    select 'area' as of, kind, label from open.area_kind
    union all
    select 'place', kind, min(kind_label) from open.place group by kind
) k
cross join open.city c
cross join lateral (
    select k.label
    union
    select c.words #>> array[l.language, 'labels', k.label] from jsonb_object_keys(c.words) as l (language)
    union
    select replace(k.kind, '_', ' ') where k.of = 'place'
) w (label)
where w.label is not null
order by 1, 2, 3;

-- name: areas_of_kind(kind, code, key)
-- Current areas of a kind by their code, leading zeros aside, or by their name.
select g.gazetteer_id, ltrim(lower(a.code), '0') = :code, greatest(similarity(lower(a.name), :key), word_similarity(:key, g.key))::float8
from open.area a
join open.gazetteer g using (area_id)
where g.kind = 'area' and a.kind = :kind and (ltrim(a.code, '0') = :code or word_similarity(:key, g.key) >= 0.6);

-- name: places_of_kind(kind, key)
select g.gazetteer_id, similarity(g.key, :key)::float8, word_similarity(:key, g.key)::float8
from open.place p
join open.gazetteer g using (place_id)
where g.kind = 'place' and p.kind = :kind and word_similarity(:key, g.key) >= 0.6
order by 2 desc, 1
limit 20;

-- name: entries(gazetteer_ids, language)
-- Each with its area and its kind's label. An area that has only a code is named by its kind, as the language has it.
select
    g.gazetteer_id, g.kind, coalesce(k.said || ' ' || a.code, g.name), st_x(p.at), st_y(p.at), g.area_id, coalesce(k.label, l.said), k.position
from open.gazetteer g
cross join open.city c
cross join lateral (select st_transform(st_pointonsurface(g.geom), 4326) as at) p
left join open.area a on a.area_id = g.area_id
left join lateral (
    select
        coalesce(c.words #>> array[:language, 'labels', ak.label], ak.label) as label,
        case when g.name <> a.name then c.words #>> array[:language, 'labels', ak.label] end as said,
        ak.position
    from open.area_kind ak
    where ak.kind = a.kind
) k on true
left join open.place pl on pl.place_id = g.place_id
left join lateral (select coalesce(c.words #>> array[:language, 'labels', pl.kind_label], pl.kind_label) as said) l on true
where g.gazetteer_id = any(:gazetteer_ids);

-- name: entry_of_area(area_id)$
select min(gazetteer_id) from open.gazetteer where area_id = :area_id;

-- name: find_shape(gazetteer_id, radius_m)^
-- Measured in the city's CRS.
select st_asgeojson(st_transform(st_buffer(geom, :radius_m, 24), 4326), 6)::json
from open.gazetteer
where gazetteer_id = :gazetteer_id;

-- name: named_points(cell_m)
-- One named public point a cell, crossings before blocks before places, the one nearest to the cell's middle: (entry, longitude, latitude).
-- House numbers are none of them: they would say more than the ground around.
select distinct on (c.x, c.y) g.gazetteer_id, st_x(p.at), st_y(p.at)
from open.gazetteer g
cross join lateral (select st_pointonsurface(g.geom) as point) o
cross join lateral (select floor(st_x(o.point) / :cell_m) as x, floor(st_y(o.point) / :cell_m) as y) c
cross join lateral (select st_transform(o.point, 4326) as at) p
where g.kind in ('intersection', 'block', 'place')
order by
    c.x, c.y, array_position(array['intersection', 'block', 'place'], g.kind),
    st_distance(o.point, st_setsrid(st_makepoint((c.x + 0.5) * :cell_m, (c.y + 0.5) * :cell_m), st_srid(o.point))), g.gazetteer_id;
