-- An anchor at a block stands at the median of its own points: at the block's median, the anchors of a block that two beats
-- share would hide one another on the map.
alter table core.anchor add column geom geometry(Point);  -- null: where its site stands

-- Checked row by row, these references cost more than writing the rows; a publication writes both sides itself, in one transaction.
alter table core.location_anchor drop constraint location_anchor_location_id_fkey;
alter table core.location_anchor drop constraint location_anchor_anchor_id_fkey;
alter table core.anchor drop constraint anchor_site_id_fkey;
alter table core.address_site drop constraint address_site_site_id_fkey;
alter table core.lattice_piece drop constraint lattice_piece_site_id_fkey;
drop index core.location_anchor_anchor;
