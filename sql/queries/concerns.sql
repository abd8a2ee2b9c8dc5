-- Concerns of residents: what the public process and the owner's commands ask. Every question of a server is a function of schema intake.

-- name: rules()^
select rules, key_id, public_key, form_key from intake.rules();

-- name: spend_form(form_hash)$
select intake.spend_form(:form_hash::bytea);

-- name: submit(reference, token_hash, source, key_hash, lang, category, anchor_id, gazetteer_id, lon, lat, part_of_day, days, sealed, seal_key, network)$
select intake.submit(:reference, :token_hash::bytea, :source, :key_hash::bytea, :lang, :category, :anchor_id::int, :gazetteer_id::bigint,
                     :lon::float8, :lat::float8, :part_of_day, :days, :sealed::bytea, :seal_key, :network);

-- name: status_of(token_hash)^
select reference, category, place, received_at, state, read_at, due, answer, answer_words, answered_at, reopened_at, may_reopen, is_text_gone
from intake.status_of(:token_hash::bytea);

-- name: reopen(token_hash, sealed, seal_key)$
select intake.reopen(:token_hash::bytea, :sealed::bytea, :seal_key);

-- name: public_counts()
select category, concerns, answered from intake.public_counts();

-- name: is_system(key_hash)$
select intake.system_of(:key_hash::bytea) is not null;

-- name: requests_of(key_hash, reference, state, category, since, until)
select reference, category, place, lon, lat, received_at, state, due, answer, answer_words, changed_at
from intake.requests_of(:key_hash::bytea, :reference::text, :state::text, :category::text, :since::timestamptz, :until::timestamptz);

-- name: keep_public_key(key_id, public_key)!
insert into intake.seal_key (key_id, public_key) values (:key_id, :public_key) on conflict do nothing;

-- The owner's commands --------------------------------------------------------------------------------------------------

-- name: list_concerns()
-- Those that wait, the oldest due first; never a text.
select reference, category, place, area_code, received_at, state, held, owner, due, problem_id
from intake.concern where state <> 'answered' order by coalesce(due, received_at::date), received_at, concern_id;

-- name: waiting(today)^
-- How many are not read, open, overdue and held back.
select count(*) filter (where state = 'received' and not held), count(*) filter (where state <> 'answered' and not held),
       count(*) filter (where state <> 'answered' and due < :today), count(*) filter (where held)
from intake.concern;

-- name: timezone()$
select timezone from core.city;

-- name: forget_old()$
select intake.forget_old();

-- name: erase(reference)$
-- The text goes for good; what it was about, where and how it was answered stays.
with gone as (
    update intake.concern set sealed = null, sealed_again = null, network_hash = null, text_deleted_at = coalesce(text_deleted_at, now())
    where reference = :reference returning concern_id
)
select count(*) from gone;

-- name: add_system(name, key_hash)!
insert into intake.city_system (name, key_hash) values (:name, :key_hash)
on conflict (name) do update set key_hash = excluded.key_hash, disabled_at = null, made_at = now();

-- name: disable_system(name)$
with gone as (update intake.city_system set disabled_at = now() where name = :name and disabled_at is null returning 1)
select count(*) from gone;

-- name: list_systems()
select name, made_at, disabled_at from intake.city_system order by name;
