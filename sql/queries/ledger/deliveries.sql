-- Deliveries of incidents that the ledger holds.

-- name: read_contents()
-- The newest content of each file.
select distinct on (file) file, sha256 from raw.delivery where dataset = 'incidents' order by file, delivery_id desc;

-- name: read_config()$
-- The city file by which the last load read, as JSON text; null before the first.
select (select config::text from core.city);
