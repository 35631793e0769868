import { DateTime } from 'luxon';
import type { LeaveRecord__Output as LeaveRecord } from '../../proto/generated/campus/application/LeaveRecord.ts';
import { type Resident, stableChoice } from './campus.ts';

/** Whose leaves are asked for; `''` and 0 mean any. */
export interface LeavePlace {
  readonly building: string;
  readonly entrance: number;
}

type Hours = 'evening' | 'over' | 'notYet' | 'overnight';
type Who = 'minors' | 'adults' | 'fromElsewhere';

/** Campus time; `days` later than the date asked for. */
const HOURS: Readonly<
  Record<Hours, { from: string; until: string; days: number; reasons: readonly string[] }>
> = {
  evening: {
    from: '18:00',
    until: '23:30',
    days: 0,
    reasons: ['концерт в филармонии', 'день рождения бабушки', 'поездка в город с родителями'],
  },
  over: {
    from: '14:00',
    until: '19:30',
    days: 0,
    reasons: ['приём у стоматолога', 'занятие в бассейне', 'олимпиада по физике'],
  },
  notYet: {
    from: '23:40',
    until: '20:00',
    days: 1,
    reasons: ['ночной поезд домой', 'выезд на соревнования', 'ранний рейс с родителями'],
  },
  overnight: {
    from: '17:00',
    until: '10:00',
    days: 1,
    reasons: ['ночёвка дома', 'приезд родителей', 'семейные обстоятельства'],
  },
};

interface Plan {
  readonly who: Who;
  /** Which of them, in the day's own order; the same number twice is the same person. */
  readonly nth: number;
  readonly hours: Hours;
}

const AWAY_THIS_EVENING: Plan = { who: 'minors', nth: 0, hours: 'evening' };

/** What an entrance has besides; the four entrances of a building take turns, so that any date has every kind. */
const PLANS: readonly (readonly Plan[])[] = [
  [{ who: 'minors', nth: 1, hours: 'overnight' }],
  [
    { who: 'minors', nth: 1, hours: 'over' },
    { who: 'minors', nth: 1, hours: 'overnight' },
  ],
  [
    { who: 'minors', nth: 1, hours: 'notYet' },
    { who: 'adults', nth: 0, hours: 'evening' },
    { who: 'minors', nth: 2, hours: 'over' },
  ],
  [
    { who: 'minors', nth: 1, hours: 'over' },
    { who: 'fromElsewhere', nth: 0, hours: 'evening' },
    { who: 'minors', nth: 2, hours: 'overnight' },
  ],
];

/** application-service does not settle on one way to write a time; the last one means UTC. */
const SPELLINGS: readonly ((time: DateTime) => string | null)[] = [
  (time) => time.toISO({ suppressMilliseconds: true }),
  (time) => time.toUTC().toISO({ suppressMilliseconds: true }),
  (time) => time.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false }),
];

/**
 * Gives the approved leaves of a date (`YYYY-MM-DD`), two to four an entrance and the same at every call. As the
 * deployed application-service does, it includes adults, leaves that are over, and at times another entrance's.
 */
export function leavesOf(residents: readonly Resident[], date: string, place: LeavePlace): LeaveRecord[] {
  // Whoever walks the patrol stays in.
  const students = residents.filter(({ room, roles }) => room !== '' && !roles.includes('student_patrol'));
  const asked = students.filter(
    ({ building, entrance }) =>
      (place.building === '' || building === place.building) &&
      (place.entrance === 0 || entrance === place.entrance),
  );
  const entrances = Map.groupBy(asked, ({ building, entrance }) => `${building}/${entrance}`);
  return [...entrances.values()].flatMap((neighbours) => leavesOfEntrance(neighbours, students, date));
}

function leavesOfEntrance(
  neighbours: Resident[],
  students: readonly Resident[],
  date: string,
): LeaveRecord[] {
  const [{ building, entrance } = { building: '', entrance: 0 }] = neighbours;
  const day = Math.floor(Date.parse(date) / 86_400_000);
  const turn = (day + entrance) % PLANS.length;
  const elsewhere = students.filter(
    (student) => student.is_minor && student.building === building && student.entrance !== entrance,
  );
  const people: Record<Who, readonly Resident[]> = {
    minors: inTheDaysOrder(neighbours, date).filter(({ is_minor }) => is_minor),
    adults: inTheDaysOrder(neighbours, date).filter(({ is_minor }) => !is_minor),
    fromElsewhere: inTheDaysOrder(elsewhere, date),
  };
  return [AWAY_THIS_EVENING, ...(PLANS.at(turn) ?? [])].flatMap(({ who, nth, hours }, index) => {
    const student = people[who][nth];
    const spell = SPELLINGS[(Math.abs(turn) + index) % SPELLINGS.length];
    return student && spell ? [leave(student, date, hours, spell)] : [];
  });
}

/** Every day it is somebody else's turn to be away. */
function inTheDaysOrder(people: readonly Resident[], date: string): Resident[] {
  return people
    .map((resident) => ({ resident, turn: stableChoice(`${date}/${resident.user_id}`, 2 ** 32) }))
    .sort((one, other) => one.turn - other.turn)
    .map(({ resident }) => resident);
}

function leave(
  { user_id, last_name, first_name, patronymic, room }: Resident,
  date: string,
  hours: Hours,
  spell: (time: DateTime) => string | null,
): LeaveRecord {
  const { from, until, days, reasons } = HOURS[hours];
  const at = (time: string) => DateTime.fromISO(`${date}T${time}`, { zone: 'Europe/Moscow' });
  return {
    user_id,
    user_name: `${last_name} ${first_name} ${patronymic}`,
    room,
    leave_time: spell(at(from)) ?? '',
    return_time: spell(at(until).plus({ days })) ?? '',
    reason: reasons[stableChoice(`${date}/${user_id}/reason`, reasons.length)] ?? '',
  };
}
