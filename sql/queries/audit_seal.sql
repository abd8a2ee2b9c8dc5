-- Seals of the audit, a day each, in a chain.

-- name: days_to_seal(today)
-- Whole days of UTC from the first line, or the day after the newest seal, to yesterday.
select d::date from generate_series(
    coalesce((select max(day) + 1 from audit.seal), (select min(at at time zone 'UTC')::date from audit.event)), :today::date - 1, '1 day') d
order by 1;

-- name: newest_hash()$
select hash from audit.seal order by day desc limit 1;

-- name: hash_of(day, before)^
select lines, hash from audit.hash_of(:day, :before);

-- name: add_seal(day, lines, hash)!
insert into audit.seal (day, lines, hash) values (:day, :lines, :hash);

-- name: seals()
select day, lines, hash from audit.seal order by day;
