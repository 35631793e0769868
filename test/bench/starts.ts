import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE, bundle, bundleOf } from '../../infra/lambda/bundle.ts';
import { quantile } from '../load/closed-loop.ts';
import { startMeasuredProcess } from '../load/measured-process.ts';
import { servedWith } from '../load/served-with.ts';
import { type Stage, setStage } from './stage.ts';

const ROUNDS = 7;

/** What is started, how, and what it is compared with: the first of its kind is the floor. */
type Starts = Readonly<Record<string, () => Promise<number>>>;

/** Gives lines: milliseconds until a process is ready, and until a function's module is loaded, beside their floors. */
export async function measureStarts(): Promise<string[]> {
  const stage = await setStage();
  const folder = await mkdtemp(join(tmpdir(), 'patrol-starts-'));
  try {
    return await compareAll(stage, folder);
  } finally {
    await stage.strike();
    await rm(folder, { recursive: true });
  }
}

async function compareAll(stage: Stage, folder: string): Promise<string[]> {
  const ready =
    (script: string, own: Record<string, string> = {}, flags: readonly string[] = []) =>
    async () => {
      const server = await startMeasuredProcess(script, { ...stage.environment, ...own }, flags);
      await server.stop();
      return server.readyAfterMs;
    };
  await bundle();
  await bundleOf('test/bench/function-floor.ts', join(folder, 'floor.mjs'));
  const init = (file: string) => async () => initMs(file, stage.environment);
  return [
    ...(await compared({
      'floor, ready': ready('test/bench/floor.ts'),
      'npm run serve': ready(
        'lib/bin/main.ts',
        { NODE_COMPILE_CACHE: join(folder, 'compiled') },
        servedWith(),
      ),
      'nothing kept': ready('lib/bin/main.ts', {}, servedWith()),
    })),
    ...(await compared({
      'Fastify, bundled': init(join(folder, 'floor.mjs')),
      'function, bundled': init(`${BUNDLE}/index.mjs`),
    })),
  ];
}

/** Everybody in turn; the first round warms up, makes the tables, and does not count. */
async function compared(starts: Starts): Promise<string[]> {
  const taken = Object.entries(starts).map(([name, start]) => ({ name, start, ms: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const one of taken) {
      const ms = await one.start();
      if (round > 0) one.ms.push(ms);
    }
  }
  const medians = taken.map(({ name, ms }) => [name, quantile(ms, 0.5)] as const);
  const floor = medians[0]?.[1] ?? Number.NaN;
  return medians.map(
    ([name, ms]) => `${name.padEnd(19)}${ms.toFixed(0).padStart(9)} ms${(ms / floor).toFixed(2).padStart(9)}`,
  );
}

/** A process of its own that loads the module as a function's runtime does: from its begin until the module is there. */
function initMs(file: string, environment: Readonly<Record<string, string>>): number {
  const load = `import(${JSON.stringify(file)}).then(() => { console.log(performance.now()); process.exit(0); })`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', load], { env: { ...environment } });
  if (status !== 0) throw new Error(String(stderr));
  return Number(String(stdout).trim().split('\n').at(-1));
}
