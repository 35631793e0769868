import { expect, test } from '@jest/globals';
import type { Role } from '../../lib/identity/caller.ts';
import { mayDelete } from '../../lib/patrols/permissions.ts';
import type { UserId } from '../../lib/patrols/schemas.ts';

const self = 'aaaaaaaa-0000-4000-8000-000000000001' as UserId;
const another = 'bbbbbbbb-0000-4000-8000-000000000002' as UserId;

test.each<[Role[], UserId, 'in_progress' | 'completed', boolean]>([
  [['educator'], another, 'in_progress', true],
  [['educator'], another, 'completed', true],
  [['educator_head'], another, 'completed', true],
  [['admin'], another, 'completed', true],
  [['student', 'student_patrol'], self, 'in_progress', true],
  [['student', 'student_patrol'], self, 'completed', false],
  [['student', 'student_patrol'], another, 'in_progress', false],
  [['student_patrol', 'educator'], another, 'completed', true],
  [['student_head'], self, 'in_progress', false],
  [['student'], self, 'in_progress', false],
  [[], self, 'in_progress', false],
])('%j deletes a patrol of %s that is %s: %s', (roles, patrol_by, status, allowed) => {
  expect(mayDelete({ user_id: self, roles }, { patrol_by, status })).toBe(allowed);
});
