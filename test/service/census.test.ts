import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CampusDate } from '../../lib/campus-types.ts';
import type { Database } from '../../lib/database/database.ts';
import { createCensusStore } from '../../lib/patrols/census-store.ts';
import { startTestService } from '../campus.ts';
import { scrapeOf, sumOf } from '../metrics-text.ts';

const UNCHECKED = 'patrol_entries_unchecked';
const UNFINISHED = 'patrol_patrols_unfinished';
const here = { building: '9', entrance: '1' };
/** The evening that the test campus is at. */
const TONIGHT = '2025-12-01';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeAll(async () => {
  campus = await startTestService();
  // One a day, the day after tomorrow being the last that can be started, each with two who were not checked.
  await campus.sql(`
    with started as (
      insert into patrols (date, building, entrance, patrol_by)
      select date '${TONIGHT}' + 2 - day, '9', 1, gen_random_uuid() from generate_series(0, 202) as day
      returning patrol_id
    )
    insert into patrol_entries (patrol_id, user_id, room)
    select patrol_id, gen_random_uuid(), '101' from started, generate_series(1, 2)
  `);
  await campus.sql('analyze patrols, patrol_entries');
});
afterAll(() => campus.close());

/** The nodes of a plan, as `explain (format json)` gives them. */
interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

function rowsOf(table: string, node: PlanNode): number {
  const own = node['Relation Name'] === table ? node['Actual Rows'] * node['Actual Loops'] : 0;
  return (node.Plans ?? []).reduce((sum, below) => sum + rowsOf(table, below), own);
}

/** Gives how many rows of a table the census reads. */
async function rowsRead(table: string): Promise<number> {
  let query: Parameters<Database['maybeOne']>[0] | undefined;
  const database = {
    async maybeOne(asked: typeof query) {
      query = asked;
      return null;
    },
    // What a census needs of a database.
  } as unknown as Database;
  await createCensusStore(database).take(TONIGHT as CampusDate, campus.clock.now);
  const [explained] = await campus.sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) ${query?.sql.replaceAll('$slonik_', '$')}`,
    [...(query?.values ?? [])],
  );
  return rowsOf(table, explained?.['QUERY PLAN'][0].Plan ?? { 'Actual Rows': -1, 'Actual Loops': 1 });
}

test('who was not checked is counted tonight, on the seven evenings before, and on later ones', async () => {
  const metrics = await scrapeOf(campus.url);
  expect(sumOf(metrics, UNCHECKED, { ...here, evening: 'tonight' })).toBe(2);
  expect(sumOf(metrics, UNCHECKED, { ...here, evening: 'earlier' })).toBe(2 * 7);
  expect(sumOf(metrics, UNCHECKED, { ...here, evening: 'later' })).toBe(2 * 2);
});

test('a patrol that was never handed in is counted however long ago it was, until it is', async () => {
  expect(sumOf(await scrapeOf(campus.url), UNFINISHED, here)).toBe(203);
  expect(sumOf(await scrapeOf(campus.url), UNFINISHED)).toBe(203);
  await campus.sql(
    `update patrols set status = 'completed', submitted_at = now() where date = '${TONIGHT}'::date - 200`,
  );
  expect(sumOf(await scrapeOf(campus.url), UNFINISHED, here)).toBe(202);
});

test('of older evenings no entry is read, however many patrols were left open', async () => {
  expect(await rowsRead('patrol_entries')).toBe(2 * 10);
});
