import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { completePatrol } from '../../../handlers/complete-patrol.ts';
import { operations } from '../../../handlers/index.ts';
import { markEntries } from '../../../handlers/mark-entries.ts';
import { startPatrol } from '../../../handlers/start-patrol.ts';
import { allPresent } from '../../../infra/clients/evening.ts';
import { invoke } from '../../../lib/invoke.ts';
import { bearer } from '../../campus.ts';
import type { World } from './case.ts';
import { ENTRY_CASES } from './entry-cases.ts';
import { directMount, grpcMount, lambdaMount, type Mount, restMount } from './mounts.ts';
import { PATROL_CASES } from './patrol-cases.ts';

const CASES = { ...PATROL_CASES, ...ENTRY_CASES };

/** What an input alone can lead to; `If-Match` has its own test. */
const ofInput = (errors: readonly string[]) => errors.filter((code) => code !== 'PRECONDITION_FAILED');

let mounts: Mount[];
let day = 0;

beforeAll(async () => {
  mounts = await Promise.all([directMount(), restMount(), grpcMount(), lambdaMount()]);
});
afterAll(() => Promise.all(mounts.map((mount) => mount.close())));

test('every operation has cases: a success, a stranger, and every refusal of its own', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
  for (const { name, errors } of operations) {
    const outcomes = CASES[name]?.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(
      expect.arrayContaining(['OK', 'UNAUTHORIZED', 'FORBIDDEN', 'VALIDATION_ERROR', ...ofInput(errors)]),
    );
  }
});

describe.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (name, operation) => {
    test.each((CASES[name] ?? []).map((one) => [`${one.outcome}: ${one.title}`, one] as const))(
      '%s',
      async (_, one) => {
        // Every other day: the one before is nobody's.
        day += 2;
        const date = new Date(Date.UTC(2023, 0, day)).toISOString().slice(0, 10);
        const authorization = one.as && (await bearer(one.as));
        const sayable = mounts.filter((mount) => mount.has(operation) && !one.unsayable?.[mount.name]);
        const outcomes = await Promise.all(
          sayable.map(async (mount) => {
            const { code, data } = await mount.send(
              operation,
              one.input(await prepare(mount, date)),
              authorization,
            );
            return { mount: mount.name, code, data: comparable(data) };
          }),
        );
        const [direct] = outcomes;
        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({ mount: outcome.mount, code: one.outcome });
          if (one.outcome === 'OK') expect(agreed(outcome.data, direct?.data)).toBe(true);
        }
      },
    );
  },
);

async function prepare({ context }: Mount, date: string): Promise<World> {
  const credentials = { authorization: await bearer('educator') };
  const start = (entrance: number) =>
    invoke(startPatrol, context, { input: { date, building: '8', entrance }, credentials });
  const walk = async (entrance: number) => {
    const patrol = await start(entrance);
    const input = { patrol_id: patrol.patrol_id, marks: allPresent(patrol) };
    return invoke(markEntries, context, { input, credentials });
  };
  const [open, second, walked] = [await start(1), await walk(2), await walk(3)];
  const input = { patrol_id: second.patrol_id, status: 'completed' };
  const completed = await invoke(completePatrol, context, { input, credentials });
  const before = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
  return { date, before, open, completed, walked };
}

/** The changes of a refresh, by entries. */
const IDS = new Set(['added', 'excused', 'no_longer_excused', 'no_longer_listed', 'patrol_ids']);

/** Makes answers of different databases comparable: of ids and times made there, only that they are. */
function comparable(data: unknown): unknown {
  const text = JSON.stringify(data, (key, value) => {
    if (key === 'patrol_id' || key === 'patrol_entry_id') return value && 'an id';
    // For the entity tag, and in no body.
    if (key === 'version') return undefined;
    if (Array.isArray(value) && IDS.has(key)) return value.map(() => 'an id');
    if (key === 'audit_id' || key === 'trace_id' || key === 'event_id') return 'an id';
    if (key === 'next' && value) return 'a position';
    if ((key === 'at' || key.endsWith('_at')) && value) return 'a time';
    // gRPC has a state of the trail as JSON in text.
    if ((key === 'before' || key === 'after') && typeof value === 'string' && value !== '')
      return JSON.parse(value);
    return value;
  });
  return JSON.parse(text);
}

/**
 * Whether two answers agree in everything that both say: gRPC says `""` or 0 for null, leaves an unknown `is_present` out,
 * and has names and counts beside; it says `success` where the others have nothing to say.
 */
function agreed(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => agreed(item, other[at]));
  }
  if (isRecord(one) && isRecord(other)) {
    const shared = Object.keys(one).filter((key) => key in other);
    return shared.length > 0 && shared.every((key) => agreed(one[key], other[key]));
  }
  if (other === null)
    return one === null || one === '' || one === 0 || (isRecord(one) && one.success === true);
  return one === other;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
