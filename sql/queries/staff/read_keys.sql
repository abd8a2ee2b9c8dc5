-- Keys that read counts: made and ended by whoever holds a session, used by a spreadsheet that holds none.

-- name: add_read_key(token_hash, label, days)$
select door.add_read_key(:token_hash, :label, :days);

-- name: read_keys()
select key_id, account, label, made_at, expires_at, used_at, is_live from door.read_keys();

-- name: end_read_key(key_id)$
select door.end_read_key(:key_id);

-- name: use_read_key(token_hash, question)$
select door.use_read_key(:token_hash, :question);

-- name: area_kinds()
select kind from core.area_kind order by position;

-- name: is_by_month()$
select coalesce((select by_month from open.city), false);

-- name: tidy_counts(token_hash, kind, step, since, until)
select period, days, area_code, area, crime_type, label, crime_group, incidents
from desk.tidy_counts(:token_hash, :kind, :step, :since, :until);
