-- Days inside the data of which nothing is known: a missing month, a feed that stopped. They are not days without incidents.
alter table open.vintage add column gaps datemultirange not null default '{}';
