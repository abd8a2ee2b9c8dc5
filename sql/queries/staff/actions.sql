-- Problems, actions, their designs and effects.

-- name: insert_problem(title, statement, owner, partners, due, person)$
insert into desk.problem (title, statement, owner, partners, due, opened_by)
values (:title, :statement, :owner, :partners, :due, :person) returning problem_id;

-- name: read_problem(problem_id)^
select problem_id, title, statement, owner, partners, due, state, closed_reason from desk.problem where problem_id = :problem_id;

-- name: read_problems()
select problem_id, title, statement, owner, partners, due, state, closed_reason from desk.problem order by problem_id;

-- name: move_problem(problem_id, state, reason)!
update desk.problem set state = :state, closed_reason = :reason where problem_id = :problem_id;

-- name: insert_action(problem_id, title, remedy, owner, crime_types, starts_on, ends_on, chosen_from, patrol, cost, person)$
insert into desk.action (problem_id, title, remedy, owner, crime_types, starts_on, ends_on, chosen_from, patrol, cost, proposed_by)
values (:problem_id, :title, :remedy, :owner, :crime_types, :starts_on, :ends_on, :chosen_from, :patrol, :cost, :person)
returning action_id;

-- name: insert_action_places(action_id, codes, rows, cols, size_m, srid)!
-- Boxes of the fixed lattice, whole squares.
insert into desk.action_place (action_id, place_no, code, row_no, col_no, geom)
select :action_id, n, code, r, c, st_makeenvelope(c * :size_m, r * :size_m, (c + 1) * :size_m, (r + 1) * :size_m, :srid)
from unnest(:codes::text[], :rows::int[], :cols::int[]) with ordinality as box (code, r, c, n);

-- name: read_actions(action_id, problem_id)
select action_id, problem_id, title, remedy, owner, crime_types, starts_on, ends_on, chosen_from, patrol, cost::float8, state, proposed_by
from desk.action
where (:action_id::int is null or action_id = :action_id) and (:problem_id::int is null or problem_id = :problem_id)
order by action_id;

-- name: lock_action(action_id)$
select action_id from desk.action where action_id = :action_id for update;

-- name: read_action_places(action_id)
select code, row_no, col_no from desk.action_place where action_id = :action_id order by place_no;

-- name: move_action(action_id, state, reason)!
update desk.action set state = :state, abandoned_reason = :reason where action_id = :action_id;

-- name: overlapping_work(kind, number, within_m, today, lon, lat)
-- Other actions and approved plans that are or will be at work within some metres of an action or plan at the same time: their effects cannot
-- be told apart. Of a problem, and of a point: what is at work there from a day on, and other open problems; its own actions are none.
with work (kind, number, title, starts_on, ends_on, is_dropped, problem_id) as (
    select 'action', action_id, title, starts_on, ends_on, state = 'abandoned', problem_id from desk.action
    union all select 'plan', plan_id, title, starts_on, starts_on + 7 * n_blocks, state = 'draft', null from desk.plan
    union all select 'problem', problem_id, title, null, null, state = 'closed', problem_id from desk.problem
), place (kind, number, geom) as (
    select 'action', action_id, geom from desk.action_place union all select 'plan', plan_id, geom from desk.plan_box
    union all select 'problem', x.problem_id, p.geom from desk.problem_place x join desk.place p using (place_id)
    union all select 'problem', c.problem_id, st_transform(st_setsrid(st_point(c.lon, c.lat), 4326), (select srid from core.city))
    from desk.concern c where c.problem_id is not null
), subject (geom, days) as (
    select p.geom, case when a.kind = 'problem' then daterange(:today::date, null) else daterange(a.starts_on, a.ends_on) end
    from work a join place p using (kind, number) where a.kind = :kind and a.number = :number
    union all
    select st_transform(st_setsrid(st_point(:lon::float8, :lat::float8), 4326), (select srid from core.city)), daterange(:today::date, null)
    where :lon::float8 is not null
)
select distinct o.kind, o.number, o.title, o.starts_on, o.ends_on
from subject s
join place q on st_dwithin(s.geom, q.geom, :within_m)
join work o on o.kind = q.kind and o.number = q.number
where (o.kind, o.number) <> (:kind, :number) and not o.is_dropped
  and (o.kind = 'problem' and :kind = 'problem' or o.kind <> 'problem' and daterange(o.starts_on, o.ends_on) && s.days)
  and not (:kind = 'problem' and o.problem_id is not distinct from :number)
order by o.kind, o.number;

-- name: insert_dose(action_id, day, amount, unit, person)!
insert into desk.dose (action_id, day, amount, unit, entered_by) values (:action_id, :day, :amount, :unit, :person);

-- name: read_dose(action_id)
select unit, sum(amount)::float8, min(day), max(day) from desk.dose_that_counts where action_id = :action_id group by unit order by unit;

-- name: read_doses(action_id)
-- Every entry of what was delivered, also what was taken back.
select d.dose_id, d.day, d.amount::float8, d.unit, d.entered_by, t.why, t.by
from desk.dose as d left join desk.taken_back as t using (dose_id) where d.action_id = :action_id order by d.dose_id;

-- name: take_back_dose(dose_id, why, person)!
insert into desk.taken_back (dose_id, why, by) values (:dose_id, :why, :person) on conflict do nothing;

-- name: insert_design(action_id, plan_id, why, method, judgement_day, after_the_fact, body, person)$
insert into desk.design (action_id, plan_id, version, why, method, judgement_day, after_the_fact, body, frozen_by)
select :action_id, :plan_id,
       1 + coalesce((select max(version) from desk.design where action_id = :action_id or plan_id = :plan_id), 0),
       :why, :method, :judgement_day, :after_the_fact, :body, :person
returning design_id;

-- name: read_designs(action_id, plan_id)
select design_id, action_id, plan_id, version, why, method, judgement_day, after_the_fact, body, frozen_by, frozen_at
from desk.design where action_id = :action_id or plan_id = :plan_id order by version;

-- name: insert_evaluation(design_id, after_the_fact, verdict, known_on, result, person)$
insert into desk.evaluation (design_id, after_the_fact, verdict, known_on, result, judged_by)
values (:design_id, :after_the_fact, :verdict, :known_on, :result, :person) returning evaluation_id;

-- name: read_evaluation(action_id, plan_id)^
select e.evaluation_id, e.verdict, e.result, e.judged_by, e.judged_at, e.after_the_fact, d.method,
       array(select signed_by from desk.signature as s where s.evaluation_id = e.evaluation_id order by signed_at),
       exists (select from desk.published_effect as p where p.evaluation_id = e.evaluation_id and p.withdrawn_reason is null)
from desk.evaluation as e join desk.design as d using (design_id)
where d.action_id = :action_id or d.plan_id = :plan_id
order by e.evaluation_id desc limit 1;

-- name: insert_signature(evaluation_id, person)!
insert into desk.signature (evaluation_id, signed_by) values (:evaluation_id, :person) on conflict do nothing;

-- name: insert_published_effect(evaluation_id, first, second)!
insert into desk.published_effect (evaluation_id, first_signer, second_signer) values (:evaluation_id, :first, :second);

-- name: read_judged_effects()
-- Every judged action and plan of each remedy, null results included, for what works here; without a log ratio where an end had no bound.
select coalesce(a.remedy, p.tactic) as remedy, d.action_id, d.plan_id, coalesce(a.title, p.title), d.method, e.verdict,
       (e.result ->> 'log_ratio')::float8, (e.result ->> 'se')::float8
from desk.evaluation as e join desk.design as d using (design_id)
left join desk.action as a on a.action_id = d.action_id left join desk.plan as p on p.plan_id = d.plan_id
where not e.after_the_fact order by 1, e.evaluation_id;

-- name: note_change(thing, thing_id, person, verb, note)!
insert into desk.change (thing, thing_id, changed_by, verb, note) values (:thing, :thing_id, :person, :verb, :note);

-- name: read_changes(thing, thing_id)
select changed_at, changed_by, verb, note from desk.change where thing = :thing and thing_id = :thing_id order by change_id;
