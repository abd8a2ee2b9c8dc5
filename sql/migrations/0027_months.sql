-- Where the records tell months only, everything that is asked is asked of whole months.
alter table open.city add column by_month boolean not null default false;
