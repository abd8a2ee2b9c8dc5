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
revoke all on schema raw, core, open, audit from public;
revoke all on all tables in schema raw, core, open, audit from public;
revoke all on all functions in schema raw, core, open, audit from public;

-- name: revoke_large_objects#
-- Large objects belong to no schema, and any role may make them unless these functions are closed. Superusers only.
revoke execute on function
    lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea), lowrite(integer, bytea), lo_open(oid, integer)
from public;

-- name: grant_public#
-- Schema open, and PostGIS's functions in schema public. Nothing else.
revoke all on all tables in schema raw, core, open, audit from hotspots_public;
revoke all on schema raw, core, open, audit from hotspots_public;
grant usage on schema open, public to hotspots_public;
grant select on all tables in schema open to hotspots_public;
alter default privileges in schema open grant select on tables to hotspots_public;

-- name: grant_staff#
-- Reads what is current, adds to the audit, changes nothing. The ledger of migrations is not the staff's to write.
revoke all on all tables in schema raw, core, open, audit from hotspots_staff;
revoke all on schema raw, core, open, audit from hotspots_staff;
grant usage on schema core, open, audit, public to hotspots_staff;
grant select on all tables in schema core, open to hotspots_staff;
alter default privileges in schema core, open grant select on tables to hotspots_staff;
grant insert on all tables in schema audit to hotspots_staff;
revoke all on audit.migration from hotspots_staff;
