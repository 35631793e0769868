import type { Caller } from '../auth/caller.ts';
import { isStudentAlone } from '../auth/reach.ts';
import type { Role } from '../auth/roles.ts';

/** Roles that may list and read patrols (docs/contract.md, *Who may do what*). */
export const READERS: readonly Role[] = [
  'student_patrol',
  'student_head',
  'educator',
  'educator_head',
  'admin',
];

/** Roles that may start a patrol, mark, add and remove entries, hand in and, by `deletableBy`, delete. */
export const PATROLLERS: readonly Role[] = ['student_patrol', 'educator', 'educator_head', 'admin'];

/** Roles that may read absentees with their phones, coverage and reports. */
export const STAFF: readonly Role[] = ['educator', 'educator_head', 'admin'];

/** Roles that may reopen a patrol and read the audit trail. */
export const HEADS: readonly Role[] = ['educator_head', 'admin'];

/** The patrols that a caller may delete. */
export type Deletable = 'any' | 'own_in_progress' | 'none';

/** Returns what a caller may delete: staff any patrol, a student on patrol only their own while it is in progress. */
export function deletableBy({ roles }: Pick<Caller, 'roles'>): Deletable {
  if (!isStudentAlone(roles)) return 'any';
  return roles.includes('student_patrol') ? 'own_in_progress' : 'none';
}
