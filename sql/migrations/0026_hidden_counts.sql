-- What was hidden once stays hidden: two tables of one month, of which each hides other counts, tell what both hide together.
create table core.counted_month (
    month date primary key,
    kind text not null                        -- the kind of area by which the month was first counted
);
create table core.hidden_count (
    month date not null,
    area_id int not null,                     -- 0: the whole city
    primary key (month, area_id)
);
insert into core.counted_month (month, kind)
select distinct s.month, c.config #>> '{public,sensitive_kind}' from open.sensitive_count s cross join core.city c;
insert into core.hidden_count (month, area_id) select month, area_id from open.sensitive_count where incidents is null;
