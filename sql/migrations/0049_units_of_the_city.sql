-- The units of pages, sheets, feeds and mails, where the city file says them; null: as the country of the time zone measures.
alter table open.city
    add column distances text check (distances in ('metres', 'miles')),
    add column clock smallint check (clock in (12, 24));
