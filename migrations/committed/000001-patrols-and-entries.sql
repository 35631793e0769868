--! Previous: -
--! Hash: sha1:1d9fafb9979025348e892e73cb7cc65f678ff606
--! Message: patrols and entries

-- Patrols and their entries (contract.md, *Tables*).

create table public.patrols (
  patrol_id uuid primary key default gen_random_uuid(),
  date date not null,
  building varchar(1) not null check (building in ('8', '9')),
  entrance smallint not null check (entrance between 1 and 4),
  status varchar(20) not null default 'in_progress' check (status in ('in_progress', 'completed')),
  patrol_by uuid not null,
  started_at timestamptz not null default now(),
  submitted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (date, building, entrance),
  constraint submitted_when_completed check ((status = 'completed') = (submitted_at is not null))
);

create table public.patrol_entries (
  patrol_entry_id uuid primary key default gen_random_uuid(),
  patrol_id uuid not null references public.patrols on delete cascade,
  -- No foreign key: users live in auth-service.
  user_id uuid not null,
  room varchar(10) not null,
  is_present boolean,
  absence_reason text,
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (patrol_id, user_id),
  constraint reason_when_absent check ((is_present is false) = (absence_reason is not null))
);

-- The order of the list, and each filter in that order.
create index patrols_newest_first on public.patrols (date desc, created_at desc, patrol_id desc);
create index patrols_by_building on public.patrols (building, date desc, created_at desc, patrol_id desc);
create index patrols_by_entrance on public.patrols (entrance, date desc, created_at desc, patrol_id desc);
create index patrols_by_status on public.patrols (status, date desc, created_at desc, patrol_id desc);
create index patrol_entries_of_user on public.patrol_entries (user_id);

create function public.touch_updated_at() returns trigger
language plpgsql as $$
begin
  new.updated_at = clock_timestamp();
  return new;
end
$$;

create trigger touch_updated_at before update on public.patrols
  for each row execute function public.touch_updated_at();
create trigger touch_updated_at before update on public.patrol_entries
  for each row execute function public.touch_updated_at();

-- A query in a volatile function sees what was committed up to its call, where the statement around it sees what was
-- committed up to its own start. Handing a patrol in waits for marks in flight, and must show them in its answer.
create function public.entries_of_patrol(of_patrol uuid) returns setof public.patrol_entries
language plpgsql volatile as $$
begin
  return query select * from public.patrol_entries where patrol_id = of_patrol;
end
$$;
