import { settleCampus } from '../../../infra/local/campus.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import type { Role } from '../../../lib/identity/caller.ts';
import type { PatrolWithEntries } from '../../../lib/patrols/schemas.ts';
import { NEWCOMERS, NOBODY } from '../../campus.ts';
import { allPresent } from '../../marking.ts';

/** What a case finds: a day of its own, with patrols at different stages. */
export interface World {
  readonly date: string;
  /** The day before, when nobody walked. */
  readonly before: string;
  /** Of building 8, entrance 1, where the well-known student on patrol lives. */
  readonly open: PatrolWithEntries;
  /** Of building 8, entrance 2. */
  readonly completed: PatrolWithEntries;
  /** Of building 8, entrance 3: everybody is marked, and it is not handed in. */
  readonly walked: PatrolWithEntries;
}

export type MountName = 'direct' | 'rest' | 'grpc' | 'lambda';

export interface Case {
  readonly title: string;
  /** Who asks; null: somebody with no identity at all. */
  readonly as: Role | null;
  readonly input: (world: World) => Record<string, unknown>;
  readonly outcome: 'OK' | ErrorCode;
  /** Mounts in which the case cannot be said, and why. */
  readonly unsayable?: Partial<Record<MountName, string>>;
}

const [NEWCOMER, ANOTHER] = NEWCOMERS.map(({ user_id }) => user_id);
const ADULT = settleCampus().find(({ is_minor, roles }) => !is_minor && roles.includes('student'))?.user_id;
const WIRE = { grpc: 'protobuf has neither unknown fields nor wrong types' };

const good = (title: string, input: Case['input'], as: Role = 'educator'): Case => ({
  title,
  as,
  input,
  outcome: 'OK',
});
const refused = (
  outcome: ErrorCode,
  title: string,
  input: Case['input'],
  more: Partial<Pick<Case, 'as' | 'unsayable'>> = {},
): Case => ({ title, as: 'educator', input, outcome, ...more });

const entryOf = ({ patrol_id, entries }: PatrolWithEntries) => ({
  patrol_id,
  patrol_entry_id: entries[0]?.patrol_entry_id,
});

/** Who is turned away from every operation, whatever they ask. */
const turnedAway = (input: Case['input']): Case[] => [
  refused('UNAUTHORIZED', 'nobody', input, { as: null }),
  refused('FORBIDDEN', 'a student', input, { as: 'student' }),
];

/** A student on patrol, for whom a patrol of another entrance is as if it did not exist. */
const beyondReach = (input: Case['input']): Case =>
  refused('PATROL_NOT_FOUND', 'a patrol of an entrance that the student does not live in', input, {
    as: 'student_patrol',
  });

/** Each operation × success, each refusal, each kind of bad input. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  ListPatrols: [
    good('a day', ({ date }) => ({ date })),
    good('all filters', ({ date }) => ({
      date,
      building: '8',
      entrance: 1,
      status: 'in_progress',
      page: 1,
      size: 5,
    })),
    good('a page past the end', ({ date }) => ({ date, page: 9 }), 'student_head'),
    ...turnedAway(({ date }) => ({ date })),
    refused('VALIDATION_ERROR', 'an impossible date', () => ({ date: '2025-02-30' })),
    refused('VALIDATION_ERROR', 'a page of 101', () => ({ size: 101 })),
    refused('VALIDATION_ERROR', 'a page before the first', () => ({ page: -1 })),
    refused('VALIDATION_ERROR', 'a building that is none', () => ({ building: '7' })),
    refused('VALIDATION_ERROR', 'an entrance that is none', () => ({ entrance: 5 })),
    refused('VALIDATION_ERROR', 'a status that is none', () => ({ status: 'lost' })),
    refused('VALIDATION_ERROR', 'an unknown field', () => ({ sort: 'date' }), { unsayable: WIRE }),
    good('a range of dates', ({ date }) => ({ date_from: date, date_to: date, size: 2 })),
    good('a student’s own entrance', ({ date }) => ({ date }), 'student_patrol'),
    good('a student’s own building', ({ date }) => ({ date, building: '8' }), 'student_patrol'),
    refused('FORBIDDEN', 'another building, by a student', () => ({ building: '9' }), {
      as: 'student_patrol',
    }),
    refused('FORBIDDEN', 'another entrance, by a student', () => ({ entrance: 2 }), { as: 'student_patrol' }),
    refused('VALIDATION_ERROR', 'a date and a range', ({ date }) => ({ date, date_to: date })),
    refused('VALIDATION_ERROR', 'an after that is none', () => ({ after: 'x' })),
  ],
  GetPatrolsForDate: [
    good('a day', ({ date }) => ({ date })),
    good('an entrance', ({ date }) => ({ date, building: '8', entrance: 2 })),
    ...turnedAway(({ date }) => ({ date })),
    good('a student’s own entrance', ({ date }) => ({ date }), 'student_patrol'),
    refused('FORBIDDEN', 'another building, by a student', ({ date }) => ({ date, building: '9' }), {
      as: 'student_patrol',
    }),
    refused('VALIDATION_ERROR', 'no date', () => ({ building: '8' })),
    refused('VALIDATION_ERROR', 'an entrance that is none', ({ date }) => ({ date, entrance: 5 })),
  ],
  CreatePatrol: [
    good('an entrance without a patrol', ({ date }) => ({ date, building: '9', entrance: 3 })),
    good(
      'by a student on patrol, where they live',
      ({ before }) => ({ date: before, building: '8', entrance: 1 }),
      'student_patrol',
    ),
    refused(
      'FORBIDDEN',
      'another entrance, by a student',
      ({ date }) => ({ date, building: '9', entrance: 3 }),
      {
        as: 'student_patrol',
      },
    ),
    refused('VALIDATION_ERROR', 'a date later than tomorrow', () => ({
      date: '2025-12-03',
      building: '8',
      entrance: 1,
    })),
    ...turnedAway(({ date }) => ({ date, building: '9', entrance: 3 })),
    refused('FORBIDDEN', 'a student head', ({ date }) => ({ date, building: '9', entrance: 3 }), {
      as: 'student_head',
    }),
    refused('PATROL_ALREADY_EXISTS', 'the same again', ({ open }) => ({
      ...{ date: open.date, building: open.building, entrance: open.entrance },
    })),
    refused('VALIDATION_ERROR', 'nothing', () => ({})),
    refused('VALIDATION_ERROR', 'an impossible date', () => ({
      date: '2025-02-30',
      building: '8',
      entrance: 1,
    })),
    refused(
      'VALIDATION_ERROR',
      'an entrance that is text',
      ({ date }) => ({ date, building: '8', entrance: '1' }),
      {
        unsayable: WIRE,
      },
    ),
  ],
  GetPatrolDetails: [
    good('a patrol', ({ open }) => ({ patrol_id: open.patrol_id })),
    good('its id in capitals', ({ open }) => ({ patrol_id: open.patrol_id.toUpperCase() })),
    good('of the entrance a student lives in', ({ open }) => ({ patrol_id: open.patrol_id }), 'student_head'),
    beyondReach(({ completed }) => ({ patrol_id: completed.patrol_id })),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: 'seven' })),
  ],
  GetPatrolAudit: [
    good('the trail', ({ open }) => ({ patrol_id: open.patrol_id }), 'admin'),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    good('by a head of educators', ({ open }) => ({ patrol_id: open.patrol_id }), 'educator_head'),
    refused('FORBIDDEN', 'an educator', ({ open }) => ({ patrol_id: open.patrol_id })),
    refused('PATROL_NOT_FOUND', 'of a patrol that never was', () => ({ patrol_id: NOBODY }), { as: 'admin' }),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: 'seven' })),
  ],
  UpdatePatrol: [
    good('handing in', ({ walked }) => ({ patrol_id: walked.patrol_id, status: 'completed' })),
    refused('PATROL_HAS_UNCHECKED', 'what nobody walked', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, status: 'completed' },
    })),
    beyondReach(({ walked }) => ({ patrol_id: walked.patrol_id, status: 'completed' })),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id, status: 'completed' })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({
      patrol_id: NOBODY,
      status: 'completed',
    })),
    refused('PATROL_ALREADY_COMPLETED', 'twice', ({ completed: { patrol_id } }) => ({
      patrol_id,
      status: 'completed',
    })),
    refused('VALIDATION_ERROR', 'taking it back', ({ completed: { patrol_id } }) => ({
      patrol_id,
      status: 'in_progress',
    })),
    refused('VALIDATION_ERROR', 'no status', ({ open }) => ({ patrol_id: open.patrol_id })),
  ],
  DeletePatrol: [
    good('one made by mistake', ({ open }) => ({ patrol_id: open.patrol_id })),
    good('one that is handed in', ({ completed }) => ({ patrol_id: completed.patrol_id }), 'admin'),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    beyondReach(({ walked }) => ({ patrol_id: walked.patrol_id })),
    refused('FORBIDDEN', 'somebody else’s', ({ open }) => ({ patrol_id: open.patrol_id }), {
      as: 'student_patrol',
    }),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: '7' })),
  ],
  AddPatrolEntry: [
    good('a student whom the list missed', ({ open }) => ({
      patrol_id: open.patrol_id,
      user_id: NEWCOMER,
      room: ' 101a ',
    })),
    good(
      'by a student on patrol',
      ({ open }) => ({ patrol_id: open.patrol_id, user_id: ANOTHER, room: '1' }),
      'student_patrol',
    ),
    beyondReach(({ walked }) => ({ patrol_id: walked.patrol_id, user_id: NEWCOMER, room: '1' })),
    beyondReach(({ walked }) => ({ patrol_id: walked.patrol_id, user_id: NOBODY, room: '1' })),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id, user_id: NOBODY, room: '1' })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({
      patrol_id: NOBODY,
      user_id: NOBODY,
      room: '1',
    })),
    refused('PATROL_ENTRY_ALREADY_EXISTS', 'somebody listed', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, user_id: open.entries[0]?.user_id, room: '1' },
    })),
    refused('PATROL_NOT_IN_PROGRESS', 'a patrol handed in', ({ completed }) => ({
      ...{ patrol_id: completed.patrol_id, user_id: NEWCOMER, room: '1' },
    })),
    refused('VALIDATION_ERROR', 'somebody whom auth-service does not know', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, user_id: NOBODY, room: '1' },
    })),
    refused('VALIDATION_ERROR', 'an adult', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, user_id: ADULT, room: '1' },
    })),
    refused('PATROL_NOT_IN_PROGRESS', 'nobody, to a patrol handed in', ({ completed }) => ({
      ...{ patrol_id: completed.patrol_id, user_id: NOBODY, room: '1' },
    })),
    refused('VALIDATION_ERROR', 'a room of which nothing can be seen', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, user_id: NEWCOMER, room: ' \u2060' },
    })),
    refused('VALIDATION_ERROR', 'a room too long', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, user_id: NOBODY, room: '12345678901' },
    })),
    refused('VALIDATION_ERROR', 'no student', ({ open }) => ({ patrol_id: open.patrol_id, room: '1' })),
  ],
  GetPatrolEntry: [
    good('an entry', ({ open }) => entryOf(open)),
    beyondReach(({ walked }) => entryOf(walked)),
    ...turnedAway(({ open }) => entryOf(open)),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({
      patrol_id: NOBODY,
      patrol_entry_id: NOBODY,
    })),
    refused('PATROL_ENTRY_NOT_FOUND', 'an entry of another patrol', ({ open, completed }) => ({
      ...entryOf(completed),
      patrol_id: open.patrol_id,
    })),
    refused('VALIDATION_ERROR', 'ids that are none', () => ({ patrol_id: 'a', patrol_entry_id: 'b' })),
  ],
  UpdatePatrolEntry: [
    good('present', ({ open }) => ({ ...entryOf(open), is_present: true })),
    good('absent', ({ open }) => ({ ...entryOf(open), is_present: false, absence_reason: 'у врача 🎻' })),
    ...turnedAway(({ open }) => ({ ...entryOf(open), is_present: true })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', ({ open }) => ({
      ...{ ...entryOf(open), patrol_id: NOBODY, is_present: true },
    })),
    refused('PATROL_ENTRY_NOT_FOUND', 'an entry that is not there', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, patrol_entry_id: NOBODY, is_present: true },
    })),
    refused('PATROL_NOT_IN_PROGRESS', 'a patrol handed in', ({ completed }) => ({
      ...{ ...entryOf(completed), is_present: true },
    })),
    good('absent, nobody knows why', ({ open }) => ({ ...entryOf(open), is_present: false })),
    good('absent with a blank reason', ({ open }) => ({
      ...{ ...entryOf(open), is_present: false, absence_reason: ' \t\u200b' },
    })),
    good('present with the reason of before', ({ open }) => ({
      ...{ ...entryOf(open), is_present: true, absence_reason: 'Одобренное заявление на выход до 23:00' },
    })),
    good('not checked after all', ({ walked }) => ({ ...entryOf(walked), is_present: null })),
    beyondReach(({ walked }) => ({ ...entryOf(walked), is_present: true })),
    refused('VALIDATION_ERROR', 'a reason too long', ({ open }) => ({
      ...{ ...entryOf(open), is_present: false, absence_reason: 'я'.repeat(2001) },
    })),
    refused('VALIDATION_ERROR', 'a reason with NUL', ({ open }) => ({
      ...{ ...entryOf(open), is_present: false, absence_reason: 'a\u0000' },
    })),
    refused(
      'VALIDATION_ERROR',
      'no word on presence',
      ({ open }) => ({ ...entryOf(open), absence_reason: 'дома' }),
      {
        unsayable: { grpc: 'there, a missing is_present means absent' },
      },
    ),
  ],
  MarkPatrolEntries: [
    good('the rest of the entrance', ({ open }) => ({ patrol_id: open.patrol_id, marks: allPresent(open) })),
    good('a room: present, absent, not checked', ({ walked }) => ({
      patrol_id: walked.patrol_id,
      marks: walked.entries.slice(0, 4).map(({ patrol_entry_id }, at) => ({
        patrol_entry_id,
        is_present: [true, false, null, false][at],
        ...(at > 0 && { absence_reason: ['', ' дома ', 'старая', '\u00ad'][at] }),
      })),
    })),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id, marks: allPresent(open) })),
    beyondReach(({ walked }) => ({ patrol_id: walked.patrol_id, marks: allPresent(walked, true) })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', ({ open }) => ({
      ...{ patrol_id: NOBODY, marks: allPresent(open) },
    })),
    refused('PATROL_ENTRY_NOT_FOUND', 'one entry of another patrol', ({ open, walked }) => ({
      ...{ patrol_id: open.patrol_id, marks: [...allPresent(open), ...allPresent(walked, true).slice(0, 1)] },
    })),
    refused('PATROL_NOT_IN_PROGRESS', 'a patrol handed in', ({ completed }) => ({
      ...{ patrol_id: completed.patrol_id, marks: allPresent(completed, true) },
    })),
    refused('VALIDATION_ERROR', 'none', ({ open }) => ({ patrol_id: open.patrol_id, marks: [] })),
    refused('VALIDATION_ERROR', 'an entry twice', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, marks: [...allPresent(open), ...allPresent(open).slice(0, 1)] },
    })),
    refused('VALIDATION_ERROR', 'no word on presence', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, marks: [{ patrol_entry_id: open.entries[0]?.patrol_entry_id }] },
    })),
  ],
  DeletePatrolEntry: [
    good('an entry', ({ open }) => entryOf(open)),
    beyondReach(({ walked }) => entryOf(walked)),
    ...turnedAway(({ open }) => entryOf(open)),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({
      patrol_id: NOBODY,
      patrol_entry_id: NOBODY,
    })),
    refused('PATROL_ENTRY_NOT_FOUND', 'an entry that is not there', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, patrol_entry_id: NOBODY },
    })),
    refused('PATROL_NOT_IN_PROGRESS', 'a patrol handed in', ({ completed }) => entryOf(completed)),
    refused('VALIDATION_ERROR', 'ids that are none', () => ({ patrol_id: 'a', patrol_entry_id: 'b' })),
  ],
};
