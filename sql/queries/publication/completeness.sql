-- How complete the newest days are and how often deliveries come, learnt from the ledger. Written by hotspots/store/publication/completeness.py.

-- name: count_known(settled_days, most_lag_days, most_deliveries, withhold)!
-- For each delivery that is old enough: what was known on its day of the days before it, and what is known of them now.
-- Each delivery is counted once, so a publication costs what its own deliveries made old enough.
insert into core.known_share (known_on, lag_days, known, final)
select
    d.known_on, d.known_on - v.occurred_from::date,
    count(*) filter (where v.known_from <= d.known_on and (v.known_to is null or v.known_to > d.known_on)),
    count(*) filter (where v.known_to is null)
from (
    select distinct known_on
    from raw.delivery
    where dataset = 'incidents'
        and known_on <= (select max(known_on) from raw.delivery where dataset = 'incidents') - :settled_days::int
        and known_on > coalesce((select max(known_on) from core.known_share), '-infinity')
    order by known_on desc
    limit :most_deliveries
) d
join core.incident_version v on v.occurred_from >= d.known_on - :most_lag_days::int and v.occurred_from < d.known_on + 1
join core.crime_type t using (crime_type_id)
where not v.sensitive and not t.sensitive and t.name <> all(:withhold::text[])
group by 1, 2;

-- name: forget_known()!
delete from core.known_share;

-- name: write_completeness(most_deliveries, fewest_deliveries, fewest_incidents)!
with newest as (
    select distinct known_on from core.known_share order by known_on desc limit :most_deliveries
), learnt as (
    select k.lag_days, round(least(1, sum(k.known)::numeric / nullif(sum(k.final), 0)), 3)::real as share, count(*)::int as deliveries
    from core.known_share k
    join newest using (known_on)
    group by k.lag_days
    having count(*) >= :fewest_deliveries and sum(k.final) >= :fewest_incidents
), gone as (
    delete from open.completeness o where not exists (select from learnt l where l.lag_days = o.lag_days)
)
insert into open.completeness as o (lag_days, share, deliveries)
select lag_days, share, deliveries from learnt
on conflict (lag_days) do update set share = excluded.share, deliveries = excluded.deliveries
where (o.share, o.deliveries) is distinct from (excluded.share, excluded.deliveries);
