-- A small delivery looks up a few rows of a long history: incidents that were withdrawn and come back, and those of withheld types.
create index incident_version_withdrawn on core.incident_version (incident_key) where withdrawn;
create index incident_version_type on core.incident_version (crime_type_id) where known_to is null;
