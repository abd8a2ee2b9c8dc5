-- What a filter of the desk can name beyond the public choices: every crime type and every type of location.

-- name: read_crime_types(language)
select t.crime_type_id, t.name, coalesce(c.words #>> array[:language, 'labels', t.label], t.label), t.crime_group, t.initiated_by
from core.crime_type t
left join open.city c on true;

-- name: read_location_types(language)
select l.name, coalesce(c.words #>> array[:language, 'location_types', l.name], l.name)
from core.location_type l
left join open.city c on true
where l.recorded;

-- name: read_city_config()$
select config from core.city;
