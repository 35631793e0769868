import type { TestCampus } from './campus.ts';

/** Three evenings of a report, with an entry of each kind. */

/** Ids that auth-service is asked about, in an order of their own. */
export const student = (at: number) => `${at}0000000-0000-4000-8000-000000000001`;
export const EDUCATOR = 'eeeeeeee-0000-4000-8000-000000000001';

/** Names that a spreadsheet would take for formulas, or a file for something of its own. */
export const NAMES: Readonly<Record<string, string>> = {
  [student(1)]: '=1+1;"два"',
  [student(2)]: '+7 999',
  [student(3)]: '\uff1dSUM(A1)',
  [student(4)]: ' @cmd',
  [student(5)]: 'Петров\nПётр <&> _x0041_',
  [student(6)]: '-2',
  [EDUCATOR]: '@Воспитатель',
};

/** Each kind of an entry: is_present, absence_reason, leave_until, checked_at. */
const KINDS = {
  present: [true, null, null, 'now()'],
  unchecked: [null, null, null, null],
  leaveAlone: [false, 'По заявлению', '2025-12-02T00:00Z', null],
  leaveMarked: [false, 'По заявлению', '2025-12-02T00:00Z', '2025-12-01T20:00Z'],
  leaveEndedUnexplained: [false, null, '2025-12-01T18:00Z', 'now()'],
  // The leave was over when somebody found out why.
  reason: [false, 'Дома', '2025-12-01T18:00Z', '2025-12-01T20:00Z'],
  unexplained: [false, null, null, 'now()'],
} as const;

/** The dates of the evenings, as a query. */
export const PERIOD = 'date_from=2025-12-01&date_to=2025-12-03';

async function evening(
  { sql }: Pick<TestCampus, 'sql'>,
  date: string,
  building: string,
  entrance: number,
  entries: [number, keyof typeof KINDS][],
) {
  const [row] = await sql<{ patrol_id: string }>(
    `insert into patrols (date, building, entrance, patrol_by, status, submitted_at)
     values ($1, $2, $3, $4, 'completed', $1::date + time '20:15') returning patrol_id`,
    [date, building, entrance, EDUCATOR],
  );
  for (const [at, kind] of entries) {
    const [present, reason, until, checked] = KINDS[kind];
    await sql(
      `insert into patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until, checked_at)
       values ($1, $2, '101', $3, $4, $5, $6)`,
      [row?.patrol_id, student(at), present, reason, until, checked],
    );
  }
}

/** Writes the evenings past the service. */
export async function walkEvenings(campus: Pick<TestCampus, 'sql'>): Promise<void> {
  await campus.sql("set time zone 'UTC'");
  await evening(campus, '2025-12-01', '8', 1, [
    [1, 'present'],
    [2, 'unchecked'],
    [3, 'leaveAlone'],
    [4, 'leaveMarked'],
    [5, 'reason'],
    [6, 'unexplained'],
  ]);
  await evening(campus, '2025-12-02', '8', 1, [
    [1, 'present'],
    [2, 'present'],
    [3, 'present'],
  ]);
  // Four and six have moved.
  await evening(campus, '2025-12-02', '9', 2, [
    [4, 'leaveEndedUnexplained'],
    [6, 'unexplained'],
  ]);
  await evening(campus, '2025-12-03', '9', 2, []);
}

/** Has auth-service know these names. */
export function giveNames({ auth }: Pick<TestCampus, 'auth'>): void {
  const others = {
    patronymic: '',
    building: '',
    entrance: 0,
    floor: 0,
    room: '',
    roles: [],
    phone: '',
    email: '',
  };
  auth.replace('GetUserInfo', async ({ user_id }) => ({
    ...{ user_id, last_name: NAMES[user_id] ?? '', first_name: '', is_minor: true, ...others },
  }));
}
