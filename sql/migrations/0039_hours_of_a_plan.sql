-- A plan is judged by what is reported in its own shift. Plans of before are judged as they were agreed: by all hours.
alter table desk.plan add column own_hours boolean not null default false;
comment on column desk.plan.own_hours is 'Whether reports of its own hours alone count, or those of all hours, as in plans of before migration 0039.';

drop function desk.box_days(int[], date, date, float8);
create function desk.box_days(
    crime_type_ids int[], first_day date, end_day date, size_m float8, first_hour int default null, n_hours int default 24
) returns table (row_no int, col_no int, day date, incidents int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    with event as (
        select v.location_id, v.occurred_from, v.occurred_from + (coalesce(max(v.occurred_to), v.occurred_from) - v.occurred_from) / 2 as middle
        from core.incident_version as v join core.location as l using (location_id)
        where (select desk.may_count()) and v.known_to is null and l.in_study_area and v.crime_type_id = any(crime_type_ids)
          and v.occurred_from >= first_day + make_interval(hours => coalesce(first_hour, 0))
          and coalesce(v.occurred_to, v.occurred_from) < end_day + make_interval(hours => coalesce(first_hour, 0))
          and (first_hour is null or (
              (v.time_precision is null or v.time_precision not in ('day', 'month'))
              and (v.occurred_to is null or v.occurred_to - v.occurred_from <= interval '60 minutes')
              and (extract(hour from v.occurred_from)::int - first_hour + 24) % 24 < n_hours
          ))
        group by v.location_id, v.occurred_from, v.crime_type_id,
            case when v.time_precision in ('day', 'month') or not exists (
                select from core.city c where c.config #>> '{incidents,same_event}' = 'place and time'
            ) then v.version_id end
    )
    select floor(st_y(l.geom) / size_m)::int, floor(st_x(l.geom) / size_m)::int,
        case when first_hour is null then middle else occurred_from - make_interval(hours => first_hour) end::date, count(*)::int
    from event join core.location as l using (location_id) group by 1, 2, 3
$$;
comment on function desk.box_days(int[], date, date, float8, int, int) is
    'Events by box of the fixed lattice and day, records of one event once; no point leaves it. With a first hour: those that are known to lie '
    'in so many hours from it on, each counted for the day on which its shift began. Needs the owner''s key or a live session.';
