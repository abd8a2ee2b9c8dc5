-- Problems, actions, their frozen designs and their effects; patrol plans with their visits. True places: nothing of it is public.
-- Persons are names of accounts. Rules that matter stand here as constraints, whatever a program forgets.

create function desk.refuse_change() returns trigger
language plpgsql as $$ begin raise exception '% is kept as it was written', tg_table_name; end $$;
comment on function desk.refuse_change() is 'For tables that may only grow: designs, evaluations, changes.';

create table desk.problem (
    problem_id int generated always as identity primary key,
    title text not null check (title <> ''),
    statement text not null default '',
    owner text not null,
    partners text[] not null default '{}',
    due date,
    state text not null default 'open' check (state in ('open', 'analysed', 'acting', 'assessed', 'closed')),
    closed_reason text,
    opened_by text not null,
    opened_at timestamptz not null default now(),
    check ((state = 'closed') = (closed_reason is not null))
);

create table desk.action (
    action_id int generated always as identity primary key,
    problem_id int references desk.problem,
    title text not null check (title <> ''),
    remedy text not null,                     -- a name of the remedies' table
    owner text not null,
    crime_types text[] not null check (cardinality(crime_types) > 0), -- the primary outcome
    starts_on date not null,
    ends_on date not null,                    -- the day after the last
    chosen_from date,                         -- first day of the window that the places were chosen on
    patrol boolean not null default false,    -- shown in public four weeks later
    cost numeric check (cost >= 0),
    state text not null default 'proposed'
        check (state in ('proposed', 'agreed', 'under way', 'done', 'abandoned', 'assessed', 'published')),
    abandoned_reason text,
    proposed_by text not null,
    proposed_at timestamptz not null default now(),
    check (ends_on > starts_on),
    check ((state = 'abandoned') = (abandoned_reason is not null))
);

create table desk.action_place (
    action_id int not null references desk.action,
    place_no int not null,
    code text not null,                       -- of the box on its fixed lattice
    row_no int not null,
    col_no int not null,
    geom geometry(Polygon) not null,          -- city CRS
    primary key (action_id, place_no),
    unique (action_id, code)
);
create index action_place_geom on desk.action_place using gist (geom);

create table desk.dose (
    dose_id int generated always as identity primary key,
    action_id int not null references desk.action,
    day date not null,
    amount numeric not null check (amount >= 0),
    unit text not null,                       -- 'lights repaired', 'minutes on foot'
    entered_by text not null,
    entered_at timestamptz not null default now()
);

-- Plans ---------------------------------------------------------------------------------------------------------------
create table desk.plan (
    plan_id int generated always as identity primary key,
    title text not null check (title <> ''),
    tactic text not null,
    crime_types text[] not null check (cardinality(crime_types) > 0),
    area_kind text,
    area_code text,
    hours text not null,                      -- the shift: '18-02'
    units smallint not null check (units > 0),
    minutes smallint not null check (minutes >= 15), -- a unit and shift
    starts_on date not null,
    n_blocks smallint not null check (n_blocks between 2 and 12), -- of 7 days
    on_share real not null check (on_share between 0.5 and 1),
    no_hold_out_reason text,
    seed bigint not null,
    state text not null default 'draft' check (state in ('draft', 'approved', 'running', 'closed')),
    drafted_by text not null,
    drafted_at timestamptz not null default now(),
    approved_by text,
    approved_at timestamptz,
    closed_reason text,
    check (approved_by <> drafted_by),        -- by another person
    check (on_share < 1 or no_hold_out_reason is not null),
    check (state = 'draft' or approved_by is not null),
    check ((state = 'closed') = (closed_reason is not null))
);

create table desk.plan_box (
    plan_id int not null references desk.plan,
    box_no smallint not null,
    letter text not null,
    code text not null,
    row_no int not null,
    col_no int not null,
    nearest text,                             -- crossing or block, in words
    expected_a_day double precision not null check (expected_a_day >= 0),
    geom geometry(Polygon) not null,
    primary key (plan_id, box_no),
    unique (plan_id, code)
);

create table desk.box_day (
    plan_id int not null,
    box_no smallint not null,
    day date not null,
    is_on boolean not null,                   -- as drawn, never as delivered
    visits smallint not null check (visits between 0 and 3),
    primary key (plan_id, box_no, day),
    foreign key (plan_id, box_no) references desk.plan_box,
    check (is_on or visits = 0)
);

-- A box added on an OFF day, or suppressed on an ON day, with the reason; the draw stays.
create table desk.box_change (
    plan_id int not null,
    box_no smallint not null,
    day date not null,
    kind text not null check (kind in ('added', 'suppressed')),
    reason text not null check (reason <> ''),
    changed_by text not null,
    changed_at timestamptz not null default now(),
    primary key (plan_id, box_no, day),
    foreign key (plan_id, box_no, day) references desk.box_day
);

create table desk.visit (
    visit_id bigint generated always as identity primary key,
    plan_id int not null,
    box_no smallint not null,
    started_at timestamp not null,            -- local wall clock
    minutes smallint not null check (minutes between 1 and 240),
    source text not null check (source in ('form', 'ticks', 'positions')),
    call_sign text,                           -- taken out after 14 days; nothing is counted by it
    foreign key (plan_id, box_no) references desk.plan_box,
    unique (plan_id, box_no, started_at, source)
);

create table desk.missed_visits (
    plan_id int not null,
    box_no smallint not null,
    day date not null,
    visits smallint not null check (visits > 0),
    reason text not null check (reason in ('calls', 'no car', 'event', 'weather', 'decided otherwise')),
    primary key (plan_id, box_no, day, reason),
    foreign key (plan_id, box_no, day) references desk.box_day
);

-- Designs and effects ---------------------------------------------------------------------------------------------------
create table desk.design (
    design_id int generated always as identity primary key,
    action_id int references desk.action,
    plan_id int references desk.plan,
    version smallint not null check (version > 0),
    why text,                                 -- of every version after the first
    method text not null check (method in ('crossover', 'paired draw', 'similar places')),
    judgement_day date not null,
    after_the_fact boolean not null,          -- frozen when records of its period could be seen: no effect can be claimed with it
    body jsonb not null,
    frozen_by text not null,
    frozen_at timestamptz not null default now(),
    check (num_nonnulls(action_id, plan_id) = 1),
    check ((version = 1) = (why is null)),
    unique (action_id, version),
    unique (plan_id, version),
    unique (design_id, after_the_fact)
);

create table desk.evaluation (
    evaluation_id int generated always as identity primary key,
    design_id int not null unique,            -- one look
    after_the_fact boolean not null,
    verdict text not null check (verdict in ('fewer', 'no difference', 'more', 'pooled only')),
    known_on date not null,                   -- the newest delivery then
    result jsonb not null,
    judged_by text not null,
    judged_at timestamptz not null default now(),
    foreign key (design_id, after_the_fact) references desk.design (design_id, after_the_fact),
    unique (evaluation_id, after_the_fact)
);

create table desk.signature (
    evaluation_id int not null references desk.evaluation,
    signed_by text not null,
    signed_at timestamptz not null default now(),
    primary key (evaluation_id, signed_by)
);

-- Two different persons signed, and the design was frozen before.
create table desk.published_effect (
    evaluation_id int primary key,
    first_signer text not null,
    second_signer text not null,
    after_the_fact boolean not null default false check (not after_the_fact),
    published_at timestamptz not null default now(),
    withdrawn_reason text,
    foreign key (evaluation_id, first_signer) references desk.signature (evaluation_id, signed_by),
    foreign key (evaluation_id, second_signer) references desk.signature (evaluation_id, signed_by),
    foreign key (evaluation_id, after_the_fact) references desk.evaluation (evaluation_id, after_the_fact),
    check (first_signer <> second_signer)
);

create table desk.change (
    change_id bigint generated always as identity primary key,
    thing text not null check (thing in ('problem', 'action', 'plan')),
    thing_id int not null,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    verb text not null,
    note text
);
create index change_of on desk.change (thing, thing_id);

create trigger kept before update or delete on desk.design for each row execute function desk.refuse_change();
create trigger kept before update or delete on desk.evaluation for each row execute function desk.refuse_change();
create trigger kept before update or delete on desk.signature for each row execute function desk.refuse_change();
create trigger kept before update or delete on desk.change for each row execute function desk.refuse_change();
