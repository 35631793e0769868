--! Previous: sha1:0c4a3372845731135b5670fa68a8c77ea0c70905
--! Hash: sha1:1b32f066d58fe37e72953fce333ad76ccaccc255
--! Message: trail by place and student, versions

-- The trail says of each change which patrol it is about, by date and place, and which students: it is searched by these,
-- and live events are told by them, also after the patrol was deleted. Reopening and drawing up anew have actions of
-- their own.
lock table public.patrols, public.patrol_entries, public.audit_trail in share row exclusive mode;

alter table public.audit_trail
  add column date date,
  add column building varchar(5),
  add column entrance smallint,
  add column student_ids uuid[] not null default '{}',
  drop constraint audit_trail_action_check,
  add constraint audit_trail_action_check check (action in (
    'patrol_started', 'patrol_completed', 'patrol_reopened', 'patrol_changed', 'patrol_deleted',
    'entries_added', 'entry_marked', 'entry_excused', 'entry_no_longer_excused', 'entries_removed', 'person_erased'
  ));

-- The records of before. Only an erasing transaction may change them.
select set_config('patrol.erasing', 'on', true);

update public.audit_trail as trail
set date = place.date, building = place.building, entrance = place.entrance
from (
  select patrol_id, date, building, entrance from public.patrols
  union all
  select
    patrol_id,
    (before->>'date')::date,
    before->>'building',
    (before->>'entrance')::smallint
  from public.audit_trail
  where action = 'patrol_deleted'
) as place
where trail.patrol_id = place.patrol_id;

update public.audit_trail as trail
set student_ids = (
  select array_agg(distinct (entry->>'user_id')::uuid)
  from jsonb_array_elements(coalesce(trail.after, trail.before)) as entry
)
where action in ('entries_added', 'entries_removed');

update public.audit_trail as trail
set student_ids = array[owner.user_id]
from (
  select patrol_entry_id, user_id from public.patrol_entries
  union
  select (entry->>'patrol_entry_id')::uuid, (entry->>'user_id')::uuid
  from public.audit_trail cross join lateral jsonb_array_elements(before) as entry
  where action = 'entries_removed'
) as owner
where trail.action = 'entry_marked' and trail.patrol_entry_id = owner.patrol_entry_id;

select set_config('patrol.erasing', 'off', true);

create index audit_trail_of_date on public.audit_trail (date, audit_id);
create index audit_trail_of_place on public.audit_trail (building, entrance, audit_id);
create index audit_trail_of_author on public.audit_trail (user_id, audit_id);
create index audit_trail_of_action on public.audit_trail (action, audit_id);
create index audit_trail_of_students on public.audit_trail using gin (student_ids);

-- As before, and besides: finds date and place of the patrol, in its row or, once that is deleted, in its own records.
drop function public.write_audit(text, uuid, uuid, jsonb, jsonb);
create function public.write_audit(
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
    select trail.date, trail.building, trail.entrance
    from public.audit_trail as trail
    where trail.patrol_id = write_audit.patrol_id
    limit 1
  ) as place on true;
end
$$;

create or replace function public.audit_patrol() returns trigger language plpgsql set timezone = 'UTC' as $$
begin
  if tg_op = 'INSERT' then
    perform public.write_audit('patrol_started', new.patrol_id, null, null, to_jsonb(new));
  elsif tg_op = 'DELETE' then
    perform public.write_audit('patrol_deleted', old.patrol_id, null, to_jsonb(old), null);
  elsif new.status = 'completed' and old.status <> 'completed' then
    perform public.write_audit('patrol_completed', new.patrol_id, null, to_jsonb(old), to_jsonb(new));
  elsif new.status <> 'completed' and old.status = 'completed' then
    -- Why, in the words of whoever reopened it.
    perform public.write_audit(
      'patrol_reopened', new.patrol_id, null, to_jsonb(old),
      to_jsonb(new) || jsonb_build_object('reason', nullif(current_setting('patrol.reason', true), ''))
    );
  else
    perform public.write_audit('patrol_changed', new.patrol_id, null, to_jsonb(old), to_jsonb(new));
  end if;
  return null;
end
$$;

create or replace function public.audit_entry_marked() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  is_refresh constant boolean := current_setting('patrol.refreshing', true) = 'on';
begin
  perform public.write_audit(
    case
      when is_refresh and new.is_present is null then 'entry_no_longer_excused'
      when is_refresh then 'entry_excused'
      else 'entry_marked'
    end,
    new.patrol_id, new.patrol_entry_id,
    jsonb_build_object(
      'is_present', old.is_present, 'absence_reason', old.absence_reason,
      'checked_at', old.checked_at, 'leave_until', old.leave_until
    ),
    jsonb_build_object(
      'is_present', new.is_present, 'absence_reason', new.absence_reason,
      'checked_at', new.checked_at, 'leave_until', new.leave_until
    ),
    array[new.user_id]
  );
  return null;
end
$$;

create or replace function public.audit_entries_added() returns trigger language plpgsql set timezone = 'UTC' as $$
begin
  perform public.write_audit(
    'entries_added', patrol_id, case when count(*) = 1 then min(patrol_entry_id::text)::uuid end,
    null, jsonb_agg(to_jsonb(changed)), array_agg(user_id)
  ) from changed group by patrol_id;
  return null;
end
$$;

create or replace function public.audit_entries_removed() returns trigger language plpgsql set timezone = 'UTC' as $$
begin
  perform public.write_audit(
    'entries_removed', patrol_id, case when count(*) = 1 then min(patrol_entry_id::text)::uuid end,
    jsonb_agg(to_jsonb(changed)), null, array_agg(user_id)
  ) from changed group by patrol_id;
  return null;
end
$$;

-- As before, and besides: in the students of a record.
create or replace function public.erase_person(person uuid)
returns table (patrols int, patrol_entries int, audit_trail int) language plpgsql as $$
declare
  pseudonym uuid := gen_random_uuid();
  spellings constant text := public.spellings_of(person);
  erased constant text := 'данные удалены';
  theirs uuid[];
begin
  -- In the order in which changes take them.
  lock table public.patrols, public.patrol_entries, public.audit_trail in share row exclusive mode;
  -- The triggers are silent meanwhile, and let the trail be changed; both for this transaction alone.
  perform set_config('patrol.erasing', 'on', true);
  update public.patrols set patrol_by = pseudonym where patrol_by = person;
  get diagnostics patrols = row_count;

  select coalesce(array_agg(patrol_entry_id), '{}') into theirs from (
    select entries.patrol_entry_id from public.patrol_entries as entries where entries.user_id = person
    union
    select (entry->>'patrol_entry_id')::uuid
    from public.audit_trail as trail
      cross join lateral jsonb_array_elements(coalesce(trail.before, '[]') || coalesce(trail.after, '[]')) as entry
    where trail.action in ('entries_added', 'entries_removed') and entry->>'user_id' = person::text
  ) as of_person;

  update public.patrol_entries as entries
  set
    user_id = case when entries.user_id = person then pseudonym else entries.user_id end,
    absence_reason = case
      when entries.user_id <> person then regexp_replace(entries.absence_reason, spellings, pseudonym::text, 'gi')
      when entries.absence_reason is not null then erased
    end
  where entries.user_id = person or entries.absence_reason ~* spellings;
  get diagnostics patrol_entries = row_count;

  update public.audit_trail as trail
  set
    user_id = case when trail.user_id = person then pseudonym else trail.user_id end,
    student_ids = array_replace(trail.student_ids, person, pseudonym),
    trace_id = regexp_replace(trail.trace_id, spellings, pseudonym::text, 'gi'),
    before = public.without_person(trail.before, person, pseudonym, theirs, trail.patrol_entry_id, erased),
    after = public.without_person(trail.after, person, pseudonym, theirs, trail.patrol_entry_id, erased)
  where trail.user_id = person
    or trail.student_ids @> array[person]
    or trail.patrol_entry_id = any(theirs)
    or trail.trace_id ~* spellings
    or trail.before::text ~* spellings
    or trail.after::text ~* spellings;
  get diagnostics audit_trail = row_count;

  perform set_config('patrol.erasing', 'off', true);
  if patrols + patrol_entries + audit_trail > 0 then
    perform public.write_audit('person_erased', null, null, null, null);
  end if;
  return next;
end
$$;

-- The states of a patrol and of an entry, for ETag and If-Match: the times of change of all rows, in microseconds. They see
-- what was committed up to their call, like entries_of_patrol: a change that waited for another one compares with its end.
create function public.patrol_version(of_patrol uuid) returns text language plpgsql volatile as $$
begin
  return (
    select concat_ws(
      '-',
      extract(epoch from patrols.updated_at),
      (select count(*) from public.patrol_entries where patrol_id = of_patrol),
      (
        select coalesce(extract(epoch from sum(updated_at - timestamptz 'epoch')), 0)
        from public.patrol_entries
        where patrol_id = of_patrol
      )
    )
    from public.patrols
    where patrol_id = of_patrol
  );
end
$$;

create function public.entry_version(of_patrol uuid, of_entry uuid) returns text language plpgsql volatile as $$
begin
  return (
    select extract(epoch from updated_at)::text
    from public.patrol_entries
    where patrol_id = of_patrol and patrol_entry_id = of_entry
  );
end
$$;
