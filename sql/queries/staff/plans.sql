-- Patrol plans: boxes, the draw, visits.

-- name: insert_plan(title, tactic, crime_types, area_kind, area_code, hours, units, minutes, starts_on, n_blocks, on_share, no_hold_out_reason, seed, person)$
insert into desk.plan (title, tactic, crime_types, area_kind, area_code, hours, units, minutes, starts_on, n_blocks, on_share,
                       no_hold_out_reason, seed, drafted_by, own_hours)
values (:title, :tactic, :crime_types, :area_kind, :area_code, :hours, :units, :minutes, :starts_on, :n_blocks, :on_share,
        :no_hold_out_reason, :seed, :person, true)
returning plan_id;

-- name: insert_plan_boxes(plan_id, letters, codes, rows, cols, nearest, expected, records, typical, size_m, srid)!
insert into desk.plan_box (plan_id, box_no, letter, code, row_no, col_no, nearest, expected_a_day, record, typical, geom)
select :plan_id, n, letter, code, r, c, words, e, came, t, st_makeenvelope(c * :size_m, r * :size_m, (c + 1) * :size_m, (r + 1) * :size_m, :srid)
from unnest(:letters::text[], :codes::text[], :rows::int[], :cols::int[], :nearest::text[], :expected::float8[], :records::int[], :typical::real[])
     with ordinality as box (letter, code, r, c, words, e, came, t, n);

-- name: insert_box_days(plan_id, box_nos, days, is_on, visits)!
insert into desk.box_day (plan_id, box_no, day, is_on, visits)
select :plan_id, * from unnest(:box_nos::smallint[], :days::date[], :is_on::boolean[], :visits::smallint[]);

-- name: read_plans(plan_id, areas)
-- With areas (kind:code) only plans of the whole city, of one of them, and those with a box whose middle lies in one.
select plan_id, title, tactic, crime_types, area_kind, area_code, hours, units, minutes, starts_on, n_blocks, on_share::float8,
       no_hold_out_reason, seed, state, drafted_by, approved_by, closed_reason, own_hours
from desk.plan as p where (:plan_id::int is null or plan_id = :plan_id)
  and (:areas::text[] is null or area_code is null or area_kind || ':' || area_code = any(:areas::text[]) or exists (
      select from desk.plan_box as b join core.area as a on st_intersects(st_centroid(b.geom), a.geom)
      where b.plan_id = p.plan_id and a.kind || ':' || a.code = any(:areas::text[]) and upper_inf(a.valid)))
order by plan_id;

-- name: lock_plan(plan_id)$
select plan_id from desk.plan where plan_id = :plan_id for update;

-- name: read_plan_boxes(plan_id)
select box_no, letter, code, row_no, col_no, nearest, expected_a_day, record, typical from desk.plan_box where plan_id = :plan_id order by box_no;

-- name: read_box_days(plan_id, day)
-- The draw, with what was changed on the day.
select d.box_no, d.day, d.is_on, d.visits, c.kind
from desk.box_day as d left join desk.box_change as c using (plan_id, box_no, day)
where d.plan_id = :plan_id and (:day::date is null or d.day = :day) order by d.box_no, d.day;

-- name: keep_outlook(plan_id, outlook)!
update desk.plan set outlook = :outlook where plan_id = :plan_id;

-- name: read_outlook(plan_id)$
select outlook from desk.plan where plan_id = :plan_id;

-- name: approve_plan(plan_id, person)!
update desk.plan set state = 'approved', approved_by = :person, approved_at = now() where plan_id = :plan_id;

-- name: run_plan(plan_id)!
update desk.plan set state = 'running' where plan_id = :plan_id and state = 'approved';

-- name: close_plan(plan_id, reason)!
update desk.plan set state = 'closed', closed_reason = :reason where plan_id = :plan_id;

-- name: insert_box_change(plan_id, box_no, day, kind, reason, person)!
insert into desk.box_change (plan_id, box_no, day, kind, reason, changed_by) values (:plan_id, :box_no, :day, :kind, :reason, :person)
on conflict (plan_id, box_no, day) do nothing;

-- name: insert_visits(plan_id, box_nos, started, minutes, source, call_signs)
-- The same visit twice is once; answers one row for each that is new.
-- A tick that was taken back may be ticked again; what a phone or a car sends again stays taken back.
insert into desk.visit (plan_id, box_no, started_at, minutes, source, call_sign, entry)
select :plan_id, b, s, m, :source, c,
       1 + (select count(*) from desk.visit as w join desk.taken_back using (visit_id)
            where :source = 'ticks' and (w.plan_id, w.box_no, w.started_at, w.source) = (:plan_id::int, b, s, :source::text))
from unnest(:box_nos::smallint[], :started::timestamp[], :minutes::smallint[], :call_signs::text[]) as v (b, s, m, c)
on conflict do nothing returning visit_id;

-- name: forget_call_signs(before)!
update desk.visit set call_sign = null where call_sign is not null and started_at < :before;

-- name: insert_missed(plan_id, box_no, day, visits, reason)!
-- So many count; those that were taken back before come on top of them.
insert into desk.missed_visits (plan_id, box_no, day, visits, reason)
select :plan_id, :box_no, :day, :visits + coalesce(sum(visits), 0), :reason from desk.taken_back
where (plan_id, box_no, day, missed_reason) = (:plan_id::int, :box_no::smallint, :day::date, :reason::text)
on conflict (plan_id, box_no, day, reason) do update set visits = excluded.visits;

-- name: read_missed(plan_id, day)
select box_no, jsonb_object_agg(reason, visits) from desk.missed_that_counts where plan_id = :plan_id and day = :day group by box_no;

-- name: read_delivery(plan_id, until)
-- Planned against delivered by box: ON days before a day, visits and minutes planned, made on ON and on OFF days, and why not. Visits
-- after midnight count for the evening's day, by the hour at which the shift ends.
with visit as (
    select v.box_no, v.minutes,
           (v.started_at - case when split_part(p.hours, '-', 2)::int <= split_part(p.hours, '-', 1)::int
                                     and extract(hour from v.started_at) < split_part(p.hours, '-', 2)::int
                                then interval '1 day' else interval '0' end)::date as day
    from desk.visit_that_counts as v join desk.plan as p using (plan_id) where v.plan_id = :plan_id
), made as (
    select v.box_no, count(*) filter (where d.is_on) as on_visits, coalesce(sum(v.minutes) filter (where d.is_on), 0) as on_minutes,
           count(*) filter (where not d.is_on) as off_visits
    from visit as v join desk.box_day as d on d.plan_id = :plan_id and d.box_no = v.box_no and d.day = v.day
    where d.day < :until group by v.box_no
), missed as (
    select box_no, jsonb_object_agg(reason, visits) as reasons
    from (select box_no, reason, sum(visits)::int as visits from desk.missed_that_counts where plan_id = :plan_id and day < :until group by 1, 2) as m
    group by box_no
)
select b.letter, coalesce(sum(d.visits), 0)::int as planned, coalesce(max(m.on_visits), 0)::int, coalesce(max(m.on_minutes), 0)::int,
       coalesce(max(m.off_visits), 0)::int, coalesce((select reasons from missed where box_no = b.box_no), '{}'::jsonb)
from desk.plan_box as b
left join desk.box_day as d on d.plan_id = b.plan_id and d.box_no = b.box_no and d.day < :until
left join made as m on m.box_no = b.box_no
where b.plan_id = :plan_id group by b.box_no, b.letter order by b.box_no;

-- name: read_delivery_by_day(plan_id, until)
-- The same by day over all boxes, newest first, with the boxes that were added or suppressed; never by unit.
with visit as (
    select v.box_no, v.minutes,
           (v.started_at - case when split_part(p.hours, '-', 2)::int <= split_part(p.hours, '-', 1)::int
                                     and extract(hour from v.started_at) < split_part(p.hours, '-', 2)::int
                                then interval '1 day' else interval '0' end)::date as day
    from desk.visit_that_counts as v join desk.plan as p using (plan_id) where v.plan_id = :plan_id
), made as (
    select day, count(*)::int as visits, sum(minutes)::int as minutes from visit group by day
), open as (  -- planned visits of each box that were neither made nor explained: more visits of one box explain none of another
    select d.day, sum(greatest(0, d.visits - coalesce(m.n, 0) - coalesce(x.n, 0)))::int as n
    from desk.box_day as d
    left join (select box_no, day, count(*) as n from visit group by 1, 2) as m using (box_no, day)
    left join (select box_no, day, sum(visits) as n from desk.missed_that_counts where plan_id = :plan_id group by 1, 2) as x using (box_no, day)
    where d.plan_id = :plan_id group by d.day
), missed as (
    select day, jsonb_object_agg(reason, n) as reasons
    from (select day, reason, sum(visits)::int as n from desk.missed_that_counts where plan_id = :plan_id group by 1, 2) as m group by day
), changed as (
    select c.day, array_agg(b.letter || ' ' || c.kind || ': ' || c.reason order by b.box_no) as words
    from desk.box_change as c join desk.plan_box as b using (plan_id, box_no) where c.plan_id = :plan_id group by c.day
)
select d.day, sum(d.visits)::int, coalesce(max(m.visits), 0), coalesce(max(m.minutes), 0), coalesce(max(x.reasons::text), '{}')::jsonb,
       coalesce(max(c.words), '{}'), max(o.n)
from desk.box_day as d join open as o using (day) left join made as m using (day) left join missed as x using (day) left join changed as c using (day)
where d.plan_id = :plan_id and d.day < :until group by d.day order by d.day desc;

-- name: drawing(plan_id, box_nos)^
-- Paths of SVG in metres from the middle of the frame round some boxes of a plan, and where each stands.
with boxes as (
    select st_expand(st_envelope(st_collect(geom)), 400) as frame, min(st_srid(geom)) as srid
    from desk.plan_box where plan_id = :plan_id and box_no = any(:box_nos::smallint[])
), middle as (
    select *, st_x(st_centroid(frame)) as x, st_y(st_centroid(frame)) as y, (st_xmax(frame) - st_xmin(frame)) / 2 as half_x,
           (st_ymax(frame) - st_ymin(frame)) / 2 as half_y
    from boxes where frame is not null
)
select m.half_x, m.half_y,
    coalesce((select string_agg(st_assvg(st_translate(st_intersection(st_simplify(st_transform(b.geom_3857, m.srid), 5), m.frame), -m.x, -m.y), 0, 0), ' ')
        from open.base b where b.layer = 'street' and b.rank = 1 and b.geom_3857 && st_transform(m.frame, 3857)
        and st_intersects(st_transform(b.geom_3857, m.srid), m.frame)), ''),
    (select json_object_agg(p.box_no, json_build_array(round((st_x(st_centroid(p.geom)) - m.x)::numeric), round((m.y - st_y(st_centroid(p.geom)))::numeric)))
        from desk.plan_box p where p.plan_id = :plan_id and p.box_no = any(:box_nos::smallint[]))
from middle m;

-- name: add_log_link(token_hash, plan_id, day, expires_at, person)!
insert into desk.log_link (token_hash, plan_id, day, expires_at, made_by) values (:token_hash, :plan_id, :day, :expires_at, :person);

-- name: log_link(token_hash)^
select plan_id, day, expires_at from desk.log_link where token_hash = :token_hash and expires_at > clock_timestamp();

-- name: visits_of_day(plan_id, start, until)
-- Visits that began in [start, until), by box, from every source.
select box_no, count(*)::int from desk.visit_that_counts where plan_id = :plan_id and started_at >= :start and started_at < :until group by box_no;

-- name: judged_plans(tactic)
-- Plans of a tactic that were judged by a design frozen before: they are read together.
select d.body from desk.evaluation as e join desk.design as d using (design_id) join desk.plan as p using (plan_id)
where p.tactic = :tactic and not e.after_the_fact order by p.plan_id;

-- name: entries(plan_id, start, until, day)
-- What was entered of a shift, also what was taken back: visits that began in [start, until), and visits of the day that were not made.
select v.box_no, b.letter, v.visit_id, v.started_at, v.minutes, v.source, null as reason, null::int as visits, t.why, t.by, t.at
from desk.visit as v join desk.plan_box as b using (plan_id, box_no) left join desk.taken_back as t using (visit_id)
where v.plan_id = :plan_id and v.started_at >= :start and v.started_at < :until
union all
select m.box_no, b.letter, null, null, null, null, m.reason, m.visits, null, null, null
from desk.missed_that_counts as m join desk.plan_box as b using (plan_id, box_no) where m.plan_id = :plan_id and m.day = :day
union all
select t.box_no, b.letter, null, null, null, null, t.missed_reason, t.visits, t.why, t.by, t.at
from desk.taken_back as t join desk.plan_box as b using (plan_id, box_no) where t.plan_id = :plan_id and t.day = :day
order by 1, 4 nulls last, 7, 11 nulls first;

-- name: take_back_visit(visit_id, why, person)!
insert into desk.taken_back (visit_id, why, by) values (:visit_id, :why, :person) on conflict do nothing;

-- name: take_back_missed(plan_id, box_no, day, reason, visits, why, person)!
insert into desk.taken_back (plan_id, box_no, day, missed_reason, visits, why, by) values (:plan_id, :box_no, :day, :reason, :visits, :why, :person);
