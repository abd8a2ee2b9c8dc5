-- Who did what. `at` and `actor` are the database's own: no role but the owner may write them.

-- name: write_line(verb, detail)!
insert into audit.event (verb, detail) values (:verb, :detail::jsonb);
