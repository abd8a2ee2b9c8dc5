-- Under which terms the agency gives its data, where the city file says so: every answer and download carries them.
alter table open.city
    add column licence text,
    add column licence_url text,
    add constraint licence_url_of_a_licence check (licence_url is null or licence is not null);
