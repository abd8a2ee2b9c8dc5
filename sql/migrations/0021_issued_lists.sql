-- Trying a list is not issuing it: only issued lists, and those made before this was told apart, are read back.
create or replace view audit.place_list as
select event_id, at, detail from audit.event where verb = 'at_risk' and coalesce((detail ->> 'issued')::boolean, true);
comment on view audit.place_list is 'Issued lists of places at risk: what was asked, the codes of the places, which were drawn blindly, and the seed.';
