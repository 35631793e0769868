import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TObject, TSchema } from 'typebox';
import { addEntry } from '../../handlers/add-entry.ts';
import { completePatrol } from '../../handlers/complete-patrol.ts';
import { deletePatrol } from '../../handlers/delete-patrol.ts';
import { listPatrols } from '../../handlers/list-patrols.ts';
import { listPatrolsOfDate } from '../../handlers/list-patrols-of-date.ts';
import { markEntries } from '../../handlers/mark-entries.ts';
import { markEntry } from '../../handlers/mark-entry.ts';
import { readAudit } from '../../handlers/read-audit.ts';
import { readEntry } from '../../handlers/read-entry.ts';
import { readPatrol } from '../../handlers/read-patrol.ts';
import { removeEntry } from '../../handlers/remove-entry.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import type { Role } from '../../lib/auth/roles.ts';
import { invoke } from '../../lib/invoke.ts';
import type { Operation } from '../../lib/operation.ts';
import { bearer, cloneTemplate, openTestContext } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';

let relay: Awaited<ReturnType<typeof relayToDatabase>>;
let answered = 0;
let campus: Awaited<ReturnType<typeof openTestContext>>;

beforeAll(async () => {
  relay = await relayToDatabase(await cloneTemplate(), countAnswers);
  campus = await openTestContext({ environment: { DATABASE_URL: relay.url, DATABASE_POOL_SIZE: '1' } });
});
afterAll(async () => {
  await campus.close();
  relay.close();
});

/** Counts how often PostgreSQL says that it is ready for the next question. */
function countAnswers(postgres: Socket) {
  const READY_FOR_QUERY = 'Z'.charCodeAt(0);
  let rest = Buffer.alloc(0);
  postgres.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    // A message is its type, one byte, and its length, which counts itself and not the type.
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      if (rest[0] === READY_FOR_QUERY) answered += 1;
      rest = rest.subarray(rest.readInt32BE(1) + 1);
    }
  });
}

/** Invokes an operation, and gives its answer with the number of round trips that it took. */
async function call<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  input: object,
  role: Role = 'educator',
) {
  const credentials = { authorization: await bearer(role) };
  const before = answered;
  const answer = await invoke(operation, campus.context, { input, credentials });
  return { answer, roundTrips: answered - before };
}

test('every operation is one round trip to PostgreSQL, a start with all its students too', async () => {
  const place = { date: '2025-12-01', building: '8', entrance: 1 };
  // Who asks first also opens the connection.
  await call(listPatrols, {});
  const started = await call(startPatrol, place);
  const { patrol_id, entries } = started.answer;
  expect(entries.length).toBeGreaterThan(1);
  const entry = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id };
  const { patrol_entry_id } = entry;
  const entryMark = { patrol_entry_id };
  const newcomer = { patrol_id, user_id: '99999999-0000-4000-8000-000000000001', room: '404' };
  const calls = {
    start: started,
    list: await call(listPatrols, { ...place, status: 'in_progress' }),
    'list of a date': await call(listPatrolsOfDate, { date: place.date }),
    read: await call(readPatrol, { patrol_id }),
    'read an entry': await call(readEntry, entry),
    mark: await call(markEntry, { ...entry, is_present: true }),
    'mark several': await call(markEntries, { patrol_id, marks: [{ ...entryMark, is_present: true }] }),
    add: await call(addEntry, newcomer),
    remove: await call(removeEntry, entry),
    complete: await call(completePatrol, { patrol_id, status: 'completed' }),
    audit: await call(readAudit, { patrol_id }, 'admin'),
    delete: await call(deletePatrol, { patrol_id }),
  };
  for (const [name, { roundTrips }] of Object.entries(calls)) {
    expect({ name, roundTrips }).toEqual({ name, roundTrips: 1 });
  }
});
