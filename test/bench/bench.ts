import { cpus } from 'node:os';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { closedLoop, quantile } from '../load/closed-loop.ts';
import type { MeasuredProcess } from '../load/measured-process.ts';
import { measureGrowth } from './growth.ts';
import { type Stage, SUBJECTS, type Subject, setStage } from './stage.ts';
import { measureStarts } from './starts.ts';
import { measureWatching } from './watching.ts';
import { type Load, OPERATIONS, type OperationName, openLoad } from './workloads.ts';

takeNoArguments(`npm run bench
Measures what a request, a start, watchers and growth cost, beside a floor in the same run, for a quarter of an hour (Linux).
BENCH_ROUNDS (28), BENCH_WARM_UP_ROUNDS (48) and BENCH_REQUESTS (250) make it shorter or longer.`);

/** `npm run bench`: what a request costs, beside the floor in the same run; rounds take turns, so that noise hurts all alike. */

/** Rounds that count, after those that warm up: what is served for days is compiled by then. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 28);
const WARM_UP_ROUNDS = Number(process.env.BENCH_WARM_UP_ROUNDS ?? 48);
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 250);
/** A start is forty rows and takes as long as some of the others together. */
const STARTS = Math.ceil(REQUESTS / 5);

/** Of one round: CPU in microseconds a request, requests a second, milliseconds. */
interface Cost {
  readonly cpu: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

interface Measured {
  readonly subject: Subject;
  readonly server: MeasuredProcess;
  readonly load: Load;
  readonly costs: Map<OperationName, Cost[]>;
}

async function main(): Promise<void> {
  const stage = await setStage();
  try {
    await measureRequests(stage);
  } finally {
    await stage.strike();
  }
  for (const part of [measureStarts, measureWatching, measureGrowth])
    for (const line of await part()) say(line);
}

async function measureRequests(stage: Stage): Promise<void> {
  const measured = await openAll(stage);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const operation of OPERATIONS) {
      for (const one of inTurn(round + WARM_UP_ROUNDS, measured)) {
        const cost = await measure(one, operation);
        if (round >= 0) one.costs.set(operation, [...(one.costs.get(operation) ?? []), cost]);
      }
    }
  }
  say(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${ROUNDS} rounds, medians`);
  say(['operation', 'server', 'CPU µs', '× floor', 'per s', 'p50 ms', 'p99 ms'].map(column).join(''));
  for (const operation of OPERATIONS) for (const one of measured) say(row(operation, one, measured));
  for (const { subject, server } of measured) {
    say(
      `${subject}: ready after ${server.readyAfterMs.toFixed(0)} ms, holds ${server.residentMiB().toFixed(0)} MiB`,
    );
  }
  for (const { load } of measured) load.close();
}

/** Returns the servers in turn, from another one in each round: who follows whom costs a few percent. */
function inTurn(round: number, measured: readonly Measured[]): readonly Measured[] {
  const first = round % measured.length;
  return [...measured.slice(first), ...measured.slice(0, first)];
}

/** The service is started first, for it makes the tables. */
async function openAll(stage: Stage): Promise<Measured[]> {
  const opened: Measured[] = [];
  for (const subject of SUBJECTS.toReversed()) {
    const server = await stage.start(subject);
    const load = await openLoad(server, stage.database, stage.authorization);
    opened.push({ subject, server, load, costs: new Map() });
  }
  await stage.seedHistory(3000);
  return opened.toReversed();
}

async function measure({ server, load }: Measured, operation: OperationName): Promise<Cost> {
  const requests = operation === 'start' ? STARTS : REQUESTS;
  const before = server.cpuMicros();
  const { seconds, latenciesMs, statuses } = await closedLoop(load.askers[operation], requests);
  const failed = [...statuses.keys()].filter((status) => ![0, 200, 201].includes(status));
  if (failed.length > 0) throw new Error(`${operation} was answered ${failed.join(', ')}`);
  return {
    cpu: (server.cpuMicros() - before) / requests,
    perSecond: requests / seconds,
    p50: quantile(latenciesMs, 0.5),
    p99: quantile(latenciesMs, 0.99),
  };
}

function row(operation: OperationName, { subject, costs }: Measured, all: readonly Measured[]): string {
  const own = costs.get(operation) ?? [];
  const floor = all.find((one) => one.subject === 'floor')?.costs.get(operation) ?? [];
  const median = (of: (cost: Cost, round: number) => number) => quantile(own.map(of), 0.5);
  const cells = [
    operation,
    subject,
    median(({ cpu }) => cpu).toFixed(0),
    median(({ cpu }, round) => cpu / (floor[round]?.cpu ?? Number.NaN)).toFixed(2),
    median(({ perSecond }) => perSecond).toFixed(0),
    median(({ p50 }) => p50).toFixed(2),
    median(({ p99 }) => p99).toFixed(2),
  ];
  return cells.map(column).join('');
}

function column(text: string, index: number): string {
  return index < 2 ? text.padEnd(19) : text.padStart(9);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
