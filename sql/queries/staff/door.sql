-- The door of the staff desk, as its server knows it: functions of schema door, and no table.

-- name: wait_s(name, network, browser)$
select door.wait_s(:name, :network, :browser);

-- name: note_failure(name, network, browser)!
select door.note_failure(:name, :network, :browser);

-- name: credential_of(name)^
select account_id, role, password_hash, totp_seed, totp_key_id from door.credential_of(:name);

-- name: spend_step(account_id, step)$
select door.spend_step(:account_id, :step);

-- name: spend_recovery_code(account_id, code_hash)$
select door.spend_recovery_code(:account_id, :code_hash);

-- name: begin_session(account_id, token_hash, browser, hours)$
select door.begin_session(:account_id, :token_hash, :browser, :hours);

-- name: person_of(token_hash)^
select session_id, account_id, name, role, all_areas, areas, is_demo from door.person_of(:token_hash);

-- name: see_session(token_hash)!
select door.see_session(:token_hash);

-- name: end_session(token_hash)!
select door.end_session(:token_hash);

-- name: link_of(token_hash)^
select account_id, name, role, kind from door.link_of(:token_hash);

-- name: spend_link(token_hash, kind)$
select door.spend_link(:token_hash, :kind);

-- name: accept_invitation(token_hash, password_hash, seed, key_id, step, code_hashes)$
select door.accept_invitation(:token_hash, :password_hash, :seed, :key_id, :step, :code_hashes);

-- name: people()
select account_id, name, role, all_areas, areas, has_credential, disabled_at, live_sessions, seen_at from door.people();

-- name: end_sessions_of(account_id)$
select door.end_sessions_of(:account_id);

-- name: read_lines(newest)
select at, actor, verb, detail from audit.read_lines(:newest);

-- name: note(verb, detail)!
select audit.note(:verb, :detail);

-- name: as_session(token_hash, view)^
-- Who asks, for this transaction.
select set_config('hotspots.session', :token_hash, true), set_config('hotspots.view', :view, true);

-- name: opened_view(key)$
select audit.opened_view(:key);

-- name: open_view(verb, question, purpose, key)$
select audit.open_view(:verb, :question, :purpose, :key);

-- name: data_version()$
select desk.data_version();

-- name: stop_mails(key)$
select door.stop_mails(:key::uuid);

-- name: propose(kind, name, role, all_areas, areas)$
select door.propose(:kind, :name, :role::text, :all_areas, :areas::text[]);

-- name: proposals()
select proposal_id, kind, name, role, all_areas, areas, proposed_by, proposed_at, is_own from door.proposals();

-- name: decide(proposal_id, accept, link_hash)$
select door.decide(:proposal_id, :accept, :link_hash);

-- name: disable_account(account_id)$
select door.disable_account(:account_id);

-- name: account_acts()
select at, actor, verb, detail from door.account_acts();
