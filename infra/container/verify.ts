/**
 * `npm run verify:container`: the image and the compose file, built and run on a real Docker engine. Ends with a table;
 * exit code 1 if anything in it failed. What it starts it removes again.
 */

import { takeNoArguments } from '../../lib/bin/usage.ts';
import { createChecklist, reasonOf } from '../verify-observability/checklist.ts';
import { checkCompose } from './compose-run.ts';
import { requireEngine } from './docker.ts';
import { checkHardenedRun } from './hardened-run.ts';
import { checkImage } from './image-checks.ts';

takeNoArguments(`npm run verify:container
Builds what the image holds and drives it, as far as a machine can.`);

/** What has been opened, newest last; each knows how to close itself. */
const opened: (() => Promise<unknown>)[] = [];

async function closeAll(): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => closeAll().finally(() => process.exit(130)));
}
const checklist = createChecklist();
try {
  await requireEngine();
  await checkImage(checklist);
  await checkHardenedRun(checklist, opened);
  await closeAll();
  await checkCompose(checklist, opened);
} catch (error) {
  await checklist.check('the run itself', () => ({ seen: 'stopped half way', faults: [reasonOf(error)] }));
} finally {
  await closeAll();
}
process.stdout.write(`${checklist.table()}\n`);
process.exitCode = checklist.hasFaults ? 1 : 0;
