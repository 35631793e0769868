import type { Caller, Role } from '../identity/caller.ts';
import type { Patrol } from './schemas.ts';

/** Who may list and read patrols (contract.md, *Who may do what*). */
export const READERS: readonly Role[] = [
  'student_patrol',
  'student_head',
  'educator',
  'educator_head',
  'admin',
];

/** Who may start, mark, add or remove an entry, hand in; and, with `mayDelete`, delete. */
export const PATROLLERS: readonly Role[] = ['student_patrol', 'educator', 'educator_head', 'admin'];

/** Who may see who changed what. */
export const AUDITORS: readonly Role[] = ['admin'];

const STAFF: readonly Role[] = ['educator', 'educator_head', 'admin'];

/** Staff delete any patrol; a student on patrol only one that they started themselves and that is still in progress. */
export function mayDelete(caller: Caller, patrol: Pick<Patrol, 'patrol_by' | 'status'>): boolean {
  if (caller.roles.some((role) => STAFF.includes(role))) return true;
  return (
    caller.roles.includes('student_patrol') &&
    patrol.patrol_by === caller.user_id &&
    patrol.status === 'in_progress'
  );
}
