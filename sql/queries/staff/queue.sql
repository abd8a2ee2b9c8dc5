-- Jobs: the desk asks and reads, a worker takes and ends.

-- name: ask(kind, arguments)$
select queue.ask(:kind, :arguments);

-- name: withdraw(job_id)$
select queue.withdraw(:job_id);

-- name: read_jobs()
select job_id, kind, arguments, asked_by, asked_at, tries, lease_until > now(), progress, doing, ended_at, failed
from queue.job order by job_id desc limit 30;

-- name: give_up(most_tries)!
-- A job whose worker died as often as it may be tried.
update queue.job set ended_at = now(), failed = 'its worker stopped ' || tries || ' times'
where ended_at is null and lease_until < now() and tries >= :most_tries;

-- name: take(worker, lease_s, most_tries)^
-- The oldest job that nobody does. Two workers never take the same.
update queue.job set lease_until = now() + make_interval(secs => :lease_s), worker = :worker, tries = tries + 1, progress = 0, doing = ''
where job_id = (
    select job_id from queue.job
    where ended_at is null and (lease_until is null or lease_until < now()) and tries < :most_tries
    order by job_id for update skip locked limit 1
)
returning job_id, kind, arguments, asked_by, asked_at, tries, true, progress, doing, ended_at, failed;

-- name: hold(job_id, worker, lease_s)!
update queue.job set lease_until = now() + make_interval(secs => :lease_s)
where job_id = :job_id and worker = :worker and ended_at is null;

-- name: tell(job_id, worker, progress, doing)!
update queue.job set progress = :progress, doing = :doing where job_id = :job_id and worker = :worker and ended_at is null;

-- name: finish(job_id, worker, failed)!
update queue.job set ended_at = now(), failed = :failed::text, progress = case when :failed::text is null then 1 else progress end
where job_id = :job_id and worker = :worker and ended_at is null;
