-- Runs of feeds: where each ended, and what the public may know of them.

-- name: try_lock()$
-- One fetch at a time; held until the session ends.
select pg_try_advisory_lock(hashtext('hotspots fetch'));

-- name: unlock()$
-- At once: the end of a connection reaches the server a moment later, and the next fetch would be refused until then.
select pg_advisory_unlock(hashtext('hotspots fetch'));

-- name: last_success(feed, definition)^
-- The newest run that ended well, with the newest file's checksum and size.
select r.file, r.rows, r.size, r.sha256, r.cursor
from raw.feed_run r
where r.feed = :feed and r.definition = :definition and r.outcome in ('new', 'nothing new')
order by r.feed_run_id desc
limit 1;

-- name: begin_run(feed, definition)$
insert into raw.feed_run (feed, definition) values (:feed, :definition) returning feed_run_id;

-- name: end_run(number, outcome, file, rows, size, sha256, cursor, failure)!
update raw.feed_run
set finished_at = clock_timestamp(), outcome = :outcome, file = :file, rows = :rows, size = :size, sha256 = :sha256,
    cursor = (:cursor)::jsonb, failure = :failure
where feed_run_id = :number;

-- name: publish_success(feed)!
-- Not whether it brought something: that may have been a report that may not be told.
insert into open.feed (feed, last_success) values (:feed, clock_timestamp())
on conflict (feed) do update set last_success = excluded.last_success, failing_since = null;

-- name: publish_failure(feed)!
insert into open.feed (feed, failing_since)
values (:feed, clock_timestamp())
on conflict (feed) do update
set failing_since = coalesce(open.feed.failing_since, excluded.failing_since);

-- name: read_feeds()
-- How every feed stands: its last success, its last file, and what failed since.
select
    r.feed,
    max(r.finished_at) filter (where r.outcome in ('new', 'nothing new')) as last_success,
    max(r.finished_at) filter (where r.outcome = 'new') as last_new,
    (array_agg(r.rows order by r.feed_run_id desc) filter (where r.outcome = 'new'))[1] as rows,
    count(*) filter (
        where r.outcome = 'failed' and r.feed_run_id > coalesce(
            (select max(s.feed_run_id) from raw.feed_run s where s.feed = r.feed and s.outcome in ('new', 'nothing new')), 0
        )
    ) as failures,
    (array_agg(r.failure order by r.feed_run_id desc))[1] as failure
from raw.feed_run r
group by r.feed
order by r.feed;
