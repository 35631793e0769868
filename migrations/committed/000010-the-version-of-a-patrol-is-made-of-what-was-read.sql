--! Previous: sha1:1b56ec470597c23f66954ea7b69cd938256dbc49
--! Hash: sha1:26f76ba10ff3d202d608bc9e9dfbedd26331976c
--! Message: the version of a patrol is made of what was read

-- The version of a patrol in milliseconds, as the service makes it of what it has read: when the patrol was changed, how many
-- entries it has, and the sum of when they were. Each change makes one of these more.
create or replace function public.patrol_version(of_patrol uuid) returns text language plpgsql volatile as $$
begin
  return (
    select concat_ws(
      '-',
      floor(extract(epoch from patrols.updated_at) * 1000)::bigint,
      (select count(*) from public.patrol_entries where patrol_id = of_patrol),
      (
        select coalesce(sum(floor(extract(epoch from updated_at) * 1000)::bigint), 0)
        from public.patrol_entries
        where patrol_id = of_patrol
      )
    )
    from public.patrols
    where patrol_id = of_patrol
  );
end
$$;
