--! Previous: sha1:3b5d54566e54a7051d4fd50094a415f5b232ea92
--! Hash: sha1:87eeb90c9b706f625298b4496442d994e3a9361a
--! Message: an erased id is found however it was written down

-- A person's id is found however it was written down: in capitals, without its dashes, or with what a trace id may have in
-- their place.

-- Gives the pattern that an id is looked for by, without regard to case. It has nothing that JSON would escape, and
-- matches nothing that would take JSON apart.
create function public.spellings_of(id uuid) returns text language sql immutable as $$
  select replace(id::text, '-', '[-_.]?')
$$;

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
    trace_id = regexp_replace(trail.trace_id, spellings, pseudonym::text, 'gi'),
    before = public.without_person(trail.before, person, pseudonym, theirs, trail.patrol_entry_id, erased),
    after = public.without_person(trail.after, person, pseudonym, theirs, trail.patrol_entry_id, erased)
  where trail.user_id = person
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

create or replace function public.without_person(
  state jsonb, person uuid, pseudonym uuid, theirs uuid[], entry_id uuid, erased text
) returns jsonb language plpgsql immutable as $$
declare
  renamed jsonb := regexp_replace(state::text, public.spellings_of(person), pseudonym::text, 'gi')::jsonb;
begin
  if jsonb_typeof(renamed) = 'array' then
    return (
      select jsonb_agg(
        case
          when (entry->>'patrol_entry_id')::uuid = any(theirs) and entry->>'absence_reason' is not null
          then jsonb_set(entry, '{absence_reason}', to_jsonb(erased))
          else entry
        end
      ) from jsonb_array_elements(renamed) as entry
    );
  end if;
  if entry_id = any(theirs) and renamed->>'absence_reason' is not null then
    return jsonb_set(renamed, '{absence_reason}', to_jsonb(erased));
  end if;
  return renamed;
end
$$;
