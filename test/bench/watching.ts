import { type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ask, closedLoop, quantile } from '../load/closed-loop.ts';
import { type HttpConnection, openHttpConnection, requestBytes } from '../load/http-connection.ts';
import { type MeasuredProcess, startMeasuredProcess } from '../load/measured-process.ts';
import { openLoop } from '../load/open-loop.ts';
import { type Stage, setStage } from './stage.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const WATCHERS = 500;
const SECONDS = 4;
/** Marks a second; null is as fast as a few callers get their answers. */
const RATES = [30, 100, null] as const;
type Rate = (typeof RATES)[number];
const CALLERS = 4;
const CONNECTIONS = 12;
const MARKS = 1500;

/** Of one measurement: CPU in ms a mark of the process that marks and of the one that is watched, and MiB that this holds. */
interface Cost {
  readonly cpu: number;
  readonly resident: number;
  readonly latenciesMs: readonly number[];
}

/** Gives lines: what a mark costs while many watch and while nobody does, and how long its event is on the way. */
export async function measureWatching(): Promise<string[]> {
  const stage = await setStage();
  try {
    const marked = await stage.start('as it comes');
    const watched = await stage.start('as it comes');
    return [
      ...(await compared(stage, 'one replica', marked, marked)),
      ...(await compared(stage, 'two replicas', marked, watched)),
    ];
  } finally {
    await stage.strike();
  }
}

async function compared(
  stage: Stage,
  title: string,
  marked: MeasuredProcess,
  watched: MeasuredProcess,
): Promise<string[]> {
  const marks = await openMarks(marked, stage.authorization);
  const costs = RATES.map((rate) => ({ rate, without: [] as Cost[], within: [] as Cost[] }));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { rate, without } of costs) {
      const cost = await measure(marks, [marked, watched], rate);
      if (round >= 0) without.push(cost);
    }
    const watchers = await startMeasuredProcess('test/load/silent-watchers.ts', {
      ...{ WATCH_PORT: String(watched.restPort), WATCHERS: String(WATCHERS) },
      AUTHORIZATION: stage.authorization,
    });
    const observer = await observe(watched, stage.authorization, marks);
    for (const { rate, within } of costs) {
      const cost = await measure(marks, [marked, watched], rate);
      if (round >= 0) within.push({ ...cost, latenciesMs: observer.takeLatencies() });
      else observer.takeLatencies();
    }
    observer.close();
    if (watchers.output().includes('cut off')) throw new Error('a watcher was cut off');
    await watchers.stop();
    await nobodyWatches(watched);
  }
  marks.close();
  return [
    `${title}, ${WATCHERS} watch`.padEnd(28) +
      ['CPU ms', 'nobody', 'more', 'p50 ms', 'p99 ms', 'MiB'].map(right).join(''),
    ...costs.map(row),
  ];
}

function row({ rate, without, within }: { rate: Rate; without: Cost[]; within: Cost[] }): string {
  const median = (costs: readonly Cost[], of: (cost: Cost) => number) => quantile(costs.map(of), 0.5);
  const latencies = within.flatMap(({ latenciesMs }) => latenciesMs);
  // Of each round its own, so that noise hurts both alike.
  const more = within.map(({ cpu }, round) => cpu - (without[round]?.cpu ?? Number.NaN));
  const cells = [
    ...[median(within, ({ cpu }) => cpu), median(without, ({ cpu }) => cpu), quantile(more, 0.5)].map((ms) =>
      ms.toFixed(2),
    ),
    ...[0.5, 0.99].map((share) => quantile(latencies, share).toFixed(0)),
    median(within, ({ resident }) => resident).toFixed(0),
  ];
  const name = rate === null ? `  ${CALLERS} callers, as they can` : `  ${rate} marks a second`;
  return name.padEnd(28) + cells.map(right).join('');
}

function right(text: string): string {
  return text.padStart(9);
}

async function measure(marks: Marks, servers: readonly MeasuredProcess[], rate: Rate): Promise<Cost> {
  const processes = [...new Set(servers)];
  await marks.greet();
  const cpu = () => processes.reduce((sum, server) => sum + server.cpuMicros(), 0);
  const before = cpu();
  const { statuses } =
    rate === null
      ? await closedLoop(marks.askers, MARKS)
      : await openLoop({
          ...{ connections: marks.connections, perSecond: rate, seconds: SECONDS, next: marks.next },
        });
  const failed = [...statuses.keys()].filter((status) => status !== 200);
  if (failed.length > 0) throw new Error(`marks were answered ${failed.join(', ')}`);
  return {
    cpu: (cpu() - before) / 1000 / (statuses.get(200) ?? 0),
    resident: servers.at(-1)?.residentMiB() ?? 0,
    latenciesMs: [],
  };
}

/** Marks of one evening; each has its number as its reason, by which its event is known. */
interface Marks {
  readonly connections: readonly HttpConnection[];
  readonly askers: readonly Ask[];
  next(): Buffer;
  /** Says something on each connection: one that is silent for long is closed. */
  greet(): Promise<unknown>;
  /** When the mark of a number was sent. */
  readonly sentMs: Map<string, number>;
  close(): void;
}

let evenings = 0;

async function openMarks({ restPort }: MeasuredProcess, authorization: string): Promise<Marks> {
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openHttpConnection(restPort)),
  );
  const date = new Date(Date.now() - evenings++ * 86_400_000).toISOString().slice(0, 10);
  const start = requestBytes('POST', '/api/v1/patrols', authorization, { date, building: '8', entrance: 1 });
  const list = requestBytes('GET', '/api/v1/patrols', authorization);
  const { body } = (await connections[0]?.send(start)) ?? { body: '' };
  const { patrol_id, entries }: { patrol_id: string; entries: { patrol_entry_id: string }[] } =
    JSON.parse(body);
  const sentMs = new Map<string, number>();
  const next = () => {
    const absence_reason = String(sentMs.size);
    const entry = entries[sentMs.size % entries.length];
    sentMs.set(absence_reason, performance.now());
    const path = `/api/v1/patrols/${patrol_id}/${entry?.patrol_entry_id}`;
    return requestBytes('PATCH', path, authorization, { is_present: false, absence_reason });
  };
  return {
    ...{ connections, next, sentMs },
    greet: () => Promise.all(connections.map((connection) => connection.send(list))),
    askers: connections
      .slice(0, CALLERS)
      .map((connection) => async () => (await connection.send(next())).status),
    close: () => connections.forEach((connection) => void connection.close()),
  };
}

/** Watches as one more, and notes how long after its mark each event comes. */
async function observe({ restPort }: MeasuredProcess, authorization: string, { sentMs }: Marks) {
  const url = `http://127.0.0.1:${restPort}/api/v1/patrols/events`;
  const sent = request(url, { headers: { authorization }, agent: false });
  const response = await new Promise<IncomingMessage>((resolve) => sent.once('response', resolve).end());
  let latenciesMs: number[] = [];
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const now = performance.now();
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, reason = ''] = /"absence_reason":"(\d+)"/.exec(line) ?? [];
      const began = sentMs.get(reason);
      if (began !== undefined) latenciesMs.push(now - began);
    }
  });
  response.on('error', () => {});
  return {
    takeLatencies() {
      const taken = latenciesMs;
      latenciesMs = [];
      return taken;
    },
    close: () => sent.destroy(),
  };
}

/** Waits until the places of those who left are free. */
async function nobodyWatches({ restPort }: MeasuredProcess): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${restPort}/metrics`)).text();
    await pause(100);
    if (/^patrol_watchers(\{[^}]*\})? 0$/m.test(metrics)) return;
  }
}
