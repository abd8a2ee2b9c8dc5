-- Stretches of which nothing is known of one area, though the rest of the city delivered: by number of the area, pairs of first day and day after.
alter table open.vintage add column area_gaps jsonb not null default '{}';
