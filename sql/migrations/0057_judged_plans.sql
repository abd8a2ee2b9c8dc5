-- A plan that was judged stays closed, whatever is taken back: the judgement was of a plan that had ended.
create function desk.refuse_reopening() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from desk.evaluation e join desk.design d using (design_id) where d.plan_id = old.plan_id) then
        raise invalid_parameter_value using message = 'this plan was judged: it stays closed';
    end if;
    return new;
end
$$;
comment on function desk.refuse_reopening() is 'Trigger: a closed plan is not opened again once it was judged.';
create trigger judged_plan_stays_closed before update of state on desk.plan for each row
    when (old.state = 'closed' and new.state <> 'closed') execute function desk.refuse_reopening();
