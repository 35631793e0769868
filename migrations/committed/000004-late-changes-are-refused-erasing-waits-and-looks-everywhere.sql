--! Previous: sha1:dd6ac4ce2df17be55c67d5d88af1e81a45fecc2b
--! Hash: sha1:3fac17bf545e96aa2629ae00211f3518e25d0c07
--! Message: late changes are refused, erasing waits and looks everywhere

-- A change that its caller has been answered 503 for must not be made after all: a statement may lie in the socket of a
-- backend that stood still, or wait for a lock, while the caller has long asked again, and for something else. So the
-- service says until when, and whatever a trigger would record after that is refused with the whole transaction.
create or replace function public.write_audit(action text, patrol_id uuid, patrol_entry_id uuid, before jsonb, after jsonb)
returns void language plpgsql as $$
begin
  if current_setting('patrol.erasing', true) = 'on' then
    return;
  end if;
  -- In milliseconds of this clock; not there where somebody changes the tables past the service.
  if extract(epoch from clock_timestamp()) * 1000 > nullif(current_setting('patrol.deadline', true), '')::numeric then
    raise exception 'the caller no longer waits for this change' using errcode = '57T00';
  end if;
  insert into public.audit_trail (action, patrol_id, patrol_entry_id, user_id, trace_id, before, after)
  values (
    action, patrol_id, patrol_entry_id,
    nullif(current_setting('patrol.user_id', true), '')::uuid,
    nullif(current_setting('patrol.trace_id', true), ''),
    before, after
  );
end
$$;

-- As before, and besides: it waits for changes in flight, which would bring the person back; and finds the id in whatever
-- case and wherever somebody wrote it, in a reason or a trace id.
create or replace function public.erase_person(person uuid)
returns table (patrols int, patrol_entries int, audit_trail int) language plpgsql as $$
declare
  pseudonym uuid := gen_random_uuid();
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
      when entries.user_id <> person then regexp_replace(entries.absence_reason, person::text, pseudonym::text, 'gi')
      when entries.absence_reason is not null then erased
    end
  where entries.user_id = person or entries.absence_reason ~* person::text;
  get diagnostics patrol_entries = row_count;

  update public.audit_trail as trail
  set
    user_id = case when trail.user_id = person then pseudonym else trail.user_id end,
    trace_id = regexp_replace(trail.trace_id, person::text, pseudonym::text, 'gi'),
    before = public.without_person(trail.before, person, pseudonym, theirs, trail.patrol_entry_id, erased),
    after = public.without_person(trail.after, person, pseudonym, theirs, trail.patrol_entry_id, erased)
  where trail.user_id = person
    or trail.patrol_entry_id = any(theirs)
    or trail.trace_id ~* person::text
    or trail.before::text ~* person::text
    or trail.after::text ~* person::text;
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
  renamed jsonb := regexp_replace(state::text, person::text, pseudonym::text, 'gi')::jsonb;
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
