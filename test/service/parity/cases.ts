import type { ErrorCode } from '../../../lib/errors.ts';
import type { Role } from '../../../lib/identity/caller.ts';
import type { PatrolWithEntries } from '../../../lib/patrols/schemas.ts';

/** What a case finds: an entrance on a day of its own, with a patrol in progress, and another that is handed in. */
export interface World {
  readonly date: string;
  readonly open: PatrolWithEntries;
  readonly completed: PatrolWithEntries;
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

const NOBODY = '99999999-0000-4000-8000-000000000009';
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
  ],
  GetPatrolsForDate: [
    good('a day', ({ date }) => ({ date })),
    good('an entrance', ({ date }) => ({ date, building: '8', entrance: 2 })),
    ...turnedAway(({ date }) => ({ date })),
    refused('VALIDATION_ERROR', 'no date', () => ({ building: '8' })),
    refused('VALIDATION_ERROR', 'an entrance that is none', ({ date }) => ({ date, entrance: 5 })),
  ],
  CreatePatrol: [
    good('an entrance without a patrol', ({ date }) => ({ date, building: '9', entrance: 3 })),
    good('by a student on patrol', ({ date }) => ({ date, building: '9', entrance: 4 }), 'student_patrol'),
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
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: 'seven' })),
  ],
  GetPatrolAudit: [
    good('the trail', ({ open }) => ({ patrol_id: open.patrol_id }), 'admin'),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    refused('FORBIDDEN', 'who is no admin', ({ open }) => ({ patrol_id: open.patrol_id })),
    refused('PATROL_NOT_FOUND', 'of a patrol that never was', () => ({ patrol_id: NOBODY }), { as: 'admin' }),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: 'seven' })),
  ],
  UpdatePatrol: [
    good('handing in', ({ open }) => ({ patrol_id: open.patrol_id, status: 'completed' })),
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
    refused('FORBIDDEN', 'somebody else’s', ({ open }) => ({ patrol_id: open.patrol_id }), {
      as: 'student_patrol',
    }),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: '7' })),
  ],
  AddPatrolEntry: [
    good('a student whom the list missed', ({ open }) => ({
      patrol_id: open.patrol_id,
      user_id: NOBODY,
      room: '101a',
    })),
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
      ...{ patrol_id: completed.patrol_id, user_id: NOBODY, room: '1' },
    })),
    refused('VALIDATION_ERROR', 'a room too long', ({ open }) => ({
      ...{ patrol_id: open.patrol_id, user_id: NOBODY, room: '12345678901' },
    })),
    refused('VALIDATION_ERROR', 'no student', ({ open }) => ({ patrol_id: open.patrol_id, room: '1' })),
  ],
  GetPatrolEntry: [
    good('an entry', ({ open }) => entryOf(open)),
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
    refused('VALIDATION_ERROR', 'absent without a reason', ({ open }) => ({
      ...entryOf(open),
      is_present: false,
    })),
    refused('VALIDATION_ERROR', 'absent with a blank reason', ({ open }) => ({
      ...{ ...entryOf(open), is_present: false, absence_reason: ' \t' },
    })),
    refused('VALIDATION_ERROR', 'present with a reason', ({ open }) => ({
      ...{ ...entryOf(open), is_present: true, absence_reason: 'дома' },
    })),
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
  DeletePatrolEntry: [
    good('an entry', ({ open }) => entryOf(open)),
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
