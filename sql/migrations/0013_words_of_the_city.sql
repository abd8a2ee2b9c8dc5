-- What the city file's own words are in other languages: {"es": {"service": …, "labels": {"Burglary": …}, "location_types": {"STREET": …}}}.
alter table open.city add column words jsonb not null default '{}';
