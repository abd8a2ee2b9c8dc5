-- Jobs that the desk asks for and `hotspots work` does: what takes minutes never runs inside a web server.
create schema queue;
comment on schema queue is 'Jobs that the desk asks for and a worker does.';

create table queue.job (
    job_id bigint generated always as identity primary key,
    kind text not null check (kind in ('forecast', 'backtest')),
    arguments jsonb not null,
    asked_by text not null,
    asked_at timestamptz not null default now(),
    tries smallint not null default 0,
    lease_until timestamptz,                  -- the worker lives as long as it moves this; after it another one takes the job
    worker text,
    progress real not null default 0 check (progress between 0 and 1),
    doing text not null default '',
    ended_at timestamptz,
    failed text,                              -- why it did not work; null where it worked
    check (failed is null or ended_at is not null)
);
create index job_open on queue.job (job_id) where ended_at is null;

create function queue.ask(kind_ text, arguments_ jsonb) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
    number bigint;
begin
    if person.role is distinct from 'analyst' then
        raise insufficient_privilege using message = 'only an analyst asks for a job';
    end if;
    lock table queue.job in share row exclusive mode;
    select job_id into number from queue.job where ended_at is null and kind = kind_ and arguments = arguments_;
    if number is not null then
        return number;
    end if;
    if (select count(*) from queue.job where ended_at is null) >= 20 then
        raise insufficient_privilege using message = 'twenty jobs wait already: let them end, or withdraw one';
    end if;
    insert into queue.job (kind, arguments, asked_by) values (kind_, arguments_, person.name) returning job_id into number;
    perform audit.note('job', jsonb_build_object('job', number, 'kind', kind_));
    return number;
end
$$;
comment on function queue.ask(text, jsonb) is 'Adds a job of the asking analyst, or returns the one that waits already with the same words.';

create function queue.withdraw(job_id_ bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
begin
    if person.role is distinct from 'analyst' then
        raise insufficient_privilege using message = 'only an analyst withdraws a job';
    end if;
    update queue.job set ended_at = now(), failed = 'withdrawn by ' || person.name
    where job_id = job_id_ and ended_at is null and (lease_until is null or lease_until < now());
    return found;
end
$$;
comment on function queue.withdraw(bigint) is 'Ends a job that no worker does at the moment; whether there was one.';
