-- The search by name asks for places and areas only: among all the crossings its nearest names took a hundred times as long to find.
drop index open.open_gazetteer_key;
create index open_gazetteer_name on open.gazetteer using gist (key gist_trgm_ops (siglen = 64)) where kind in ('place', 'area');
