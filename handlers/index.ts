import type { Operation } from '../lib/operation.ts';
import { addEntry } from './add-entry.ts';
import { completePatrol } from './complete-patrol.ts';
import { deletePatrol } from './delete-patrol.ts';
import { getCoverage } from './get-coverage.ts';
import { listAbsentees } from './list-absentees.ts';
import { listAudit } from './list-audit.ts';
import { listPatrols } from './list-patrols.ts';
import { listPatrolsOfDate } from './list-patrols-of-date.ts';
import { markEntries } from './mark-entries.ts';
import { markEntry } from './mark-entry.ts';
import { readAudit } from './read-audit.ts';
import { readEntry } from './read-entry.ts';
import { readPatrol } from './read-patrol.ts';
import { refreshPatrol } from './refresh-patrol.ts';
import { removeEntry } from './remove-entry.ts';
import { reopenPatrol } from './reopen-patrol.ts';
import { reportAttendance } from './report-attendance.ts';
import { startPatrol } from './start-patrol.ts';
import { watchPatrols } from './watch-patrols.ts';

/** Every operation of the service. A new operation is a new file and a line here. */
export const operations: readonly Operation[] = [
  listPatrols,
  listPatrolsOfDate,
  startPatrol,
  readPatrol,
  completePatrol,
  deletePatrol,
  addEntry,
  readEntry,
  markEntry,
  markEntries,
  removeEntry,
  refreshPatrol,
  reopenPatrol,
  listAbsentees,
  getCoverage,
  readAudit,
  listAudit,
  reportAttendance,
  watchPatrols,
];
