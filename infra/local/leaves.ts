import { DateTime } from 'luxon';
import type { LeaveRecord__Output as LeaveRecord } from '../../proto/generated/campus/application/LeaveRecord.ts';
import { type Resident, stableChoice } from './campus.ts';

/** Whose leaves are asked for; `''` and 0 mean any. */
export interface LeavePlace {
  readonly building: string;
  readonly entrance: number;
}

type Hours = 'evening' | 'over' | 'notYet' | 'overnight' | 'fromMidnight' | 'weekend' | 'nineDays';
type Who = 'minors' | 'adults' | 'fromElsewhere';

/** Campus time; a leave ends `days` after the day that it begins on. */
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
  // By UTC it begins on the day before.
  fromMidnight: {
    from: '00:30',
    until: '23:50',
    days: 0,
    reasons: ['консультация в областной больнице', 'экскурсия в другой город', 'финал олимпиады'],
  },
  weekend: {
    from: '17:00',
    until: '08:00',
    days: 3,
    reasons: ['выходные дома', 'выходные у бабушки', 'поездка с родителями'],
  },
  nineDays: {
    from: '23:00',
    until: '23:00',
    days: 9,
    reasons: ['санаторий', 'спортивные сборы', 'домой по семейным обстоятельствам'],
  },
};

interface Plan {
  readonly who: Who;
  /** Which of them, in the day's own order; the same number twice is the same person. */
  readonly nth: number;
  readonly hours: Hours;
  /** It comes for the date after the one that it begins on as well. */
  readonly comesAgain?: true;
}

const AWAY_THIS_EVENING: Plan = { who: 'minors', nth: 0, hours: 'evening' };

/** What begins in an entrance besides; the entrances of a building take turns, so that four have every kind on any day. */
const BY_TURNS: readonly (readonly Plan[])[] = [
  [{ who: 'minors', nth: 1, hours: 'overnight' }],
  [
    { who: 'minors', nth: 1, hours: 'over' },
    { who: 'minors', nth: 1, hours: 'overnight' },
  ],
  [
    { who: 'minors', nth: 1, hours: 'notYet' },
    { who: 'adults', nth: 0, hours: 'evening' },
    { who: 'minors', nth: 2, hours: 'over' },
    { who: 'minors', nth: 3, hours: 'fromMidnight' },
  ],
  [
    { who: 'minors', nth: 1, hours: 'over' },
    { who: 'fromElsewhere', nth: 0, hours: 'evening' },
    { who: 'minors', nth: 2, hours: 'overnight' },
  ],
];

const FOR_THE_WEEKEND: Plan = { who: 'minors', nth: 4, hours: 'weekend' };
const FRIDAY = 5;

/** The next one leaves as the last one is back: in every entrance, on any evening, one leave began on an earlier day. */
const FOR_NINE_DAYS: Plan = { who: 'minors', nth: 5, hours: 'nineDays', comesAgain: true };

/** application-service does not settle on one way to write a time; the last one means UTC. */
const SPELLINGS: readonly ((time: DateTime) => string | null)[] = [
  (time) => time.toISO({ suppressMilliseconds: true }),
  (time) => time.toUTC().toISO({ suppressMilliseconds: true }),
  (time) => time.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false }),
];

const CAMPUS_ZONE = 'Europe/Moscow';
const DAY_MS = 86_400_000;

/**
 * Returns the approved leaves that application-service has for a date (`YYYY-MM-DD`), the same at every call: those that
 * begin on that date by UTC. As the deployed one does, it adds adults, leaves that are over, at times another
 * entrance's, and some that it gave for the date before. At 22:00 half of an entrance's minors at most are away.
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
  const people: Record<Who, readonly Resident[]> = {
    minors: neighbours.filter(({ is_minor }) => is_minor),
    adults: neighbours.filter(({ is_minor }) => !is_minor),
    fromElsewhere: students.filter(
      (student) => student.is_minor && student.building === building && student.entrance !== entrance,
    ),
  };
  // A date by UTC has parts of two campus days, and what comes again began on the one before them.
  return [-1, 0, 1].flatMap((days) => {
    const day = DateTime.fromISO(date, { zone: CAMPUS_ZONE }).plus({ days });
    return plansOf(day, entrance).flatMap(({ who, nth, hours, comesAgain }, index) => {
      if (!comesFor(date, at(day, HOURS[hours].from), comesAgain)) return [];
      const student = inTheDaysOrder(people[who], day)[nth];
      return student ? [leave(student, day, hours, entrance + index)] : [];
    });
  });
}

/** Returns what begins on a campus day in an entrance. */
function plansOf(day: DateTime, entrance: number): Plan[] {
  const turn = numberOf(day) + entrance;
  return [
    AWAY_THIS_EVENING,
    ...(BY_TURNS.at(turn % BY_TURNS.length) ?? []),
    ...(day.weekday === FRIDAY ? [FOR_THE_WEEKEND] : []),
    ...(turn % HOURS.nineDays.days === 0 ? [FOR_NINE_DAYS] : []),
  ];
}

function comesFor(date: string, begins: DateTime, comesAgain = false): boolean {
  const utc = begins.toUTC();
  return utc.toISODate() === date || (comesAgain && utc.plus({ days: 1 }).toISODate() === date);
}

/** Every day it is somebody else's turn to be away. */
function inTheDaysOrder(people: readonly Resident[], day: DateTime): Resident[] {
  const date = day.toISODate();
  return people
    .map((resident) => ({ resident, turn: stableChoice(`${date}/${resident.user_id}`, 2 ** 32) }))
    .sort((one, other) => one.turn - other.turn)
    .map(({ resident }) => resident);
}

function leave(
  { user_id, last_name, first_name, patronymic, room }: Resident,
  day: DateTime,
  hours: Hours,
  order: number,
): LeaveRecord {
  const { from, until, days, reasons } = HOURS[hours];
  const spell = (time: DateTime) => SPELLINGS.at((numberOf(day) + order) % SPELLINGS.length)?.(time) ?? '';
  return {
    user_id,
    user_name: `${last_name} ${first_name} ${patronymic}`,
    room,
    leave_time: spell(at(day, from)),
    return_time: spell(at(day.plus({ days }), until)),
    reason: reasons[stableChoice(`${day.toISODate()}/${user_id}/reason`, reasons.length)] ?? '',
  };
}

function at(day: DateTime, time: string): DateTime {
  return DateTime.fromISO(`${day.toISODate()}T${time}`, { zone: CAMPUS_ZONE });
}

/** Returns which day it is, counted from 1970. */
function numberOf(day: DateTime): number {
  return Date.parse(String(day.toISODate())) / DAY_MS;
}
