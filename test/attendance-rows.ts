import type { TestCampus } from './campus.ts';

/** A long time of evenings, as somebody else wrote it into the database. */
export interface ManyEvenings {
  /** The last evening; the others are on the days before. */
  readonly until: string;
  readonly days: number;
  readonly entrances: number;
  /** In each entrance. */
  readonly students: number;
}

/** Fills the tables past the service and its triggers: everybody's absences are spread over all kinds. */
export async function fillEvenings({ sql }: Pick<TestCampus, 'sql'>, evenings: ManyEvenings): Promise<void> {
  const { until, days, entrances, students } = evenings;
  // Numbers alone: several statements in one query take no parameters.
  await sql(`
    set session_replication_role = replica;
    insert into patrols (date, building, entrance, patrol_by)
    select date '${until}' - day, case when place < ${entrances} / 2 then '8' else '9' end,
      1 + place % greatest(${entrances} / 2, 1), md5('educator ' || place % 3)::uuid
    from generate_series(0, ${days - 1}) as day, generate_series(0, ${entrances - 1}) as place;
    insert into patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until, checked_at)
    select patrol_id, md5(building || entrance || ' ' || student)::uuid, '101',
      case when kind = 0 then null when kind in (1, 2, 3) then false else true end,
      case when kind in (1, 2) then 'Дома' end,
      case when kind = 1 then now() end,
      case when kind > 0 then now() end
    from patrols
    cross join generate_series(1, ${students}) as student
    cross join lateral (select abs(hashtext(patrol_id::text || student)) % 20 as kind) as kinds;
    set session_replication_role = origin;
    analyze patrols;
    analyze patrol_entries;
  `);
}
