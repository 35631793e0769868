import { expect, test } from '@jest/globals';
import type { QuerySqlToken } from 'slonik';
import type { Caller } from '../../lib/auth/caller.ts';
import { Reach } from '../../lib/auth/reach.ts';
import type { CampusDate, PatrolEntryId, PatrolId, UserId } from '../../lib/campus-types.ts';
import type { Database } from '../../lib/database/database.ts';
import { createEntryStore } from '../../lib/patrols/entry-store.ts';
import { createPatrolStore } from '../../lib/patrols/patrol-store.ts';
import { LIST, MARK, READ, START } from '../bench/floor-sql.ts';

const reach = Reach.of(['educator'], null);
const caller: Caller = {
  user_id: '00000000-0000-4000-8000-000000000001' as UserId,
  roles: ['educator'],
  reach,
  ifMatch: null,
  confirm: () => Promise.resolve(),
};
const patrolId = '00000000-0000-4000-8000-000000000002' as PatrolId;
const entryId = '00000000-0000-4000-8000-000000000003' as PatrolEntryId;
const place = reach.demand({ date: '2026-11-27' as CampusDate, building: '8', entrance: 1 });

/** Returns the text of the statement that a store runs. */
async function statementOf(run: (database: Database) => Promise<unknown>): Promise<string> {
  let text = '';
  const record = ({ sql }: QuerySqlToken) => {
    text = sql;
    throw new Error('nothing is run');
  };
  const database: Database = {
    maybeOne: async (query) => record(query),
    change: async (build) => record(build(0)),
    answers: () => Promise.resolve(true),
    reachable: () => Promise.resolve(true),
    opened: Promise.resolve(),
    close: () => Promise.resolve(),
  };
  await expect(run(database)).rejects.toThrow('nothing is run');
  return text;
}

/** Returns a text without the numbers of its placeholders, quotes and spaces, in small letters. */
const compared = (text: string) =>
  text
    .replaceAll(/\$(?:slonik_)?\d+/g, '$')
    .replaceAll(/["\s]+/g, '')
    .toLowerCase();

test.each([
  ['list', LIST, (database) => createPatrolStore(database).list(reach, {}, { size: 20, page: 1 })],
  ['read', READ, (database) => createPatrolStore(database).read(reach, patrolId)],
  ['start', START, (database) => createPatrolStore(database).start(caller, { ...place, entries: [] })],
  [
    'mark',
    MARK,
    (database) =>
      createEntryStore(database).mark(caller, patrolId, entryId, { is_present: true, absence_reason: null }),
  ],
] satisfies [string, string, (database: Database) => Promise<unknown>][])(
  'the bench gives its floor the statement of the service: %s',
  async (_, floor, run) => {
    expect(compared(floor)).toBe(compared(await statementOf(run)));
  },
);
