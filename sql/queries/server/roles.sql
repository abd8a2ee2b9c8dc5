-- The rooms' roles and what they may do. Roles belong to the server, grants to one database; both are applied anew after every migration.

-- name: role_exists(role)$
select exists (select from pg_roles where rolname = :role);

-- name: role_power(role)^
-- What a room's role must not have: any power over the server, or membership in another role.
select
    rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as has_power,
    array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid) as member_of
from pg_roles r
where rolname = :role;

-- name: current_database()$
select current_database();

-- name: is_superuser()$
select rolsuper from pg_roles where rolname = current_user;

-- name: lock_roles()$
-- Two databases of one server may migrate at once, and both write the same rows of the role catalogue.
select pg_advisory_xact_lock(x'726f6c65'::bigint);

-- name: revoke_from_everyone#
-- What every role may do unless told otherwise.
revoke create on schema public from public;
revoke all on schema raw, core, open, audit, alerts, door, desk, intake, queue, share from public;
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk, intake, queue, share from public;
revoke all on all functions in schema raw, core, open, audit, alerts, door, desk, intake, queue, share from public;

-- name: revoke_large_objects#
-- Large objects belong to no schema, and any role may make them unless these functions are closed. Superusers only.
revoke execute on function
    lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea), lowrite(integer, bytea), lo_open(oid, integer)
from public;

-- name: revoke_waiting_and_statistics#
-- Advisory locks, which migrations, fetching and mails wait for, and what the server counts of tables and sessions. Superusers only.
do $$
declare
    f regprocedure;
    v regclass;
begin
    for f in
        select p.oid from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f'
            and (p.proname ~ '^pg_(try_)?advisory_' or p.proname ~ '^pg_stat_get_'
                or p.proname = any('{pg_relation_size,pg_total_relation_size,pg_table_size,pg_indexes_size,pg_database_size}'))
    loop
        execute 'revoke execute on function ' || f || ' from public';
    end loop;
    for v in
        select c.oid from pg_class c
        where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'v' and c.relname ~ '^pg_stat(io)?_'
    loop
        execute 'revoke select on ' || v || ' from public';
    end loop;
end $$;
grant execute on function pg_try_advisory_lock(bigint), pg_advisory_unlock(bigint) to hotspots_mailer;

-- name: grant_public#
-- Schema open, and PostGIS's functions in schema public. Nothing else.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk from hotspots_public;
revoke all on schema raw, core, open, audit, alerts, door, desk from hotspots_public;
grant usage on schema open, public to hotspots_public;
grant select on all tables in schema open to hotspots_public;
alter default privileges in schema open grant select on tables to hotspots_public;

-- name: grant_staff#
-- Reads what is current, adds to the audit, changes nothing. Who adds a line, and when, is the database's to say.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk from hotspots_staff;
revoke all on schema raw, core, open, audit, alerts, door, desk from hotspots_staff;
grant usage on schema core, open, audit, public to hotspots_staff;
grant select on all tables in schema core, open to hotspots_staff;
alter default privileges in schema core, open grant select on tables to hotspots_staff;
grant insert (verb, detail) on audit.event to hotspots_staff;
grant select on audit.place_list to hotspots_staff;
grant execute on function core.record_times(), core.ledger_span() to hotspots_staff;

-- name: grant_desk#
-- The server of the staff desk: no table with a true point, a record's words or a credential. Points come through views that ask for a
-- live session and an opened view; who did what is written by functions. docs/roles.md shows it as a table, held by a test.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk, queue from hotspots_desk;
revoke all on all functions in schema raw, core, open, audit, alerts, door, desk, queue from hotspots_desk;
revoke all on schema raw, core, open, audit, alerts, door, desk, queue from hotspots_desk;
grant usage on schema core, open, audit, door, desk, public to hotspots_desk;
grant select on all tables in schema open to hotspots_desk;
alter default privileges in schema open grant select on tables to hotspots_desk;
grant select on
    core.crime_type, core.location_type, core.area_kind, core.area, core.study_area, core.place, core.population, core.population_group, core.risk_factor,
    core.gazetteer, core.label_set, core.grid, core.cell, core.forecast, core.forecast_cell, core.backtest
to hotspots_desk;
grant select (name, srid, timezone, config, labels_version) on core.city to hotspots_desk;
grant select on
    desk.location, desk.incident, desk.location_area, desk.counted, desk.delivery, desk.reject,
    desk.visit_that_counts, desk.missed_that_counts, desk.dose_that_counts,
    desk.place, desk.place_version, desk.comment, desk.follower, desk.issued_list, desk.listed_place, desk.sheet, desk.tick, desk.packet
to hotspots_desk;
grant insert on
    desk.place, desk.place_version, desk.comment, desk.follower, desk.issued_list, desk.listed_place, desk.sheet, desk.tick, desk.packet
to hotspots_desk;
grant update (name, aliases, owner, geom, version, merged_into, ended_at) on desk.place to hotspots_desk;
grant update (owner, issued_by, issued_at, review_date, withdrawn_by, withdrawn_at, withdrawn_reason) on desk.issued_list to hotspots_desk;
grant update (done, reason, by, at), delete on desk.tick to hotspots_desk;
grant delete on desk.follower, desk.comment, desk.subscription to hotspots_desk;
grant select, insert on desk.saved_view, desk.view_version, desk.subscription to hotspots_desk;
grant update (name, roles, districts, version, withdrawn_at) on desk.saved_view to hotspots_desk;
grant update (every_days) on desk.subscription to hotspots_desk;
grant select, insert on
    desk.problem, desk.problem_place, desk.hypothesis, desk.action, desk.action_place, desk.dose, desk.plan, desk.plan_box, desk.box_day,
    desk.box_change, desk.visit, desk.missed_visits, desk.design, desk.evaluation, desk.signature, desk.published_effect, desk.change,
    desk.log_link, desk.taken_back, desk.tick_before
to hotspots_desk;
grant update (title, statement, tests, owner, partners, due, state, closed_reason, version) on desk.problem to hotspots_desk;
grant update (found) on desk.hypothesis to hotspots_desk;
grant update (state, abandoned_reason, done_by, due, cost) on desk.action to hotspots_desk;
grant update (state, approved_by, approved_at, closed_reason, outlook) on desk.plan to hotspots_desk;
grant update (visits) on desk.missed_visits to hotspots_desk;
grant update (call_sign) on desk.visit to hotspots_desk;
grant delete on desk.problem_place to hotspots_desk;
grant usage on schema queue to hotspots_desk;
grant select on queue.job to hotspots_desk;
grant execute on function
    door.wait_s(text, text, bytea), door.note_failure(text, text, bytea), door.credential_of(text), door.spend_step(int, bigint),
    door.spend_recovery_code(int, bytea), door.begin_session(int, bytea, bytea, int), door.person_of(bytea), door.see_session(bytea),
    door.end_session(bytea), door.link_of(bytea), door.spend_link(bytea, text),
    door.accept_invitation(bytea, text, bytea, text, bigint, bytea[]), door.people(), door.end_sessions_of(int),
    door.add_read_key(bytea, text, int), door.read_keys(), door.end_read_key(int), door.use_read_key(bytea, jsonb),
    door.propose(text, text, text, boolean, text[]), door.proposals(), door.decide(int, boolean, bytea), door.disable_account(int), door.account_acts(),
    desk.tidy_counts(bytea, text, text, date, date),
    door.begin_flow(bytea, bytea, text, text, text), door.spend_flow(bytea, bytea), door.admit(text, text, text, text, boolean, text[]),
    door.begin_half(bytea, int, text), door.half_of(bytea), door.miss_half(bytea), door.pass_half(bytea, bigint, bytea, text),
    audit.open_view(text, jsonb, text, bytea), audit.opened_view(bytea), audit.note(text, jsonb), audit.read_lines(int), door.stop_mails(uuid),
    desk.readable_label_sets(), desk.readable_ground(), queue.ask(text, jsonb), queue.withdraw(bigint), desk.has_session(), desk.data_version(), desk.may_count(), desk.box_days(int[], date, date, float8, int, int),
    desk.nearest_names(float8[], float8[]),
    core.record_times(), core.ledger_span(), audit.tell(text, jsonb),
    desk.begin_change(text, text, text, text), desk.own_changes(), desk.take_back(bigint), desk.me(), desk.sees_view(text, text[], text[])
to hotspots_desk;

-- name: grant_alerts#
-- Adds subscriptions, and confirms or deletes the one whose token it holds (row policies of migration 0009). It reads no address.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk from hotspots_alerts;
revoke all on schema raw, core, open, audit, alerts, door, desk from hotspots_alerts;
grant usage on schema alerts to hotspots_alerts;
grant insert (email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual) on alerts.subscription to hotspots_alerts;
grant select (subscription_id, asked_at, confirmed_at), update (confirmed_at), delete on alerts.subscription to hotspots_alerts;
grant select (subscription_id, token_hash) on alerts.mail to hotspots_alerts;

-- name: grant_mailer#
-- Reads addresses, deletes what was not confirmed, keeps account of its mails. What it tells it reads as the public does, with that key.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk from hotspots_mailer;
revoke all on schema raw, core, open, audit, alerts, door, desk from hotspots_mailer;
grant usage on schema alerts to hotspots_mailer;
grant select, delete, update (told_through, seen_vintage) on alerts.subscription to hotspots_mailer;
grant select, delete, insert (subscription_id, vintage_id, token_hash), update (sent_at) on alerts.mail to hotspots_mailer;

-- name: grant_concerns#
-- The public process's key of concerns: it adds one and asks for the state of one, by functions that give no text. It selects no table at all.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk, intake from hotspots_concerns;
revoke all on all functions in schema intake from hotspots_concerns;
revoke all on schema raw, core, open, audit, alerts, door, desk, intake from hotspots_concerns;
grant usage on schema intake to hotspots_concerns;
grant execute on function
    intake.rules(), intake.spend_form(bytea), intake.system_of(bytea), intake.status_of(bytea), intake.reopen(bytea, bytea, text),
    intake.public_counts(), intake.requests_of(bytea, text, text, text, timestamptz, timestamptz),
    intake.submit(text, bytea, text, bytea, text, text, int, bigint, double precision, double precision, text, text, bytea, text, text)
to hotspots_concerns;

-- name: grant_desk_concerns#
-- The desk's inbox: states through a view, a text by a function that wants an opened view, every change by a function.
revoke all on all tables in schema intake from hotspots_desk;
revoke all on all functions in schema intake from hotspots_desk;
revoke all on schema intake from hotspots_desk;
grant usage on schema intake to hotspots_desk;
grant select on desk.concern to hotspots_desk;
grant execute on function
    intake.may_read(geometry), intake.text_of(int), intake.take(int, text, date), intake.give_answer(int, text, text),
    intake.redact(int, bytea, bytea, text), intake.let_in(int), intake.link_problem(int, int), intake.history_of(int), intake.desk_rules()
to hotspots_desk;

-- name: grant_share#
-- The partners' server: rows of schema share that are its session's partner's (row policies of the schema), sign-in, and what is public.
-- The desk shares and withdraws.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk, intake, share from hotspots_partners;
revoke all on all functions in schema raw, core, open, audit, alerts, door, desk, intake, share from hotspots_partners;
revoke all on schema raw, core, open, audit, alerts, door, desk, intake, share from hotspots_partners;
grant usage on schema open, audit, door, share, public to hotspots_partners;
grant select on all tables in schema open to hotspots_partners;
alter default privileges in schema open grant select on tables to hotspots_partners;
grant select on share.item, share.reply to hotspots_partners;
grant insert (item_id, by, words) on share.reply to hotspots_partners;
grant execute on function
    share.me(), share.sharer(), share.partners(), audit.note(text, jsonb), door.stop_mails(uuid), door.wait_s(text, text, bytea), door.note_failure(text, text, bytea), door.credential_of(text),
    door.spend_step(int, bigint), door.spend_recovery_code(int, bytea), door.begin_session(int, bytea, bytea, int), door.person_of(bytea),
    door.see_session(bytea), door.end_session(bytea), door.link_of(bytea), door.spend_link(bytea, text),
    door.accept_invitation(bytea, text, bytea, text, bigint, bytea[])
to hotspots_partners;
revoke all on all tables in schema share from hotspots_desk;
revoke all on all functions in schema share from hotspots_desk;
revoke all on schema share from hotspots_desk;
grant usage on schema share to hotspots_desk;
grant select, insert (partner, kind, number, title, words, due, shared_by), delete on share.item to hotspots_desk;
grant select on share.reply to hotspots_desk;
grant execute on function share.me(), share.sharer(), share.partners() to hotspots_desk;

-- name: grant_worker#
-- Does the jobs that analysts ask for. It learns from where, when and what, never from an address, a number or a record's words; it keeps
-- forecasts and backtests, writes the public forecasts, and moves its jobs. It asks for none.
revoke all on all tables in schema raw, core, open, audit, alerts, door, desk, intake, queue, share from hotspots_worker;
revoke all on all functions in schema raw, core, open, audit, alerts, door, desk, intake, queue, share from hotspots_worker;
revoke all on schema raw, core, open, audit, alerts, door, desk, intake, queue, share from hotspots_worker;
grant usage on schema core, open, queue, public to hotspots_worker;
grant select on all tables in schema open to hotspots_worker;
alter default privileges in schema open grant select on tables to hotspots_worker;
grant insert, delete on open.forecast to hotspots_worker;
grant insert on open.forecast_cell to hotspots_worker;
grant select on
    core.crime_type, core.area_kind, core.area, core.study_area, core.place, core.risk_factor, core.label_set, core.population, core.population_group,
    core.grid, core.cell, core.forecast, core.forecast_cell, core.backtest
to hotspots_worker;
grant select (name, srid, timezone, config, labels_version) on core.city to hotspots_worker;
grant select (version_id, incident_key, location_id, crime_type_id, occurred_from, occurred_to, time_precision, known_from, known_to)
    on core.incident_version to hotspots_worker;
grant select (location_id, geom, in_study_area, label_set_id) on core.location to hotspots_worker;
grant insert on core.grid, core.cell, core.forecast, core.forecast_cell, core.backtest to hotspots_worker;
grant delete on core.forecast to hotspots_worker;
grant update (public_number) on core.forecast to hotspots_worker;
grant select on queue.job to hotspots_worker;
grant update (lease_until, worker, tries, progress, doing, ended_at, failed) on queue.job to hotspots_worker;
grant execute on function core.ledger_span(), core.record_times() to hotspots_worker;
