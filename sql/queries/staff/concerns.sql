-- The desk's inbox of concerns: states through a guarded view, texts and changes by functions (migration 0032).

-- name: read_concerns()
-- Those that wait first, the oldest due first; then the newest answered ones.
select concern_id, reference, source, lang, category, place, area_code, part_of_day, days, received_at, held, state, read_at, owner, due,
       answer, answer_words, answered_at, answered_by, reopened_at, problem_id, redacted_by, is_text_gone, has_more, lon, lat
from desk.concern
order by state = 'answered', held, coalesce(due, received_at::date), received_at, concern_id
limit 500;

-- name: read_concern(concern_id)^
select concern_id, reference, source, lang, category, place, area_code, part_of_day, days, received_at, held, state, read_at, owner, due,
       answer, answer_words, answered_at, answered_by, reopened_at, problem_id, redacted_by, is_text_gone, has_more, lon, lat
from desk.concern where concern_id = :concern_id;

-- name: text_of(concern_id)^
select sealed, sealed_again, seal_key, reference from intake.text_of(:concern_id);

-- name: history_of(concern_id)
select at, by, verb from intake.history_of(:concern_id);

-- name: rules()^
select rules, key_id from intake.desk_rules();

-- name: take(concern_id, owner, due)$
select intake.take(:concern_id, :owner, :due);

-- name: give_answer(concern_id, answer, words)$
select intake.give_answer(:concern_id, :answer, :words);

-- name: redact(concern_id, sealed, sealed_again, seal_key)$
select intake.redact(:concern_id, :sealed::bytea, :sealed_again::bytea, :seal_key);

-- name: let_in(concern_id)$
select intake.let_in(:concern_id);

-- name: link_problem(concern_id, problem_id)$
select intake.link_problem(:concern_id, :problem_id);
