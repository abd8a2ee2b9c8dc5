-- Lists of places that were made before: staff read them to say how long a place has been on lists. Other lines of the audit stay unread.
create view audit.place_list as
select event_id, at, detail from audit.event where verb = 'at_risk';
comment on view audit.place_list is 'Lists of places at risk: what was asked, the codes of the places, which were drawn blindly, and the seed.';
