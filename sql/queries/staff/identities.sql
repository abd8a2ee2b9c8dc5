-- Sign-in by the agency's identity provider: functions of schema door, and no table.

-- name: begin_flow(state_hash, browser_hash, nonce, verifier, next_path)$
select door.begin_flow(:state_hash, :browser_hash, :nonce, :verifier, :next_path);

-- name: spend_flow(state_hash, browser_hash)^
select nonce, verifier, next_path from door.spend_flow(:state_hash, :browser_hash);

-- name: admit(issuer, subject, wish, role, all_areas, areas)$
select door.admit(:issuer, :subject, :wish, :role, :all_areas, :areas);
