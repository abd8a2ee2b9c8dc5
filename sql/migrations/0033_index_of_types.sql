-- Incidents of one type, newest first, at any age: without it a page of a rare type reads days of everything.
create index open_incident_type on open.incident (crime_type_id, day);
