import type { Caller } from '../auth/caller.ts';
import { isStudentAlone } from '../auth/reach.ts';
import type { Role } from '../auth/roles.ts';

/** Who may list and read patrols (contract.md, *Who may do what*). */
export const READERS: readonly Role[] = [
  'student_patrol',
  'student_head',
  'educator',
  'educator_head',
  'admin',
];

/** Who may start, mark, add or remove an entry, hand in; and, as far as `deletableBy` says, delete. */
export const PATROLLERS: readonly Role[] = ['student_patrol', 'educator', 'educator_head', 'admin'];

/** Who may see who changed what. */
export const AUDITORS: readonly Role[] = ['educator_head', 'admin'];

/** Which patrols somebody may delete. */
export type Deletable = 'any' | 'own_in_progress' | 'none';

/** Staff delete any patrol; a student on patrol only one that they started themselves and that is still in progress. */
export function deletableBy({ roles }: Pick<Caller, 'roles'>): Deletable {
  if (!isStudentAlone(roles)) return 'any';
  return roles.includes('student_patrol') ? 'own_in_progress' : 'none';
}
