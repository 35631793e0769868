/** Reads a report slowly, and prints the most memory that was in use between two chunks, in bytes. */
import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { Reach } from '../lib/auth/reach.ts';
import type { CampusDate } from '../lib/campus-types.ts';
import { readConfig } from '../lib/config.ts';
import { openContext } from '../lib/open-context.ts';
import { REPORT_FORMATS } from '../lib/report/attendance-report.ts';
import { reportBody } from '../lib/report/body.ts';
import { openTelemetry } from '../lib/telemetry/telemetry.ts';

const [from, to, name] = process.argv.slice(2);
// Arguments of a test's own.
const period = { date_from: from as CampusDate, date_to: to as CampusDate };
const format = REPORT_FORMATS.find((one) => one === name) ?? 'json';

const config = readConfig({ ...process.env, LOG_LEVEL: 'CRITICAL' });
const telemetry = await openTelemetry(config, pino.destination(2));
const { context, opened, close } = await openContext(config, { telemetry, clock: () => new Date() });
await opened;

function used(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Reads a report to its end. */
async function readSlowly(): Promise<{ peak: number; bytes: number }> {
  const read = { peak: 0, bytes: 0 };
  const report = await context.reports.open(Reach.of(['admin'], null), period, format);
  for await (const chunk of reportBody(report).stream) {
    // Time for whatever would read ahead.
    await turn();
    read.peak = Math.max(read.peak, used());
    read.bytes += Buffer.byteLength(chunk);
  }
  return read;
}

// The first one loads code and names.
await readSlowly();
const read = await readSlowly();
process.stdout.write(JSON.stringify(read));
await close();
await telemetry.close();
