-- What was done here, from effects that two persons published.

-- name: read_published_effects(ended_by, patrol_ended_by)
-- Past actions and plans whose effect is published and not withdrawn; patrol only four weeks after its last day; none whose outcome is a
-- sensitive type. Evaluations of before keep an upper end without a bound as 1e9.
select e.evaluation_id, coalesce(a.remedy, p.tactic), coalesce(a.crime_types, p.crime_types), coalesce(a.starts_on, p.starts_on),
       coalesce(a.ends_on, p.starts_on + 7 * p.n_blocks) - 1, d.method, e.verdict,
       (e.result ->> 'ratio')::float8, (e.result ->> 'low')::float8, nullif((e.result ->> 'high')::float8, 1e9), (e.result ->> 'smallest_effect')::float8
from desk.published_effect as s
join desk.evaluation as e using (evaluation_id)
join desk.design as d using (design_id)
left join desk.action as a on a.action_id = d.action_id
left join desk.plan as p on p.plan_id = d.plan_id
where s.withdrawn_reason is null
  and coalesce(a.ends_on, p.starts_on + 7 * p.n_blocks) <= case when coalesce(a.patrol, true) then :patrol_ended_by::date else :ended_by::date end
  and not exists (select from core.crime_type as t where t.sensitive and t.name = any(coalesce(a.crime_types, p.crime_types)))
order by e.evaluation_id;

-- name: number_effects(ids)!
-- Numbers for the public, in the order of publication; effects that are not public leave no gap in them.
update desk.published_effect as p set public_number = (select coalesce(max(public_number), 0) from desk.published_effect) + n.number
from (
    select evaluation_id, row_number() over (order by published_at, evaluation_id) as number
    from desk.published_effect where public_number is null and evaluation_id = any(:ids::int[])
) as n
where n.evaluation_id = p.evaluation_id;

-- name: delete_done_actions()!
delete from open.done_action;

-- name: insert_done_action(effect_id, remedy, crime_types, starts_on, ends_on, method, verdict, ratio, low, high, smallest_effect, sentence)!
-- At the public points nearest to its boxes, whatever is planned or done there now: a point that vanished would tell of it.
insert into open.done_action (effect_id, remedy, crime_types, starts_on, ends_on, method, verdict, ratio, low, high, smallest_effect, sentence, geom)
with box as (
    select b.code, b.geom from desk.evaluation as e join desk.design as d using (design_id) join desk.action_place as b using (action_id)
    where e.evaluation_id = :effect_id
      and (d.body -> 'pairs' is null
           or exists (select from jsonb_array_elements(d.body -> 'pairs') as pair where pair ->> 'treated' = b.code))
    union all
    select b.code, b.geom from desk.evaluation as e join desk.design as d using (design_id) join desk.plan_box as b using (plan_id)
    where e.evaluation_id = :effect_id
), point as (
    select distinct near.geom from box
    cross join lateral (
        select a.geom from open.anchor as a where a.status = 'located' order by a.geom <-> st_centroid(box.geom) limit 1
    ) as near
)
select (select public_number from desk.published_effect where evaluation_id = :effect_id), :remedy, :crime_types, :starts_on, :ends_on, :method, :verdict, :ratio, :low, :high, :smallest_effect, :sentence,
       (select st_multi(st_collect(geom order by geom)) from point);
