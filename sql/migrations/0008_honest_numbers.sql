-- Whether the city file publishes arrests, so that a filter can be refused where it could only find nothing.
alter table open.city add column arrest boolean not null default false;
