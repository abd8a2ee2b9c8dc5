-- Sign-in by the agency's identity provider: functions of schema door, and no table.

-- name: begin_flow(state_hash, browser_hash, nonce, verifier, next_path)$
select door.begin_flow(:state_hash, :browser_hash, :nonce, :verifier, :next_path);

-- name: spend_flow(state_hash, browser_hash)^
select nonce, verifier, next_path from door.spend_flow(:state_hash, :browser_hash);

-- name: admit(issuer, subject, wish, role, all_areas, areas)$
select door.admit(:issuer, :subject, :wish, :role, :all_areas, :areas);

-- name: begin_half(token_hash, account_id, next_path)$
select door.begin_half(:token_hash, :account_id, :next_path);

-- name: half_of(token_hash)^
select account_id, name, role, totp_seed, next_path from door.half_of(:token_hash);

-- name: miss_half(token_hash)!
select door.miss_half(:token_hash);

-- name: pass_half(token_hash, step, seed, key_id)$
select door.pass_half(:token_hash, :step, :seed::bytea, :key_id::text);
