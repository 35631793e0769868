import type { Ask } from '../load/closed-loop.ts';
import { closedLoop, quantile } from '../load/closed-loop.ts';
import type { MeasuredProcess } from '../load/measured-process.ts';
import { indexesUsed } from './explain.ts';
import { type Stage, setStage } from './stage.ts';
import { type Load, openLoad } from './workloads.ts';

const ROUNDS = 5;
const REQUESTS = 500;
/** How the evenings of a few weeks become those of many campuses. */
const [FEW, MANY] = [3000, 1_000_000];

/** What must not take longer because there is more. */
const SAME: Readonly<Record<string, (load: Load) => readonly Ask[]>> = {
  'first page': ({ askers }) => askers.list,
  'of an entrance': ({ listing }) => listing('?building=8&entrance=1'),
  'completed ones': ({ listing }) => listing('?status=completed'),
  'of an evening': ({ listing }) =>
    listing(`?date=${new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10)}`),
  'all filters': ({ listing }) => listing('?building=9&entrance=4&status=completed'),
  get: ({ askers }) => askers.get,
  mark: ({ askers }) => askers.mark,
};

/** Gives lines: what requests take with few patrols and with many, side by side, and which indexes PostgreSQL uses. */
export async function measureGrowth(): Promise<string[]> {
  const stages = [await setStage(), await setStage()] as const;
  try {
    return await compared(stages);
  } finally {
    for (const stage of stages) await stage.strike();
  }
}

async function compared(stages: readonly [Stage, Stage]): Promise<string[]> {
  const servers = [await grown(stages[0], FEW), await grown(stages[1], MANY)] as const;
  // Only now, for the service closes a connection that says nothing for ten seconds.
  const few = await openLoad(servers[0], stages[0].database, stages[0].authorization);
  const many = await openLoad(servers[1], stages[1].database, stages[1].authorization);
  const lines = [`${'median ms'.padEnd(19)}${String(FEW).padStart(9)}${String(MANY).padStart(9)}        ×`];
  for (const [name, askers] of Object.entries(SAME)) {
    const [before, after] = await sideBySide(askers(few), askers(many));
    lines.push(name.padEnd(19) + [before, after, after / before].map(figure).join(''));
  }
  for (const page of [140, 5000, 40_000]) {
    const { latenciesMs } = await closedLoop(many.listing(`?page=${page}`).slice(0, 1), 5);
    lines.push(`${`page ${page}`.padEnd(28)}${figure(quantile(latenciesMs, 0.5))}`);
  }
  lines.push(...(await measureCursor(servers[1], many, stages[1].authorization)));
  lines.push(...(await indexesUsed(stages[1].database)));
  for (const load of [few, many]) load.close();
  return lines;
}

/** Gives lines: the page that a cursor leads to, however deep it is, beside the second page. */
async function measureCursor(
  { restPort }: MeasuredProcess,
  load: Load,
  authorization: string,
): Promise<string[]> {
  const url = `http://127.0.0.1:${restPort}/api/v1/patrols?page=`;
  const medians = new Map<number, number>();
  for (const page of [1, 140, 5000, 40_000]) {
    const answer = await fetch(url + page, { headers: { authorization } });
    const { next } = (await answer.json()) as { next: string }; // the service's own
    const askers = load.listing(`?after=${encodeURIComponent(next)}`);
    // The first round warms up.
    for (let round = 0; round < 2; round += 1) {
      const { latenciesMs } = await closedLoop(askers, REQUESTS);
      medians.set(page, quantile(latenciesMs, 0.5));
    }
  }
  const [first = Number.NaN] = medians.values();
  return [...medians].map(
    ([page, ms]) => `${`after page ${page}`.padEnd(28)}${figure(ms)}${figure(ms / first)}`,
  );
}

async function grown(stage: Stage, patrols: number): Promise<MeasuredProcess> {
  const server = await stage.start('cached');
  await stage.seedHistory(patrols);
  return server;
}

/** Gives both medians in milliseconds; the first round warms up, and does not count. */
async function sideBySide(few: readonly Ask[], many: readonly Ask[]): Promise<[number, number]> {
  const latencies: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [side, askers] of [few, many].entries()) {
      const { latenciesMs, statuses } = await closedLoop(askers, REQUESTS);
      if (statuses.get(200) !== REQUESTS) throw new Error(`answered ${[...statuses.keys()].join(', ')}`);
      if (round > 0) latencies[side]?.push(...latenciesMs);
    }
  }
  return [quantile(latencies[0], 0.5), quantile(latencies[1], 0.5)];
}

function figure(value: number): string {
  return value.toFixed(2).padStart(9);
}
