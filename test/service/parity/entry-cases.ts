import { allPresent } from '../../../infra/clients/evening.ts';
import { settleCampus } from '../../../infra/local/campus.ts';
import { NEWCOMERS, NOBODY } from '../../campus.ts';
import { beyondReach, type Case, entryOf, good, refused, turnedAway } from './case.ts';

const [NEWCOMER, ANOTHER] = NEWCOMERS.map(({ user_id }) => user_id);
const ADULT = settleCampus().find(({ is_minor, roles }) => !is_minor && roles.includes('student'))?.user_id;

/** Each operation on entries × success, each refusal, each kind of bad input. */
export const ENTRY_CASES: Readonly<Record<string, readonly Case[]>> = {
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
