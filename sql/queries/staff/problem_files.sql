-- Problems as files: their words and version, places, hypotheses; terms of actions.

-- name: save_problem(problem_id, version, title, statement, tests, owner, partners, due)!
update desk.problem set title = :title, statement = :statement, tests = :tests::text[], owner = :owner, partners = :partners::text[],
       due = :due, version = version + 1
where problem_id = :problem_id and version = :version and state <> 'closed';

-- name: read_file(problem_id)^
select version, tests, opened_by, opened_at from desk.problem where problem_id = :problem_id;

-- name: add_place(problem_id, place_id, person)!
insert into desk.problem_place (problem_id, place_id, added_by) values (:problem_id, :place_id, :person) on conflict do nothing;

-- name: read_places(problem_id)
select p.code, p.name, st_area(p.geom) / 1e6 as km2
from desk.problem_place as x join desk.place as p using (place_id) where x.problem_id = :problem_id order by x.added_at;

-- name: outlines(problem_id)
select st_asbinary(p.geom) from desk.problem_place as x join desk.place as p using (place_id) where x.problem_id = :problem_id;

-- name: add_hypothesis(problem_id, thought, said, wrong_if, factor, person)!
insert into desk.hypothesis (problem_id, thought, said, wrong_if, factor, written_by)
values (:problem_id, :thought, :said, :wrong_if, :factor, :person);

-- name: read_hypotheses(problem_id)
select hypothesis_id, thought, said, wrong_if, factor, found, written_by, written_at
from desk.hypothesis where problem_id = :problem_id order by hypothesis_id;

-- name: settle_hypothesis(problem_id, hypothesis_id, found)!
update desk.hypothesis set found = :found where hypothesis_id = :hypothesis_id and problem_id = :problem_id;

-- name: set_terms(action_id, done_by, due)!
update desk.action set done_by = :done_by, due = :due where action_id = :action_id;

-- name: read_terms()
-- Who does each action and until when: the due day, else its last day.
select action_id, done_by, coalesce(due, ends_on - 1) from desk.action;
