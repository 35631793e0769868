--! Previous: sha1:1b32f066d58fe37e72953fce333ad76ccaccc255
--! Hash: sha1:1b56ec470597c23f66954ea7b69cd938256dbc49
--! Message: the time of change is a version, marks are recorded whole

-- The time of change of a row is its version, and tells each change from the one before: it has milliseconds, as the API
-- shows it, and moves by one at least.
create or replace function public.touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at = greatest(
    date_trunc('milliseconds', clock_timestamp()),
    date_trunc('milliseconds', old.updated_at) + interval '1 millisecond'
  );
  return new;
end
$$;

create or replace function public.entry_version(of_patrol uuid, of_entry uuid) returns text
language plpgsql volatile as $$
begin
  return (
    select to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    from public.patrol_entries
    where patrol_id = of_patrol and patrol_entry_id = of_entry
  );
end
$$;

-- What a mark made of an entry is recorded whole: events tell of it after the entry was changed again, or is gone.
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
    to_jsonb(new),
    array[new.user_id]
  );
  return null;
end
$$;
