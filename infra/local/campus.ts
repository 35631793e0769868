import { createHash } from 'node:crypto';
import type { Role } from '../../lib/auth/roles.ts';
import { type Buildings, SIRIUS } from '../../lib/settings/campus-buildings.ts';
import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';

/** Somebody whom auth-service knows: a student with a room, or staff without one. */
export type Resident = Readonly<UserInfo>;

const BOYS = {
  firstNames:
    'Александр Артём Глеб Даниил Егор Иван Кирилл Лев Максим Михаил Никита Роман Тимофей Фёдор'.split(' '),
  surnameEnding: '',
  patronymicEnding: 'ич',
} as const;

const GIRLS = {
  firstNames: 'Алиса Анна Варвара Вера Дарья Ева Екатерина Злата Ксения Мария Полина София Таисия Юлия'.split(
    ' ',
  ),
  surnameEnding: 'а',
  patronymicEnding: 'на',
} as const;

type Dwellers = typeof BOYS | typeof GIRLS;

interface Building {
  readonly name: string;
  readonly dwellers: Dwellers;
  /** Which of the campus's buildings, counted from 1. */
  readonly number: number;
}

/** Each takes an «а» for a woman. */
const SURNAMES = (
  'Абрамов Белов Васильев Голубев Дмитриев Ершов Жуков Зайцев Ильин Калинин Лебедев Макаров ' +
  'Никитин Орлов Панин Родионов Сафонов Тарасов Уваров Фомин Хохлов Царёв Щукин Яковлев'
).split(' ');

/** Each takes «ич» for a man and «на» for a woman. */
const PATRONYMICS =
  'Алексеев Андреев Борисов Викторов Денисов Игорев Олегов Павлов Петров Русланов Сергеев Юрьев'.split(' ');

/** Not in the order that people count them: whoever shows rooms has to sort them. */
const MINORS_ROOMS = ['101', '101a', '204', '2', '310', '10', '204a'] as const;
const ADULTS_ROOM = '312';

/**
 * Returns everybody on a campus, the same people with the same ids at every call: boys in the first building, girls in
 * the second, and so on by turns; in each entrance 8–14 minors, two or three adult students and an educator, and in each
 * building a head of educators and an admin.
 */
export function settleCampus(buildings: Buildings = SIRIUS): Resident[] {
  return [...buildings].flatMap(([name, entrances], index) => {
    const building = { name, dwellers: index % 2 === 0 ? BOYS : GIRLS, number: 1 + index };
    return [
      ...Array.from({ length: entrances }, (_, entrance) => settleEntrance(building, 1 + entrance)).flat(),
      person(building, { entrance: 0, number: 1, role: 'educator_head' }),
      person(building, { entrance: 0, number: 2, role: 'admin' }),
    ];
  });
}

/** Returns the well-known person of a role: the first on the campus who has it as their own and lives or works there. */
export function residentFor(role: Role, buildings: Buildings = SIRIUS): Resident {
  const roles = rolesOf(role).join();
  const found = settleCampus(buildings).find((resident) => resident.roles.join() === roles);
  if (!found) throw new Error(`nobody on the campus is ${role}`);
  return found;
}

/** Gives all roles of somebody known by this one: who is on patrol, or head of the students, is a student too. */
export function rolesOf(role: Role): Role[] {
  return role === 'student_patrol' || role === 'student_head' ? ['student', role] : [role];
}

/** Gives the same uuid, v4 by its shape, for the same key at every call. */
export function stableUuid(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Gives a number below `limit`, the same for the same key at every call. */
export function stableChoice(key: string, limit: number): number {
  return createHash('sha256').update(key).digest().readUInt32BE() % limit;
}

/** The first minor of entrance 1 is on patrol, and the first adult there is head of the students. */
function settleEntrance(building: Building, entrance: number): Resident[] {
  const place = `${building.name}/${entrance}`;
  const minors = 8 + stableChoice(`${place}/minors`, 7);
  const adults = 2 + stableChoice(`${place}/adults`, 2);
  return [
    ...Array.from({ length: minors }, (_, index) => {
      const role = entrance === 1 && index === 0 ? 'student_patrol' : 'student';
      const room = MINORS_ROOMS[Math.floor(index / 2)] ?? ADULTS_ROOM;
      return person(building, { entrance, number: 1 + index, role, room, isMinor: true });
    }),
    ...Array.from({ length: adults }, (_, index) => {
      const role = entrance === 1 && index === 0 ? 'student_head' : 'student';
      return person(building, { entrance, number: 21 + index, role, room: ADULTS_ROOM });
    }),
    person(building, { entrance, number: 31, role: 'educator' }),
  ];
}

interface Place {
  readonly entrance: number;
  readonly number: number;
  readonly role: Role;
  readonly room?: string;
  readonly isMinor?: boolean;
}

function person(building: Building, { entrance, number, role, room = '', isMinor = false }: Place): Resident {
  const { name, dwellers } = building;
  const key = `${name}/${entrance}/${number}`;
  const digits = digitsOf(building, entrance, number);
  const pick = (what: string, from: readonly string[]) =>
    from[stableChoice(`${key}/${what}`, from.length)] ?? '';
  // Neighbours go through the surnames in turn, so that an entrance has few namesakes.
  const surname = SURNAMES[(entrance * 5 + number) % SURNAMES.length] ?? '';
  return {
    user_id: stableUuid(`campus/${key}`),
    last_name: surname + dwellers.surnameEnding,
    first_name: pick('first name', dwellers.firstNames),
    patronymic: pick('patronymic', PATRONYMICS) + dwellers.patronymicEnding,
    building: name,
    entrance,
    floor: floorOf(room),
    room,
    roles: rolesOf(role),
    // No Russian number begins with 000, and .example belongs to nobody.
    phone: `+7000${digits.padStart(7, '0')}`,
    email: `person-${digits}@campus.example`,
    is_minor: isMinor,
  };
}

/** Returns digits of this person alone, at most seven: the place itself where it is short, otherwise by its numbers. */
function digitsOf(building: Building, entrance: number, number: number): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const place = `${building.name}${entrance}${twoDigits(number)}`;
  if (/^\d{4}$/.test(place)) return place;
  return `${building.number}${twoDigits(entrance)}${twoDigits(number)}`;
}

/** Rooms with fewer than three digits are on the first floor; staff have no room, and floor 0. */
function floorOf(room: string): number {
  if (room === '') return 0;
  return Math.max(1, Math.floor(Number.parseInt(room, 10) / 100));
}
