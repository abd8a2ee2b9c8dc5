-- What is not known is never 0: kinds of area whose areas no incident bears, and reports of a type that are hidden.

-- False: areas of this kind count sensitive reports only; no incident is published with one, so none can be asked for.
alter table open.area_kind add column is_label boolean not null default true;

-- About how many reports of the type are not published as rows, in the whole months of the data; null: none. A sum of whole months,
-- rounded up to tens, from a thousand on to hundreds.
alter table open.crime_type add column hidden int;
