-- By what an address-only incident was placed; null where the record itself tells the point, and where there is none.
alter table core.location add column placed_by text check (placed_by in ('address', 'block', 'intersection'));
