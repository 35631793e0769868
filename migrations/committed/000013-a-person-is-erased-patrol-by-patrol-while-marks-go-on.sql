--! Previous: sha1:e94f78c9883c155839c07f33230be6714d050729
--! Hash: sha1:840734758b0b0bc1132fc3ef3b8cd73d5f55edc9
--! Message: a person is erased patrol by patrol, while marks go on

-- A person is erased patrol by patrol, each few in a short transaction, while marks go on: one transaction for all locked the
-- tables for as long as it looked through the trail.
drop function public.erase_person(uuid);

-- Gives the patrols that name a person in their rows, entries or records, however the id was written down; null for records
-- of no patrol. It reads one snapshot from end to end and locks nothing: a walk in pieces would miss rows that are moved
-- behind it by an update. One core at most: the others serve.
create function public.patrols_of_person(person uuid) returns setof uuid
language plpgsql stable set max_parallel_workers_per_gather = 0 as $$
declare
  spellings constant text := public.spellings_of(person);
begin
  return query
    select patrols.patrol_id from public.patrols where patrols.patrol_by = person
    union
    select entries.patrol_id
    from public.patrol_entries as entries
    where entries.user_id = person or entries.absence_reason ~* spellings
    union
    select trail.patrol_id
    from public.audit_trail as trail
    where trail.user_id = person
      or trail.student_ids @> array[person]
      or trail.trace_id ~* spellings
      or trail.before::text ~* spellings
      or trail.after::text ~* spellings;
end
$$;

-- Puts a pseudonym in place of a person's id in all rows and records of some patrols, and gives how many it changed. All that
-- tells whose an entry was is of its patrol, and goes in one transaction: whoever is interrupted can begin anew. The
-- pseudonym is drawn by lot and never leaves PostgreSQL, where a statement with both ids might be logged; it lasts as long
-- as the session, and is another one where the person has been put on the list again beside it.
create function public.erase_person_from(person uuid, of_patrols uuid[], is_recorded boolean)
returns table (patrols int, patrol_entries int, audit_trail int) language plpgsql as $$
declare
  spellings constant text := public.spellings_of(person);
  erased constant text := 'данные удалены';
  kept constant text := 'patrol.pseudonym_of_' || replace(person::text, '-', '');
  pseudonym uuid := coalesce(nullif(current_setting(kept, true), '')::uuid, gen_random_uuid());
  theirs uuid[];
begin
  perform set_config(kept, pseudonym::text, false);
  -- As changes do: those in flight are waited for, and the next ones wait until this is done.
  perform from public.patrols as locked where locked.patrol_id = any(of_patrols) order by locked.patrol_id for update;
  -- The triggers are silent meanwhile, and let the trail be changed; both for this transaction alone.
  perform set_config('patrol.erasing', 'on', true);
  if exists (
    select from public.patrol_entries as before join public.patrol_entries as again using (patrol_id)
    where patrol_id = any(of_patrols) and before.user_id = pseudonym and again.user_id = person
  ) then
    pseudonym := gen_random_uuid();
  end if;

  update public.patrols as changed
  set patrol_by = pseudonym
  where changed.patrol_id = any(of_patrols) and changed.patrol_by = person;
  get diagnostics patrols = row_count;

  select coalesce(array_agg(patrol_entry_id), '{}') into theirs from (
    select entries.patrol_entry_id
    from public.patrol_entries as entries
    where entries.patrol_id = any(of_patrols) and entries.user_id = person
    union
    select (entry->>'patrol_entry_id')::uuid
    from public.audit_trail as trail
      cross join lateral jsonb_array_elements(coalesce(trail.before, '[]') || coalesce(trail.after, '[]')) as entry
    where trail.patrol_id = any(of_patrols)
      and trail.action in ('entries_added', 'entries_removed')
      and entry->>'user_id' = person::text
  ) as of_person;

  update public.patrol_entries as entries
  set
    user_id = case when entries.user_id = person then pseudonym else entries.user_id end,
    absence_reason = case
      when entries.user_id <> person then regexp_replace(entries.absence_reason, spellings, pseudonym::text, 'gi')
      when entries.absence_reason is not null then erased
    end
  where entries.patrol_id = any(of_patrols) and (entries.user_id = person or entries.absence_reason ~* spellings);
  get diagnostics patrol_entries = row_count;

  update public.audit_trail as trail
  set
    user_id = case when trail.user_id = person then pseudonym else trail.user_id end,
    student_ids = array_replace(trail.student_ids, person, pseudonym),
    trace_id = regexp_replace(trail.trace_id, spellings, pseudonym::text, 'gi'),
    before = public.without_person(trail.before, person, pseudonym, theirs, trail.patrol_entry_id, erased),
    after = public.without_person(trail.after, person, pseudonym, theirs, trail.patrol_entry_id, erased)
  where (trail.patrol_id = any(of_patrols) or (trail.patrol_id is null and array_position(of_patrols, null) is not null))
    and (
      trail.user_id = person
      or trail.student_ids @> array[person]
      or trail.patrol_entry_id = any(theirs)
      or trail.trace_id ~* spellings
      or trail.before::text ~* spellings
      or trail.after::text ~* spellings
    );
  get diagnostics audit_trail = row_count;

  perform set_config('patrol.erasing', 'off', true);
  if is_recorded then
    perform public.write_audit('person_erased', null, null, null, null);
  end if;
  return next;
end
$$;
