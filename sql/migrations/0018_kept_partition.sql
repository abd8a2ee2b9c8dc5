-- The partition of addresses and ground is kept for good. A publication adds to its groups and merges them; it cuts none anew, so that
-- whoever holds two publications and intersects the groups that an incident was shown at is left with a whole group.

-- Every address that was ever in a group. Those that the list has lost stay: what was reported there is still shown at their group.
alter table core.address_site
    drop constraint address_site_pkey,
    alter column gazetteer_id drop not null,  -- its entry in today's list; null: the list has lost it
    add column entry_id bigint generated always as identity primary key,
    add column street text,
    add column number int,
    add column geom geometry(Point);
delete from core.address_site s where not exists (select from core.gazetteer g where g.gazetteer_id = s.gazetteer_id);
update core.address_site s set street = g.street, number = coalesce(g.number_from, 0), geom = g.geom
from core.gazetteer g where g.gazetteer_id = s.gazetteer_id;
alter table core.address_site
    alter column street set not null,
    alter column number set not null,
    alter column geom set not null;
create index address_site_geom on core.address_site using gist (geom);
create index address_site_gazetteer on core.address_site (gazetteer_id);

-- The ground of each piece, so that a location finds its piece whatever the lattice's spacing and the areas are today.
alter table core.lattice_piece
    drop constraint lattice_piece_pkey,
    add column piece_id int generated always as identity primary key,
    add column geom geometry;                 -- null: made before ground was kept, and filled by the next publication
create index lattice_piece_geom on core.lattice_piece using gist (geom);

alter table core.anchor_site
    add column reported int not null default 0;  -- of a lattice point: the most different doors that were ever reported there

-- Anchors are kept too, with new labels where areas change: two of one block may then show the same.
drop index core.anchor_of_site;
create index anchor_of_site on core.anchor (site_id);
-- Of an anchor without a point: the areas that it was first shown with. Later ones are of these, never others.
alter table core.anchor add column born_ids int[];
update core.anchor set born_ids = label_ids where site_id is null;
