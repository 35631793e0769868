import { takeNoArguments } from '../../lib/bin/usage.ts';
import { type Stage, SUBJECTS, type Subject, setStage } from '../bench/stage.ts';
import { type Load, openLoad } from '../bench/workloads.ts';
import { closedLoop } from './closed-loop.ts';
import type { MeasuredProcess } from './measured-process.ts';

takeNoArguments(`npm run soak
Lists, reads and marks SOAK_REQUESTS times beside a floor, and fails if memory still grows in the second half (Linux).`);

/** `npm run soak`: lists, reads and marks without end, and what memory the floor and the service hold meanwhile. */

const REQUESTS = Number(process.env.SOAK_REQUESTS ?? 200_000);
const STEPS = 10;
/** What a process may still gain after half of the requests, in MiB: more is a leak. */
const GROWTH_LIMIT_MIB = 48;

interface Soaked {
  readonly subject: Subject;
  readonly server: MeasuredProcess;
  readonly load: Load;
  readonly residentMiB: number[];
}

async function main(): Promise<void> {
  const stage = await setStage();
  try {
    await soakAll(stage);
  } finally {
    await stage.strike();
  }
}

async function soakAll(stage: Stage): Promise<void> {
  const soaked: Soaked[] = [];
  // The service first: it makes the tables.
  for (const subject of SUBJECTS.toReversed()) {
    const server = await stage.start(subject);
    const load = await openLoad(server, stage.database, stage.authorization);
    soaked.push({ subject, server, load, residentMiB: [] });
  }
  for (let step = 1; step <= STEPS; step += 1) {
    for (const one of soaked) await soak(one);
    const held = soaked.map(({ subject, residentMiB }) => `${subject} ${residentMiB.at(-1)?.toFixed(0)} MiB`);
    process.stdout.write(`${(REQUESTS / STEPS) * step} requests each: ${held.join(', ')}\n`);
  }
  for (const { load } of soaked) load.close();
  const leaking = soaked.filter(({ residentMiB }) => growth(residentMiB) > GROWTH_LIMIT_MIB);
  for (const { subject, residentMiB } of leaking) {
    process.stdout.write(`${subject} grew by ${growth(residentMiB).toFixed(0)} MiB in the second half\n`);
  }
  process.exitCode = leaking.length > 0 ? 1 : 0;
}

async function soak({ server, load, residentMiB }: Soaked): Promise<void> {
  for (const operation of ['list', 'get', 'mark'] as const) {
    const { statuses } = await closedLoop(load.askers[operation], Math.ceil(REQUESTS / STEPS / 3));
    if (statuses.size !== 1 || !statuses.has(200))
      throw new Error(`answers: ${JSON.stringify([...statuses])}`);
  }
  residentMiB.push(server.residentMiB());
}

function growth(residentMiB: readonly number[]): number {
  return (residentMiB.at(-1) ?? 0) - (residentMiB[Math.floor(residentMiB.length / 2)] ?? 0);
}

await main();
