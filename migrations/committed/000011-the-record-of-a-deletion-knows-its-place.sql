--! Previous: sha1:26f76ba10ff3d202d608bc9e9dfbedd26331976c
--! Hash: sha1:3fcf1af38c9f7987a4d97cfb9f641eb13c69d640
--! Message: the record of a deletion knows its place

-- As before, and besides: of a patrol that the trail knows nothing of, for it was adopted or is older, the record of its
-- deletion itself has date and place; the records of its entries come after it.
create or replace function public.write_audit(
  action text, patrol_id uuid, patrol_entry_id uuid, before jsonb, after jsonb, student_ids uuid[] default '{}'
) returns void language plpgsql as $$
begin
  if current_setting('patrol.erasing', true) = 'on' then
    return;
  end if;
  -- In milliseconds of this clock; not there where somebody changes the tables past the service.
  if extract(epoch from clock_timestamp()) * 1000 > nullif(current_setting('patrol.deadline', true), '')::numeric then
    raise exception 'the caller no longer waits for this change' using errcode = '57T00';
  end if;
  insert into public.audit_trail (
    action, patrol_id, patrol_entry_id, user_id, trace_id, before, after, student_ids, date, building, entrance
  )
  select
    write_audit.action, write_audit.patrol_id, write_audit.patrol_entry_id,
    nullif(current_setting('patrol.user_id', true), '')::uuid,
    nullif(current_setting('patrol.trace_id', true), ''),
    write_audit.before, write_audit.after, write_audit.student_ids,
    place.date, place.building, place.entrance
  from (select) as one left join lateral (
    select patrols.date, patrols.building, patrols.entrance
    from public.patrols
    where patrols.patrol_id = write_audit.patrol_id
    union all
    select
      (write_audit.before->>'date')::date,
      write_audit.before->>'building',
      (write_audit.before->>'entrance')::smallint
    where write_audit.action = 'patrol_deleted'
    union all
    select trail.date, trail.building, trail.entrance
    from public.audit_trail as trail
    where trail.patrol_id = write_audit.patrol_id and trail.date is not null
    limit 1
  ) as place on true;
end
$$;
