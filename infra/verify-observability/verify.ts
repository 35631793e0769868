/**
 * `npm run verify:observability`: what people will look at, seen rather than assumed. promtool, Grafana's grammars and
 * the dashboards' own rules first; then the whole local campus under a short load, with a real Prometheus and a
 * stand-in of Loki beside it. Ends with a table; exit code 1 if anything in it failed.
 */
import { DateTime } from 'luxon';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { tonight } from '../../lib/patrols/evening.ts';
import { grpcClient } from '../clients/grpc-client.ts';
import { askOverRest, done } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import { startLokiStandIn } from '../local/loki-stand-in.ts';
import { type Checklist, createChecklist, reasonOf } from './checklist.ts';
import { type Callers, type Traces, tonightByRest, walkRound } from './evening.ts';
import { bearerFor, CAMPUS_TIMEZONE, startLocalCampusProcess } from './local-campus-process.ts';
import { checkLog } from './log-checks.ts';
import { checkMetrics, scrapedAgain } from './metrics-checks.ts';
import type { PrometheusApi } from './prometheus-api.ts';
import { startPrometheus } from './prometheus-server.ts';
import { checkRules } from './rule-checks.ts';
import { allQueries, checkFiles } from './static-checks.ts';

takeNoArguments(`npm run verify:observability
Runs the service under load with a real Prometheus, and asks every panel and alert for its data.`);

/** What has been opened, newest last; each knows how to close itself. */
type Opened = (() => Promise<unknown>)[];

async function verify(checklist: Checklist, opened: Opened): Promise<void> {
  say('promtool, syntax of queries, dashboards');
  await checkFiles(checklist);
  say('starting the stand-in of Loki and the local campus (npm start)');
  const loki = await startLokiStandIn();
  opened.push(() => loki.stop());
  const campus = await startLocalCampusProcess(loki.url, opened);
  say('starting Prometheus');
  const prometheus = await startPrometheus(`127.0.0.1:${campus.restPort}`, opened);
  const [educator = '', student = ''] = await Promise.all(['educator', 'student'].map(bearerFor));
  const grpc = grpcClient(`127.0.0.1:${campus.grpcPort}`, educator);
  opened.push(async () => grpc.close());
  const callers = { rest: restClient(campus.url, educator), grpc, studentAuthorization: student };

  say('walking the patrols of tonight');
  const began = performance.now();
  const date = tonight(new Date(), CAMPUS_TIMEZONE);
  const traces = await walkEvening(callers, prometheus, date);
  const { panels, links } = allQueries();
  const seconds = Math.ceil((performance.now() - began) / 1000);
  await checkMetrics(checklist, prometheus, panels, seconds);
  await checkRules(checklist, prometheus);
  await checkFigures(checklist, callers, prometheus, date);
  await checkLog(checklist, loki, [...panels, ...links], traces);
}

/** Twice the same, with scrapes between: a series shows a rate only once it was seen before. */
async function walkEvening(callers: Callers, api: PrometheusApi, date: string): Promise<Traces[]> {
  const earlier = DateTime.fromISO(date).minus({ days: 1 }).toISODate();
  await done(askOverRest(callers.rest), 'CreatePatrol', { date: earlier, building: '9', entrance: 3 });
  const first = await walkRound(callers, { date, entrance: 1, isHandedIn: true });
  await scrapedAgain(api, 2);
  const second = await walkRound(callers, { date, entrance: 2, isHandedIn: true });
  const third = await walkRound(callers, { date, entrance: 3, isHandedIn: false });
  await scrapedAgain(api, 3);
  return [first, second, third];
}

/** Data is not enough: the campus dashboard must say what the service itself answers. */
async function checkFigures(
  checklist: Checklist,
  callers: Callers,
  api: PrometheusApi,
  date: string,
): Promise<void> {
  await checklist.check('the figures of tonight are the true ones', async () => {
    const expected = await tonightByRest(callers, date);
    const figure = async (metric: string): Promise<number | undefined> =>
      (await api.query(`sum(max by (building, entrance, status, state) (${metric}))`))[0]?.values[0];
    const shown = {
      patrols: await figure('patrol_patrols'),
      present: await figure('patrol_entries{state="present"}'),
      absent: await figure('patrol_entries{state="absent"}'),
      unchecked: await figure('patrol_entries{state="unchecked"}'),
    };
    const [byRest, byPrometheus] = [JSON.stringify(expected), JSON.stringify(shown)];
    return {
      seen: byPrometheus,
      faults: byRest === byPrometheus ? [] : [`REST says ${byRest}`],
    };
  });
}

/** Newest first: what asks goes before what answers. */
async function closeAll(opened: Opened): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const opened: Opened = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => closeAll(opened).finally(() => process.exit(130)));
}
const checklist = createChecklist();
const began = performance.now();
try {
  await verify(checklist, opened);
} catch (error) {
  await checklist.check('the run itself', () => ({ seen: 'stopped half way', faults: [reasonOf(error)] }));
} finally {
  await closeAll(opened);
}
say(`\n${checklist.table()}\n\n${Math.round((performance.now() - began) / 1000)} s`);
process.exitCode = checklist.hasFaults ? 1 : 0;
