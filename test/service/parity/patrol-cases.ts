import { NOBODY } from '../../campus.ts';
import { beyondReach, type Case, good, refused, turnedAway, WIRE } from './case.ts';

/** Each operation on patrols × success, each refusal, each kind of bad input. */
export const PATROL_CASES: Readonly<Record<string, readonly Case[]>> = {
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
  RefreshPatrol: [
    good('a patrol that is walked', ({ walked }) => ({ patrol_id: walked.patrol_id })),
    good('by a student on patrol', ({ open }) => ({ patrol_id: open.patrol_id }), 'student_patrol'),
    beyondReach(({ walked }) => ({ patrol_id: walked.patrol_id })),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('PATROL_NOT_IN_PROGRESS', 'a patrol handed in', ({ completed: { patrol_id } }) => ({
      patrol_id,
    })),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: '7' })),
  ],
  ReopenPatrol: [
    good(
      'one that was handed in',
      ({ completed: { patrol_id } }) => ({ patrol_id, reason: ' вернулся позже ' }),
      'educator_head',
    ),
    ...turnedAway(({ completed: { patrol_id } }) => ({ patrol_id, reason: 'ошибка' })),
    refused('FORBIDDEN', 'an educator', ({ completed: { patrol_id } }) => ({ patrol_id, reason: 'ошибка' })),
    ...[
      refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY, reason: 'a' })),
      refused('PATROL_NOT_COMPLETED', 'one in progress', ({ open: { patrol_id } }) => ({
        ...{ patrol_id, reason: 'ошибка' },
      })),
      refused('VALIDATION_ERROR', 'without a reason', ({ completed: { patrol_id } }) => ({ patrol_id })),
      refused('VALIDATION_ERROR', 'a blank reason', ({ completed: { patrol_id } }) => ({
        ...{ patrol_id, reason: ' \u2060' },
      })),
      refused('VALIDATION_ERROR', 'a reason too long', ({ completed: { patrol_id } }) => ({
        ...{ patrol_id, reason: 'я'.repeat(2001) },
      })),
    ].map((one): Case => ({ ...one, as: 'admin' })),
  ],
  ListAbsentees: [
    good('of a patrol', ({ open }) => ({ patrol_id: open.patrol_id })),
    good('of one that is handed in', ({ completed }) => ({ patrol_id: completed.patrol_id }), 'admin'),
    ...turnedAway(({ open }) => ({ patrol_id: open.patrol_id })),
    refused('FORBIDDEN', 'a student on patrol', ({ open }) => ({ patrol_id: open.patrol_id }), {
      as: 'student_patrol',
    }),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('VALIDATION_ERROR', 'an id that is none', () => ({ patrol_id: '7' })),
  ],
  GetCoverage: [
    good('a day', ({ date }) => ({ date })),
    good('the evening that is on', () => ({}), 'educator_head'),
    ...turnedAway(({ date }) => ({ date })),
    refused('FORBIDDEN', 'a student head', ({ date }) => ({ date }), { as: 'student_head' }),
    refused('VALIDATION_ERROR', 'an impossible date', () => ({ date: '2025-02-30' })),
    refused('VALIDATION_ERROR', 'a date later than tomorrow', () => ({ date: '2025-12-03' })),
  ],
  ListAudit: [
    good('a day', ({ date }) => ({ date_from: date, date_to: date }), 'admin'),
    good(
      'all filters',
      ({ date, open }) => ({
        ...{ date_from: date, date_to: date, building: '8', entrance: 1, size: 1 },
        ...{ user_id: open.entries[0]?.user_id, author: open.patrol_by, action: 'entries_added' },
      }),
      'educator_head',
    ),
    ...turnedAway(({ date }) => ({ date_from: date })),
    refused('FORBIDDEN', 'an educator', ({ date }) => ({ date_from: date })),
    ...[
      refused('VALIDATION_ERROR', 'an action that is none', () => ({ action: 'patrol_lost' })),
      refused('VALIDATION_ERROR', 'dates the wrong way round', () => ({
        ...{ date_from: '2025-12-01', date_to: '2025-11-30' },
      })),
      refused('VALIDATION_ERROR', 'an after that is none', () => ({ after: -1 })),
      refused('VALIDATION_ERROR', 'a page of 101', () => ({ size: 101 })),
    ].map((one): Case => ({ ...one, as: 'admin' })),
  ],
  GetAttendanceReport: [
    good('a day', ({ date }) => ({ date_from: date, date_to: date })),
    good('an entrance', ({ before, date }) => ({
      ...{ date_from: before, date_to: date, building: '8', entrance: 2 },
    })),
    good('a day without patrols', ({ before }) => ({ date_from: before, date_to: before }), 'admin'),
    ...turnedAway(({ date }) => ({ date_from: date, date_to: date })),
    refused('FORBIDDEN', 'a student on patrol', ({ date }) => ({ date_from: date, date_to: date }), {
      as: 'student_patrol',
    }),
    refused('VALIDATION_ERROR', 'no dates', () => ({ building: '8' })),
    refused('VALIDATION_ERROR', 'an end before the beginning', ({ before, date }) => ({
      ...{ date_from: date, date_to: before },
    })),
    refused('VALIDATION_ERROR', '367 days', () => ({ date_from: '2024-01-01', date_to: '2025-01-01' })),
    refused('VALIDATION_ERROR', 'an entrance that is none', ({ date }) => ({
      ...{ date_from: date, date_to: date, entrance: 5 },
    })),
  ],
  WatchPatrols: [
    good('a day', ({ date }) => ({ date })),
    good('an entrance of a day', ({ date }) => ({ date, building: '8', entrance: 2 })),
    good('one patrol', ({ open }) => ({ patrol_id: open.patrol_id })),
    good('a student’s own entrance', ({ date }) => ({ date }), 'student_patrol'),
    ...turnedAway(({ date }) => ({ date })),
    beyondReach(({ completed }) => ({ patrol_id: completed.patrol_id })),
    refused('FORBIDDEN', 'another entrance, by a student', () => ({ entrance: 2 }), { as: 'student_patrol' }),
    refused('PATROL_NOT_FOUND', 'a patrol that is not there', () => ({ patrol_id: NOBODY })),
    refused('VALIDATION_ERROR', 'an impossible date', () => ({ date: '2025-02-30' })),
    refused('VALIDATION_ERROR', 'a position that is none', () => ({ after: -1 })),
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
};
