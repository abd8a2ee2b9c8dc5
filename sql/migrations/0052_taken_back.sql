-- What was entered by mistake is taken back with a reason. The entry stays as it was written; it counts no more.
create domain desk.why_taken_back as text
    check (value in ('pressed by mistake', 'another box', 'entered twice', 'wrong figure or time', 'did not take place'));

create table desk.taken_back (
    taken_back_id bigint generated always as identity primary key,
    visit_id bigint unique references desk.visit,
    dose_id int unique references desk.dose,
    plan_id int,                              -- of visits that were entered as not made
    box_no smallint,
    day date,
    missed_reason text,
    visits smallint check (visits > 0),
    why desk.why_taken_back not null,
    by text not null,
    at timestamptz not null default now(),
    foreign key (plan_id, box_no, day, missed_reason) references desk.missed_visits,
    check (num_nonnulls(visit_id, dose_id, plan_id) = 1),
    check (num_nonnulls(plan_id, box_no, day, missed_reason, visits) in (0, 5))
);
create trigger taken_back_is_kept before update or delete on desk.taken_back for each row execute function desk.refuse_change();

-- A tick of a sheet as it was before somebody corrected it.
create table desk.tick_before (
    sheet_id int not null references desk.sheet on delete cascade,
    position smallint not null,
    visit smallint not null,
    done boolean not null,
    reason text,
    by text not null,
    at timestamptz not null,
    why desk.why_taken_back not null,
    taken_back_by text not null,
    taken_back_at timestamptz not null default now()
);
create index tick_before_sheet on desk.tick_before (sheet_id);

-- A visit that was ticked, taken back and ticked again at the time of the sheet is a second entry; a phone that sends again writes nothing twice.
alter table desk.visit
    add column entry smallint not null default 1 check (entry > 0),
    drop constraint visit_plan_id_box_no_started_at_source_key,
    add unique (plan_id, box_no, started_at, source, entry);

-- What counts: the entries without those that were taken back.
create view desk.visit_that_counts as
    select * from desk.visit as v where not exists (select from desk.taken_back as t where t.visit_id = v.visit_id);
create view desk.missed_that_counts as
    select * from (
        select m.plan_id, m.box_no, m.day, m.reason,
               m.visits - coalesce((select sum(t.visits) from desk.taken_back as t
                                    where (t.plan_id, t.box_no, t.day, t.missed_reason) = (m.plan_id, m.box_no, m.day, m.reason)), 0)::int as visits
        from desk.missed_visits as m
    ) as left_over where visits > 0;
create view desk.dose_that_counts as
    select * from desk.dose as d where not exists (select from desk.taken_back as t where t.dose_id = d.dose_id);
