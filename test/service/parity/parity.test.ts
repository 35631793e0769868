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
import { PATROL_CASES } from './patrol-cases.ts';
import { openTransports, type Transport } from './transports.ts';

const CASES = { ...PATROL_CASES, ...ENTRY_CASES };

/** What an input alone can lead to; `If-Match` has its own test. */
const ofInput = (errors: readonly string[]) => errors.filter((code) => code !== 'PRECONDITION_FAILED');

let transports: Transport[];
let day = 0;
/** For what is refused: it changes nothing. */
const sharedEvening = newEvening();

beforeAll(async () => {
  transports = await openTransports();
});
afterAll(() => Promise.all(transports.map((transport) => transport.close())));

test('every operation has cases: a success, an anonymous caller, and every refusal of its own', () => {
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
        const evening = one.outcome === 'OK' ? newEvening() : sharedEvening;
        const authorization = one.as && (await bearer(one.as));
        const sayable = transports.filter(
          (transport) => transport.has(operation) && !one.unsayable?.[transport.name],
        );
        const outcomes = await Promise.all(
          sayable.map(async (transport) => {
            const { code, data } = await transport.send(
              operation,
              one.input(await evening(transport)),
              authorization,
            );
            return { transport: transport.name, code, data: comparable(data) };
          }),
        );
        const [direct] = outcomes;
        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({ transport: outcome.transport, code: one.outcome });
          if (one.outcome === 'OK') expect(contradictions(outcome.data, direct?.data)).toEqual([]);
        }
      },
    );
  },
);

/** Returns what prepares an evening of a transport, once. */
function newEvening(): (transport: Transport) => Promise<World> {
  // Every other day: the one before is nobody's.
  day += 2;
  const date = new Date(Date.UTC(2023, 0, day)).toISOString().slice(0, 10);
  const prepared = new Map<Transport, Promise<World>>();
  return (transport) => {
    const world = prepared.get(transport) ?? prepare(transport, date);
    prepared.set(transport, world);
    return world;
  };
}

async function prepare({ context }: Transport, date: string): Promise<World> {
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
  return JSON.parse(text, (_, value) => (isTrail(value) ? value.toSorted(byContent) : value));
}

/** Records of the trail: those of one statement are in the order of its plan, which each database chooses for itself. */
const isTrail = (value: unknown): value is object[] =>
  Array.isArray(value) && value.every((item) => isRecord(item) && 'audit_id' in item);

const byContent = (one: object, other: object) => contentOf(one).localeCompare(contentOf(other));

const contentOf = (record: object): string =>
  ['action', 'building', 'entrance', 'student_id'].map((key) => Reflect.get(record, key)).join(' ');

/**
 * Returns where two answers contradict each other: gRPC says `""` or 0 for null, leaves an unknown `is_present` out, and
 * has names and counts beside; it says `success` where the others have nothing to say.
 */
function contradictions(one: unknown, other: unknown, where = ''): string[] {
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((item, at) => contradictions(item, other[at], `${where}[${at}]`));
  if (isRecord(one) && isRecord(other)) {
    const shared = Object.keys(one).filter((key) => key in other);
    if (shared.length > 0)
      return shared.flatMap((key) => contradictions(one[key], other[key], `${where}.${key}`));
  }
  const isNothing = one === null || one === '' || one === 0 || (isRecord(one) && one.success === true);
  const agree = other === null ? isNothing : one === other;
  return agree ? [] : [`${where}: ${JSON.stringify(one)}, not ${JSON.stringify(other)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
