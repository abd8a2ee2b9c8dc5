-- Places may have other names and a postcode, by which the search finds them; and the ground around a city has water, towns and airports with names.
alter table core.place add column aliases text[] not null default '{}', add column postcode text;
comment on column core.place.aliases is 'Other names as the city writes them.';

create table core.backdrop (
    backdrop_id int generated always as identity primary key,
    kind text not null check (kind in ('water', 'town', 'airport')),
    name text not null,
    geom geometry not null
);
comment on table core.backdrop is 'What the map shows beside the city''s own ground.';

-- The key of each other name stands at the same position.
alter table open.gazetteer add column aliases text[] not null default '{}', add column alias_keys text[] not null default '{}', add column postcode text;
create index open_gazetteer_aliases on open.gazetteer (gazetteer_id) where alias_keys <> '{}';
create index open_gazetteer_postcode on open.gazetteer (postcode) where postcode is not null;

alter table open.base drop constraint base_layer_check;
alter table open.base add constraint base_layer_check check (layer in ('land', 'park', 'street', 'water', 'town', 'airport'));
