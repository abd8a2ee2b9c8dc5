-- One way back for every change of the desk. A change that a page announces (desk.begin_change) keeps the rows that it touches, as they were
-- and as they became; desk.take_back puts them back while nobody changed them since. A table takes part by one trigger.
create table desk.undo (
    undo_id bigint generated always as identity primary key,
    account_id int not null references door.account on delete cascade,
    at timestamptz not null default now(),
    made_in xid8 not null default pg_current_xact_id(), -- only this transaction may add rows
    thing text not null,                      -- 'place 12'
    words text not null check (length(words) between 1 and 400),
    path text not null,                       -- of the page that shows the thing
    needs text not null,                      -- the permission of the change
    undone_at timestamptz
);
create index undo_account on desk.undo (account_id, undo_id);

create table desk.undo_row (
    undo_id bigint not null references desk.undo on delete cascade,
    n bigint generated always as identity,
    relation text not null,
    was text,                                 -- the row before; null: there was none
    became text,                              -- the row after; null: it was deleted
    primary key (undo_id, n),
    check (num_nulls(was, became) < 2)
);

create function desk.begin_change(thing_ text, words_ text, path_ text, needs_ text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    person door.live_session := door.current_session();
    number bigint;
begin
    if person.account_id is null then
        return null;                          -- a command with the owner's key
    end if;
    delete from desk.undo where at < now() - interval '1 day';
    insert into desk.undo (account_id, thing, words, path, needs)
    values (person.account_id, thing_, left(words_, 400), path_, needs_) returning undo_id into number;
    perform set_config('hotspots.change', number::text, true);
    return number;
end
$$;
comment on function desk.begin_change(text, text, text, text) is
    'Announces a change of the asking session: rows that this transaction touches from here on are kept for its way back.';

create function desk.keep_row() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set extra_float_digits = 1
as $$
declare
    change bigint := nullif(current_setting('hotspots.change', true), '')::bigint;
begin
    if change is null or not exists (select from desk.undo u where u.undo_id = change and u.made_in = pg_current_xact_id()) then
        return null;
    end if;
    if tg_op = 'UPDATE' then                  -- a row touched twice goes back in one step
        update desk.undo_row set became = new::text where undo_id = change and relation = tg_table_name and became = old::text;
        if found then
            return null;
        end if;
    elsif tg_op = 'DELETE' then
        delete from desk.undo_row where undo_id = change and relation = tg_table_name and became = old::text and was is null;
        if found then
            return null;
        end if;
        update desk.undo_row set became = null where undo_id = change and relation = tg_table_name and became = old::text;
        if found then
            return null;
        end if;
    end if;
    insert into desk.undo_row (undo_id, relation, was, became) values (
        change, tg_table_name,
        case when tg_op <> 'INSERT' then old::text end,
        case when tg_op <> 'DELETE' then new::text end);
    return null;
end
$$;
comment on function desk.keep_row() is 'Trigger of every table of the desk whose changes have a way back.';

create function desk.own_changes() returns table (undo_id bigint, at timestamptz, thing text, words text, path text, needs text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select u.undo_id, u.at, u.thing, u.words, u.path, u.needs
    from desk.undo u
    where u.account_id = (door.current_session()).account_id and u.undone_at is null and u.at > now() - interval '10 minutes'
      and exists (select from desk.undo_row r where r.undo_id = u.undo_id)
    order by u.undo_id desc limit 20
$$;
comment on function desk.own_changes() is 'What whoever asks changed in the last ten minutes and can still take back, newest first.';

create function desk.take_back(undo_id_ bigint) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set extra_float_digits = 1
as $$
declare
    change desk.undo;
    one record;
    relation_ regclass;
    key_columns text;
    given_columns text;                       -- those that a row is made with
    set_columns text;                         -- those that an update may set
    set_values text;
    n int := 0;
begin
    select u.* into change from desk.undo u where u.undo_id = undo_id_ and u.account_id = (door.current_session()).account_id for update;
    if change.undo_id is null then
        raise invalid_parameter_value using message = 'there is no such change of yours, or it is too long ago';
    elsif change.undone_at is not null then
        raise invalid_parameter_value using message = 'this was taken back already';
    elsif change.at < now() - interval '10 minutes' then
        raise invalid_parameter_value using message = 'a change can be taken back for ten minutes, and these are over';
    end if;
    for one in select r.relation, r.was, r.became from desk.undo_row r where r.undo_id = undo_id_ order by r.n desc loop
        relation_ := format('desk.%I', one.relation)::regclass;
        select string_agg(format('%I', a.attname), ', ' order by a.attnum) filter (where a.attnum = any(i.indkey::int2[])),
            string_agg(format('%I', a.attname), ', ' order by a.attnum) filter (where a.attgenerated = ''),
            string_agg(format('%I', a.attname), ', ' order by a.attnum) filter (where a.attgenerated = '' and a.attidentity = ''),
            string_agg(case when a.attname = 'version' then 't.version + 1' else format('w.%I', a.attname) end, ', ' order by a.attnum)
                filter (where a.attgenerated = '' and a.attidentity = '')
        into key_columns, given_columns, set_columns, set_values
        from pg_attribute a join pg_index i on i.indrelid = a.attrelid and i.indisprimary
        where a.attrelid = relation_ and a.attnum > 0 and not a.attisdropped;
        if one.was is null then
            execute format('delete from %1$s t where (%2$s) = (select %2$s from (select ($1::%1$s).*) w) and t::text = $1', relation_, key_columns)
            using one.became;
        elsif one.became is null then
            execute format('insert into %1$s (%2$s) overriding system value select %2$s from (select ($1::%1$s).*) w', relation_, given_columns)
            using one.was;
        else
            execute format(
                'update %1$s t set (%2$s) = row(%3$s) from (select ($1::%1$s).*) w, (select ($2::%1$s).*) b where %4$s and t::text = $2',
                relation_, set_columns, set_values,
                (select string_agg(format('t.%1$s = b.%1$s', k), ' and ') from unnest(string_to_array(key_columns, ', ')) as k))
            using one.was, one.became;
        end if;
        get diagnostics n = row_count;
        if n <> 1 then
            raise invalid_parameter_value using message = 'it was changed again since: taking it back would lose that';
        end if;
    end loop;
    if n = 0 then
        raise invalid_parameter_value using message = 'nothing was changed';
    end if;
    update desk.undo u set undone_at = now() where u.undo_id = undo_id_;
    perform audit.line('undo', jsonb_build_object('change', undo_id_, 'of', change.thing));
end
$$;
comment on function desk.take_back(bigint) is
    'Puts the rows of an own change of the last ten minutes back as they were, a version higher; raises where somebody changed them since.';

do $$
declare
    kept text;
begin
    foreach kept in array '{place,comment,follower,issued_list,problem,problem_place,hypothesis,action,plan}'::text[]
    loop
        execute format('create trigger keep_row after insert or update or delete on desk.%I for each row execute function desk.keep_row()', kept);
    end loop;
end
$$;

-- Codes of more than four digits: lpad cut them, so that number 10,000 was called as number 1,000 is.
alter table desk.place drop column code, add column code text generated always as ('P-' || lpad(place_id::text, greatest(4, length(place_id::text)), '0')) stored;
alter table desk.issued_list drop column code, add column code text generated always as ('L-' || lpad(list_id::text, greatest(4, length(list_id::text)), '0')) stored;
alter table desk.sheet drop column code, add column code text generated always as ('S-' || lpad(sheet_id::text, greatest(4, length(sheet_id::text)), '0')) stored;
alter table desk.packet drop column code, add column code text generated always as ('C-' || lpad(packet_id::text, greatest(4, length(packet_id::text)), '0')) stored;
create unique index place_code on desk.place (code);
create unique index list_code on desk.issued_list (code);
create unique index sheet_code on desk.sheet (code);
create unique index packet_code on desk.packet (code);
