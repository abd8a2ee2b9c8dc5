-- The day on which an incident became public, without a break since: whoever keeps every publication knows it already. Null: before this was noted.
alter table open.incident add column public_since date;
