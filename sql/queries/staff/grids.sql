-- The square cells over the study area.

-- name: read_study_area()^
-- The study area in the city's CRS, its SRID and the version of the labels it belongs to.
select st_asbinary(s.geom) as geom, c.srid, c.labels_version
from core.study_area as s cross join core.city as c;

-- name: find_grid(cell_size_m, origin_x, origin_y, labels_version)$
-- The stored grid of this geometry, if there is one.
select grid_id
from core.grid
where cell_size_m = :cell_size_m and origin_x = :origin_x and origin_y = :origin_y and labels_version = :labels_version;

-- name: insert_grid(cell_size_m, origin_x, origin_y, n_rows, n_cols, labels_version)<!
insert into core.grid (cell_size_m, origin_x, origin_y, n_rows, n_cols, labels_version)
values (:cell_size_m, :origin_x, :origin_y, :n_rows, :n_cols, :labels_version)
returning grid_id;

-- name: copy_cells()!
copy core.cell (grid_id, cell_id, row_no, col_no, geom, area_m2) from stdin with (format csv);

-- name: read_grid(grid_id)^
select grid_id, cell_size_m, origin_x, origin_y, n_rows, n_cols from core.grid where grid_id = :grid_id;

-- name: read_cells(grid_id)
select cell_id, row_no, col_no, area_m2, st_asbinary(geom) as geom
from core.cell where grid_id = :grid_id
order by cell_id;

-- name: read_cell_areas(kind, on_day, grid_id)
-- The area of a kind that holds the middle of each cell, as cut at the edge of the study area; null where none does. Each cell lies in one
-- area, so areas add up to the city.
select c.cell_id, a.area_id
from core.cell as c
left join lateral (
    select area_id from core.area
    where kind = :kind and valid @> :on_day::date
      and st_intersects(geom, st_pointonsurface(c.geom))
    order by area_id limit 1
) as a on true
where c.grid_id = :grid_id
order by c.cell_id;
