--! Previous: sha1:c89c9b54e91415796618f5b42a1673b823459d42
--! Hash: sha1:dd6ac4ce2df17be55c67d5d88af1e81a45fecc2b
--! Message: patrol counts

-- How many patrols there are, by what a list is filtered by: counting them anew for every page would take the longer the
-- more evenings there have been. A date has eight at most, and is counted as it is.

lock table public.patrols in share row exclusive mode;

create table public.patrol_counts (
  building varchar(1) not null,
  entrance smallint not null,
  status varchar(20) not null,
  patrols bigint not null,
  primary key (building, entrance, status)
);

insert into public.patrol_counts (building, entrance, status, patrols)
select building, entrance, status, count(*) from public.patrols group by building, entrance, status;

-- Once a statement, in one order of rows: two transactions never wait for each other.
create function public.count_patrols() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from public.patrol_counts;
  elsif tg_op = 'INSERT' then
    insert into public.patrol_counts as counts
    select building, entrance, status, count(*) from added group by building, entrance, status order by 1, 2, 3
    on conflict (building, entrance, status) do update set patrols = counts.patrols + excluded.patrols;
  elsif tg_op = 'DELETE' then
    insert into public.patrol_counts as counts
    select building, entrance, status, -count(*) from gone group by building, entrance, status order by 1, 2, 3
    on conflict (building, entrance, status) do update set patrols = counts.patrols + excluded.patrols;
  else
    insert into public.patrol_counts as counts
    select building, entrance, status, sum(change) from (
      select building, entrance, status, 1 as change from added
      union all
      select building, entrance, status, -1 from gone
    ) as changes
    group by building, entrance, status having sum(change) <> 0 order by 1, 2, 3
    on conflict (building, entrance, status) do update set patrols = counts.patrols + excluded.patrols;
  end if;
  return null;
end
$$;

create trigger count_patrols_added after insert on public.patrols
  referencing new table as added for each statement execute function public.count_patrols();
create trigger count_patrols_changed after update on public.patrols
  referencing old table as gone new table as added for each statement execute function public.count_patrols();
create trigger count_patrols_removed after delete on public.patrols
  referencing old table as gone for each statement execute function public.count_patrols();
create trigger count_patrols_none after truncate on public.patrols
  for each statement execute function public.count_patrols();
