import { randomUUID } from 'node:crypto';
import { startPatrol } from '../handlers/start-patrol.ts';
import { invoke } from '../lib/invoke.ts';
import type { PatrolWithEntries } from '../lib/patrols/schemas.ts';
import type { UserInfoResponse__Output as UserInfo } from '../proto/generated/campus/auth/UserInfoResponse.ts';
import { bearer, openTestContext, type TestCampus } from './campus.ts';

/** An entrance whose residents a test chooses, on a campus whose peers it meddles with. */
export interface TestEntrance {
  readonly campus: TestCampus;
  /** Starts the patrol of the entrance, by direct invocation. */
  start(input?: object): Promise<PatrolWithEntries>;
  /** Lists `people` in pages of the size that was asked for, never more than 100; who comes twice is one of the total. */
  serve(people: readonly UserInfo[]): void;
  /** Peers as they were, and no patrols: for after each test. */
  restore(): Promise<void>;
}

const place = { date: '2025-12-01', building: '8', entrance: 3 };

export async function openTestEntrance(environment: Record<string, string> = {}): Promise<TestEntrance> {
  const campus = await openTestContext({ environment: { GRPC_TIMEOUT_SECONDS: '2', ...environment } });
  const credentials = { authorization: await bearer('educator') };
  return {
    campus,
    start: (input = place) => invoke(startPatrol, campus.context, { input, credentials }),
    serve(people) {
      campus.auth.replace('GetUsers', async ({ page, size }) => {
        const length = Math.min(size || 20, 100);
        const at = (Math.max(page, 1) - 1) * length;
        const pages = Math.ceil(people.length / length);
        const total = new Set(people.map(({ user_id }) => user_id.toLowerCase())).size;
        return { users: people.slice(at, at + length), total, page, size: length, pages };
      });
    },
    async restore() {
      campus.auth.restore();
      campus.applications.restore();
      await campus.sql('delete from patrols');
    },
  };
}

/** A minor student of the entrance, or whoever `more` makes of them. */
export function person(more: Partial<UserInfo> = {}): UserInfo {
  return {
    user_id: randomUUID(),
    last_name: 'Иванов',
    first_name: 'Иван',
    patronymic: 'Иванович',
    building: '8',
    entrance: 3,
    floor: 1,
    room: '101',
    roles: ['student'],
    phone: '',
    email: '',
    is_minor: true,
    ...more,
  };
}
