-- What a small delivery asks of a long history is answered from few rows.

-- Whether any row came without an id of the agency: in most cities none did, and looking for one read every key.
create index incident_version_without_id on core.incident_version (known_from) where starts_with(incident_key, 'content:');

-- Reports of withheld types up to a day, and sensitive ones of a month.
drop index core.incident_version_type;
create index incident_version_type on core.incident_version (crime_type_id, occurred_from, sensitive) where known_to is null;
create index incident_version_sensitive on core.incident_version (occurred_from) include (location_id, crime_type_id) where known_to is null and sensitive;

-- Public incidents by day, from which gaps are found: a publication counts the days anew that it touched.
create table core.published_day (
    day date primary key,
    incidents int not null
);
insert into core.published_day (day, incidents) select day, count(*) from open.incident group by day;
