-- Numbers in `open` are given when something is first public, in an order that tells nothing: a gap in them told of words, blocks, forecasts and
-- effects that are not public. What is public already keeps its number.
alter table core.location_type add column public_number smallint unique;
update core.location_type set public_number = location_type_id where location_type_id in (select location_type_id from open.location_type);

alter table core.anchor_site add column public_number int unique;  -- of a block that can be searched
update core.anchor_site s set public_number = site_id
where kind = 'block' and exists (select from open.gazetteer g where g.gazetteer_id = s.site_id::bigint * 10 + 4);

alter table core.forecast add column public_number int unique;
update core.forecast set public_number = forecast_id where forecast_id in (select forecast_id from open.forecast);

alter table desk.published_effect add column public_number int unique;
update desk.published_effect set public_number = evaluation_id where evaluation_id in (select effect_id from open.done_action);

-- An anchor has a number below zero until something is public at it.
create sequence core.anchor_not_shown increment by -1 minvalue -2147483648 maxvalue -1 start with -1;
alter table core.anchor
    alter column anchor_id drop identity,
    alter column anchor_id set default nextval('core.anchor_not_shown');
