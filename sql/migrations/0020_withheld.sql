-- How many reports are public in no form because nobody has decided about their kind of offence, or because the city withholds it.
alter table open.vintage add column withheld int;  -- rounded down to a multiple of the city's suppress_below
