-- One load or publication at a time. A lock of a table, not an advisory one: those any role may hold, and keep a load waiting for good.
create table core.load_lock (only_row boolean primary key default true check (only_row));

-- The day that a publication took for today: a clock that was set back would take days off the public map.
alter table core.publication add column today date;

-- A square cut at the study area may meet its edge in a line or a point besides: only the ground counts.
update core.cell set geom = st_collectionextract(geom, 3) where geometrytype(geom) not in ('POLYGON', 'MULTIPOLYGON');
update open.forecast_cell set geom = st_collectionextract(geom, 3) where geometrytype(geom) not in ('POLYGON', 'MULTIPOLYGON');
alter table core.cell add constraint cell_is_ground check (geometrytype(geom) in ('POLYGON', 'MULTIPOLYGON'));
alter table open.forecast_cell add constraint forecast_cell_is_ground check (geometrytype(geom) in ('POLYGON', 'MULTIPOLYGON'));
alter table core.lattice_piece add constraint lattice_piece_is_ground check (geometrytype(geom) in ('POLYGON', 'MULTIPOLYGON'));
