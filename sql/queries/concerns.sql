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
