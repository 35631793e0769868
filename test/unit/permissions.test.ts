import { expect, test } from '@jest/globals';
import type { Role } from '../../lib/auth/roles.ts';
import { type Deletable, deletableBy } from '../../lib/patrols/permissions.ts';

test.each<[Role[], Deletable]>([
  [['educator'], 'any'],
  [['educator_head'], 'any'],
  [['admin'], 'any'],
  [['student_patrol', 'educator'], 'any'],
  [['student', 'student_patrol'], 'own_in_progress'],
  [['student_head'], 'none'],
  [['student'], 'none'],
  [[], 'none'],
])('%j may delete patrols: %s', (roles, deletable) => {
  expect(deletableBy({ roles })).toBe(deletable);
});
