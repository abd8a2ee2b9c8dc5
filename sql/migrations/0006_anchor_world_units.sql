-- Where an anchor lies in the world's square of EPSG:3857, in whole units of 2^-30 of its side (4 cm), from the west and from the north.
-- A tile is then a range of whole numbers, found in an index, and an anchor's place in it a shift: no geometry is opened to draw it.
alter table open.anchor
    add column world_x int generated always as (floor((st_x(st_transform(geom, 3857)) / 40075016.685578488 + 0.5) * 1073741824)::int) stored,
    add column world_y int generated always as (floor((0.5 - st_y(st_transform(geom, 3857)) / 40075016.685578488) * 1073741824)::int) stored;
create index open_anchor_world on open.anchor (world_x, world_y, anchor_id) where geom is not null;
