-- Residents by group, where the city file names groups of its census: whose streets are visited, beside whose streets are harmed.
create table core.population_group (
    area_id int not null references core.area on delete cascade,
    label text not null check (label <> ''),
    position smallint not null,               -- order in the city file
    year smallint not null,
    residents int not null check (residents >= 0),
    primary key (area_id, label)
);
