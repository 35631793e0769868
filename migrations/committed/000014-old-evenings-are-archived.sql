--! Previous: sha1:ca281ae2ccc9cdc8b0c58e3d7553c9f0c242dd9b
--! Hash: sha1:a5b0c1035c1a3061d55bd1a4e6111ee3c1e979a1
--! Message: old evenings are archived

-- Old evenings are archived: their patrols, entries and records of the trail go, in one transaction for each evening, which
-- names it in `patrol.archiving`. That permits nothing but to delete records of this evening, and silences the triggers
-- about its patrols alone: one record says what went and where to, instead of one for each patrol.

create or replace function public.is_audit_action(action text) returns boolean language plpgsql immutable as $$
begin
  return action in (
    'patrol_started', 'patrol_completed', 'patrol_reopened', 'patrol_changed', 'patrol_deleted',
    'entries_added', 'entry_marked', 'entry_excused', 'entry_no_longer_excused', 'entries_removed', 'person_erased',
    'evening_archived', 'evening_restored'
  );
end
$$;

-- The evening that this transaction archives or restores, null in any other.
create function public.archived_evening() returns date language sql stable as $$
  select nullif(current_setting('patrol.archiving', true), '')::date
$$;

create or replace function public.keep_audit_trail() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('patrol.erasing', true) = 'on' then
    return null;
  end if;
  -- Which records go is looked at when they are known.
  if tg_op = 'DELETE' and public.archived_evening() is not null then
    return null;
  end if;
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end
$$;

create function public.keep_other_evenings() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone
    where date is distinct from public.archived_evening() or action in ('evening_archived', 'evening_restored')
  ) then
    raise exception 'the audit trail is append-only, but for the evening that is archived'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

create trigger keep_other_evenings after delete on public.audit_trail
  referencing old table as gone for each statement execute function public.keep_other_evenings();

-- As before, but for the patrols of an evening that is archived or restored.
create or replace function public.audit_patrol() returns trigger language plpgsql set timezone = 'UTC' as $$
begin
  if tg_op = 'INSERT' then
    if new.date = public.archived_evening() then
      return null;
    end if;
    perform public.write_audit('patrol_started', new.patrol_id, null, null, to_jsonb(new));
  elsif tg_op = 'DELETE' then
    if old.date = public.archived_evening() then
      return null;
    end if;
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

-- As before, but for the entries of an evening that is archived or restored, whose patrols are there meanwhile.
create or replace function public.audit_entries_added() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  archived constant date := public.archived_evening();
begin
  perform public.write_audit(
    'entries_added', patrol_id, case when count(*) = 1 then min(patrol_entry_id::text)::uuid end,
    null, jsonb_agg(to_jsonb(changed)), array_agg(user_id)
  )
  from changed
  where archived is null or patrol_id not in (select patrols.patrol_id from public.patrols where date = archived)
  group by patrol_id;
  return null;
end
$$;

create or replace function public.audit_entries_removed() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  archived constant date := public.archived_evening();
begin
  perform public.write_audit(
    'entries_removed', patrol_id, case when count(*) = 1 then min(patrol_entry_id::text)::uuid end,
    jsonb_agg(to_jsonb(changed)), null, array_agg(user_id)
  )
  from changed
  where archived is null or patrol_id not in (select patrols.patrol_id from public.patrols where date = archived)
  group by patrol_id;
  return null;
end
$$;
