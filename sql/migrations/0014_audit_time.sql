-- now() is the start of a transaction, which may have been opened long before.
alter table audit.event alter column at set default clock_timestamp();
