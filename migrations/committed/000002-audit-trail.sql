--! Previous: sha1:1d9fafb9979025348e892e73cb7cc65f678ff606
--! Hash: sha1:c89c9b54e91415796618f5b42a1673b823459d42
--! Message: audit trail

-- Who changed what, when, and under which trace. Triggers write it, so that nothing that changes a patrol can leave it
-- out, whatever way it comes, and so that the change and its record are one transaction.

create table public.audit_trail (
  audit_id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  action text not null check (action in (
    'patrol_started', 'patrol_completed', 'patrol_changed', 'patrol_deleted',
    'entries_added', 'entry_marked', 'entries_removed', 'person_erased'
  )),
  -- No foreign key: the trail of a deleted patrol stays.
  patrol_id uuid,
  patrol_entry_id uuid,
  -- Who did it: null where somebody changed the tables past the service.
  user_id uuid,
  trace_id text,
  before jsonb,
  after jsonb
);

create index audit_trail_of_patrol on public.audit_trail (patrol_id, audit_id);

-- The service names the user and the trace in the statement that makes the change, for its transaction alone.
create function public.write_audit(action text, patrol_id uuid, patrol_entry_id uuid, before jsonb, after jsonb)
returns void language sql as $$
  insert into public.audit_trail (action, patrol_id, patrol_entry_id, user_id, trace_id, before, after)
  select
    action, patrol_id, patrol_entry_id,
    nullif(current_setting('patrol.user_id', true), '')::uuid,
    nullif(current_setting('patrol.trace_id', true), ''),
    before, after
  where current_setting('patrol.erasing', true) is distinct from 'on'
$$;

create function public.audit_patrol() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform public.write_audit('patrol_started', new.patrol_id, null, null, to_jsonb(new));
  elsif tg_op = 'DELETE' then
    perform public.write_audit('patrol_deleted', old.patrol_id, null, to_jsonb(old), null);
  else
    perform public.write_audit(
      case when new.status = 'completed' and old.status <> 'completed' then 'patrol_completed' else 'patrol_changed' end,
      new.patrol_id, null, to_jsonb(old), to_jsonb(new)
    );
  end if;
  return null;
end
$$;

create trigger audit_patrol after insert or update or delete on public.patrols
  for each row execute function public.audit_patrol();

create function public.audit_entry_marked() returns trigger language plpgsql as $$
begin
  perform public.write_audit(
    'entry_marked', new.patrol_id, new.patrol_entry_id,
    jsonb_build_object('is_present', old.is_present, 'absence_reason', old.absence_reason, 'checked_at', old.checked_at),
    jsonb_build_object('is_present', new.is_present, 'absence_reason', new.absence_reason, 'checked_at', new.checked_at)
  );
  return null;
end
$$;

create trigger audit_entry_marked after update on public.patrol_entries
  for each row execute function public.audit_entry_marked();

-- A list of forty is one row of the trail, not forty.
create function public.audit_entries_added() returns trigger language plpgsql as $$
begin
  perform public.write_audit(
    'entries_added', patrol_id, case when count(*) = 1 then min(patrol_entry_id::text)::uuid end, null, jsonb_agg(to_jsonb(changed))
  ) from changed group by patrol_id;
  return null;
end
$$;

create trigger audit_entries_added after insert on public.patrol_entries
  referencing new table as changed for each statement execute function public.audit_entries_added();

create function public.audit_entries_removed() returns trigger language plpgsql as $$
begin
  perform public.write_audit(
    'entries_removed', patrol_id, case when count(*) = 1 then min(patrol_entry_id::text)::uuid end, jsonb_agg(to_jsonb(changed)), null
  ) from changed group by patrol_id;
  return null;
end
$$;

create trigger audit_entries_removed after delete on public.patrol_entries
  referencing old table as changed for each statement execute function public.audit_entries_removed();

create function public.keep_audit_trail() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('patrol.erasing', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end
$$;

create trigger keep_audit_trail before update or delete or truncate on public.audit_trail
  for each statement execute function public.keep_audit_trail();

-- 152-FZ: a person is forgotten. Their id becomes one pseudonym, drawn by lot, wherever it is, and what was written about
-- their absences goes, for a reason tells of a person too. Gives how many rows of each table were touched.
create function public.erase_person(person uuid)
returns table (patrols int, patrol_entries int, audit_trail int) language plpgsql as $$
declare
  pseudonym uuid := gen_random_uuid();
  erased constant text := 'данные удалены';
  theirs uuid[];
begin
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
  set user_id = pseudonym, absence_reason = case when absence_reason is not null then erased end
  where entries.user_id = person;
  get diagnostics patrol_entries = row_count;

  update public.audit_trail as trail
  set
    user_id = case when trail.user_id = person then pseudonym else trail.user_id end,
    before = public.without_person(trail.before, person, pseudonym, theirs, trail.patrol_entry_id, erased),
    after = public.without_person(trail.after, person, pseudonym, theirs, trail.patrol_entry_id, erased)
  where trail.user_id = person
    or trail.patrol_entry_id = any(theirs)
    or trail.before::text like '%' || person || '%'
    or trail.after::text like '%' || person || '%';
  get diagnostics audit_trail = row_count;

  perform set_config('patrol.erasing', 'off', true);
  if patrols + patrol_entries + audit_trail > 0 then
    perform public.write_audit('person_erased', null, null, null, null);
  end if;
  return next;
end
$$;

-- Gives a state of the trail, one object or a list of entries, without the person and without their reasons.
create function public.without_person(
  state jsonb, person uuid, pseudonym uuid, theirs uuid[], entry_id uuid, erased text
) returns jsonb language plpgsql immutable as $$
declare
  renamed jsonb := replace(state::text, person::text, pseudonym::text)::jsonb;
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
