import fc from 'fast-check';
import type { MeasuredProcess } from './load/measured-process.ts';

/** How many hostile requests each transport gets: `npm run test:faults` sends 20,000. */
export const REQUESTS = Number(process.env.HOSTILE_REQUESTS ?? 1500);
/** Whether this is the long form, for whoever has the time. */
export const LONG = REQUESTS >= 20_000;

/** Text of every kind that has ever broken something: NUL, half surrogates, very long, other scripts, injections. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\udfff\ud800',
      "' or 1=1 --",
      '"; drop table patrols; --',
      '<script>',
      '{{7*7}}',
      '../../etc/passwd',
      '__proto__',
      'constructor',
      'ﷺ',
      '٣',
      '2025-02-30',
      '0000-00-00',
      '1e400',
      '-0',
      'NaN',
      'true',
      'null',
    ),
    fc.integer({ min: 1, max: 3000 }).map((length) => 'я'.repeat(length)),
  );
}

/** JSON of any shape, and objects with our own fields in them, each holding anything. */
export function hostileValue(): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    hostileText(),
    fc.uuid(),
    fc.boolean(),
    fc.constantFrom(
      0,
      -1,
      1,
      2,
      5,
      1e308,
      Number.MAX_SAFE_INTEGER + 1,
      0.1,
      null,
      '8',
      '9',
      '2026-01-01',
      'completed',
      [],
      {},
    ),
  );
  const fields = [
    'date',
    'building',
    'entrance',
    'status',
    'user_id',
    'room',
    'is_present',
    'absence_reason',
    'page',
    'size',
    'patrol_id',
    'patrol_entry_id',
    '__proto__',
    'constructor',
    'toString',
  ];
  const ours = fc
    .array(fc.tuple(fc.constantFrom(...fields), anything), { maxLength: 6 })
    .map((entries) => Object.fromEntries(entries));
  return fc.oneof({ weight: 3, arbitrary: ours }, { weight: 1, arbitrary: anything });
}

/** What V8 may still take after half of the requests, in MiB: it collects when it must, not when it could. */
const MOST_GROWTH_MIB = 200;

/** Tries the property as often as asked for; @throws if it fails once, or if the second half of the requests takes memory. */
export async function assertHolds(
  service: MeasuredProcess,
  property: fc.IAsyncProperty<unknown>,
): Promise<void> {
  const numRuns = Math.ceil(REQUESTS / 2);
  await fc.assert(property, { numRuns });
  const before = service.residentMiB();
  await fc.assert(property, { numRuns });
  const grown = service.residentMiB() - before;
  if (grown > MOST_GROWTH_MIB)
    throw new Error(`the service took ${grown.toFixed(0)} MiB for ${numRuns} requests`);
}
