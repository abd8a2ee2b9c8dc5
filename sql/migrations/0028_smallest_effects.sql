-- The sentence of an effect is said in every language from its parts; the smallest change that could have been seen is one of them.
alter table open.done_action add column smallest_effect double precision;
