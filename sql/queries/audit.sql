-- Who did what. `at` and `actor` are the database's own: no role but the owner may write them.

-- name: write_line(verb, detail)!
insert into audit.event (verb, detail) values (:verb, :detail::jsonb);
-- name: tell(verb, detail)!
-- Of the session that the transaction carries, or with the owner's key of who was claimed at the shell.
select audit.tell(:verb, :detail::jsonb);
