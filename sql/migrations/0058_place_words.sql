-- Words for sorts of place that point at one door are published by a coarser group. Which word is published as which is kept for good:
-- what was once published by its group never tells more later.
alter table core.location_type
    add column recorded boolean not null default true,  -- false: a group that no record has named
    add column standing text check (standing in ('told', 'waiting', 'merged')),  -- null: nothing public bears it yet, or it is not decided
    add column shown_as smallint references core.location_type;  -- the word or group that it is published as
update core.location_type set shown_as = location_type_id where public_number is not null;

-- Of a group: the words that it stands for.
alter table open.location_type add column members text[];
