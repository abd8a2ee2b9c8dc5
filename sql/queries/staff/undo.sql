-- The way back of a change: announced before it, taken back by whoever made it.

-- name: begin_change(thing, words, path, needs)$
select desk.begin_change(:thing, :words, :path, :needs);

-- name: own_changes()
select undo_id, at, thing, words, path, needs from desk.own_changes();

-- name: take_back(undo_id)!
select desk.take_back(:undo_id);

-- name: add_place_version(place_id, person, words)!
insert into desk.place_version (place_id, version, by, change, name, aliases, owner, geom)
select place_id, version, :person, :words, name, aliases, owner, geom from desk.place where place_id = :place_id
on conflict (place_id, version) do nothing;
