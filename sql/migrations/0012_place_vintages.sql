-- Places with the days on which they stand, as areas and risk factors have them.
alter table core.place add column valid daterange not null default '(,)';
