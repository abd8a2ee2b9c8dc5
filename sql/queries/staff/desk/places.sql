-- Saved places of the desk. Their outlines are nobody's secret among staff; what was reported in them comes through the guarded views.

-- name: question_outline(srid, gazetteer_id, radius_m, polygon, area_ids)^
-- The ground that a filter names, in the city's CRS: what is searched, drawn and chosen must all hold.
with parts as (
    select st_buffer(g.geom, :radius_m::float8) as geom from open.gazetteer g where g.gazetteer_id = :gazetteer_id::bigint
    union all
    select st_transform(st_geomfromtext(:polygon::text, 4326), :srid::int) where :polygon::text is not null
    union all
    select st_union(a.geom) from open.area a where cardinality(:area_ids::int[]) > 0 and a.area_id = any(:area_ids::int[]) having count(*) > 0
), meeting as (
    select case count(*) when 0 then null when 1 then min(geom::text)::geometry
        else st_intersection(min(geom::text)::geometry, max(geom::text)::geometry) end as geom
    from parts
)
select st_asbinary(st_multi(st_collectionextract(geom, 3))), st_area(geom) / 1e6 from meeting where geom is not null and st_area(geom) > 0;

-- name: add_place(name, source, geom, srid, person)$
insert into desk.place (name, source, geom, owner, made_by)
values (:name, :source, st_setsrid(st_geomfromwkb(:geom), :srid), :person, :person)
returning place_id;

-- name: is_saved(name, geom, srid)$
select exists (
    select from desk.place p, (select st_setsrid(st_geomfromwkb(:geom), :srid) as geom) as given
    where p.name = :name and p.ended_at is null and st_equals(p.geom, given.geom)
);

-- name: add_version(place_id, person, change)!
insert into desk.place_version (place_id, version, by, change, name, aliases, owner, geom)
select place_id, version, :person, :change, name, aliases, owner, geom from desk.place where place_id = :place_id;

-- name: read_places(area_id)
-- Of one area and 500 m around it, where one is named.
select p.place_id, p.code, p.name, p.aliases, p.source, p.owner, p.made_at, p.version, st_area(p.geom) / 1e6,
       (select m.code from desk.place m where m.place_id = p.merged_into), p.ended_at
from desk.place p
where p.ended_at is null and p.merged_into is null
  and (:area_id::int is null or st_dwithin(p.geom, (select geom from core.area where area_id = :area_id::int), 500))
order by p.place_id desc;

-- name: read_place(code)^
select p.place_id, p.code, p.name, p.aliases, p.source, p.owner, p.made_at, p.version, st_area(p.geom) / 1e6,
       (select m.code from desk.place m where m.place_id = p.merged_into), p.ended_at
from desk.place p
where p.code = :code;

-- name: read_versions(place_id)
select version, at, by, change, name, owner from desk.place_version where place_id = :place_id order by version desc;

-- name: change_place(place_id, version, name, aliases, owner)!
-- Only over the version that was looked at.
update desk.place set name = :name, aliases = :aliases, owner = :owner, version = version + 1
where place_id = :place_id and version = :version and ended_at is null and merged_into is null;

-- name: end_place(place_id)!
update desk.place set ended_at = now(), version = version + 1 where place_id = :place_id and ended_at is null and merged_into is null;

-- name: bring_back(place_id)!
update desk.place set ended_at = null, version = version + 1 where place_id = :place_id and ended_at is not null;

-- name: merge_place(place_id, into_id)!
update desk.place set merged_into = :into_id, version = version + 1
where place_id = :place_id and merged_into is null and ended_at is null;

-- name: counts(place_id, since, until)
-- Incidents of a place by day, hour and crime type; hour null where a window is longer than an hour.
select i.day, i.hour, t.name, t.label, count(*)::int
from desk.place p
join desk.location l on st_intersects(l.geom, p.geom)
join desk.incident i on i.anchor_id = l.anchor_id
join core.crime_type t on t.crime_type_id = i.crime_type_id
where p.place_id = :place_id and i.day >= :since::date and i.day < :until::date
group by 1, 2, 3, 4;

-- name: drawing(place_id, reach_m)^
-- Paths of SVG, in metres from the middle of the frame: the place, main streets and streets around it.
with place as (
    select p.geom, st_expand(st_envelope(p.geom), greatest(:reach_m, 0.4 * greatest(st_xmax(p.geom) - st_xmin(p.geom), st_ymax(p.geom) - st_ymin(p.geom)))) as frame
    from desk.place p where p.place_id = :place_id
), middle as (
    select *, st_x(st_centroid(frame)) as x, st_y(st_centroid(frame)) as y,
           greatest(st_xmax(frame) - st_xmin(frame), st_ymax(frame) - st_ymin(frame)) / 2 as half
    from place
), wide as (
    select *, st_expand(st_setsrid(st_makepoint(x, y), st_srid(geom)), half) as box from middle
)
select w.half, st_assvg(st_translate(w.geom, -w.x, -w.y), 0, 0),
    (select string_agg(st_assvg(st_translate(st_intersection(st_transform(b.geom_3857, st_srid(w.geom)), w.box), -w.x, -w.y), 0, 0), ' ')
        from open.base b where b.layer = 'street' and b.rank = 1 and b.geom_3857 && st_transform(w.box, 3857)
        and st_intersects(st_transform(b.geom_3857, st_srid(w.geom)), w.box)),
    (select string_agg(st_assvg(st_translate(st_intersection(st_transform(b.geom_3857, st_srid(w.geom)), w.box), -w.x, -w.y), 0, 0), ' ')
        from open.base b where b.layer = 'street' and b.rank > 1 and b.geom_3857 && st_transform(w.box, 3857)
        and st_intersects(st_transform(b.geom_3857, st_srid(w.geom)), w.box))
from wide w;

-- name: add_comment(object, person, words)!
insert into desk.comment (object, by, words) values (:object, :person, :words);

-- name: read_comments(object)
select comment_id, at, by, words from desk.comment where object = :object order by comment_id;

-- name: own_comment(comment_id, person)$
select object from desk.comment where comment_id = :comment_id and by = :person;

-- name: drop_comment(comment_id, person)!
delete from desk.comment where comment_id = :comment_id and by = :person;
