--! Previous: sha1:3fac17bf545e96aa2629ae00211f3518e25d0c07
--! Hash: sha1:3b5d54566e54a7051d4fd50094a415f5b232ea92
--! Message: other campuses, absences without a reason, the end of a leave

-- The campus decides which buildings and entrances there are (CAMPUS_BUILDINGS, checked on every way in); the table
-- refuses only what cannot be one.
alter table public.patrols
  drop constraint patrols_building_check,
  drop constraint patrols_entrance_check,
  alter column building type varchar(5),
  add constraint building_is_named check (building <> ''),
  add constraint entrance_is_numbered check (entrance >= 0);

alter table public.patrol_counts alter column building type varchar(5);

-- Absent without a reason: nobody knows why. That is the most important mark of all.
alter table public.patrol_entries
  drop constraint reason_when_absent,
  add constraint reason_only_when_absent check (is_present is false or absence_reason is null),
  -- The end of the leave that was found for this student, whatever is marked later.
  add column leave_until timestamptz;

-- Like entries_of_patrol, it sees what was committed up to its call: a start that met another one leads to it.
create function public.patrol_of_place(of_date date, of_building text, of_entrance int) returns uuid
language plpgsql volatile as $$
begin
  return (
    select patrol_id from public.patrols
    where date = of_date and building = of_building and entrance = of_entrance
  );
end
$$;
