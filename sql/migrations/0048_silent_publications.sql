-- The fingerprint of what decides the counts of sensitive reports: they are counted anew where it changes, and where a month ends.
alter table core.publication add column counts text;

-- When a feed brought something is not public: it may have been a report that may not be told.
alter table open.feed drop column last_new;
