/**
 * `npm run verify:scale`: what docs/scaling.md says, tried with what this machine has; `-- nginx failover` tries those
 * parts alone. A part whose programs are missing is skipped by name. Ends with a table; exit code 1 if anything in it failed.
 */

import { endWithUsage } from '../../lib/bin/usage.ts';
import { createChecklist, reasonOf } from '../verify-observability/checklist.ts';
import { failover } from './failover.ts';
import type { Opened, Part } from './part.ts';
import { pgbouncer } from './pgbouncer.ts';
import { findProgram } from './programs.ts';
import { haproxy, nginx } from './rolling-restart.ts';
import { standbyClock } from './standby-clock.ts';
import { synchronous } from './synchronous.ts';

const PARTS: readonly Part[] = [nginx, haproxy, pgbouncer, failover, synchronous, standbyClock];

const opened: Opened = [];
const checklist = createChecklist();
const skipped: string[] = [];

async function closeAll(): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function tryPart({ name, programs, run }: Part): Promise<void> {
  const found = await Promise.all(
    programs.map(async (program) => [program, await findProgram(program)] as const),
  );
  const missing = found.filter(([, path]) => path === null).map(([program]) => program);
  if (missing.length > 0) {
    skipped.push(`SKIPPED ${name}: not installed: ${missing.join(', ')}`);
    return;
  }
  say(`trying ${name}`);
  const paths = new Map(found.flatMap(([program, path]) => (path === null ? [] : [[program, path]])));
  try {
    await run(checklist, opened, paths, (what) => void skipped.push(`SKIPPED ${name}: ${what}`));
  } catch (error) {
    await checklist.check(`${name}: the part itself`, () => ({
      seen: 'stopped half way',
      faults: [reasonOf(error)],
    }));
  } finally {
    await closeAll();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => closeAll().finally(() => process.exit(130)));
}
endWithUsage(`npm run verify:scale -- [part…]
Tries what docs/scaling.md says, with the programs that the machine has; the rest is skipped by name.
Parts: ${PARTS.map(({ name }) => name).join(', ')}.`);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  say(`no part ${unknown.join(', ')}; there are ${PARTS.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
for (const part of PARTS) if (asked.length === 0 || asked.includes(part.name)) await tryPart(part);
say(['', checklist.table(), ...skipped].join('\n'));
process.exitCode = checklist.hasFaults ? 1 : 0;
