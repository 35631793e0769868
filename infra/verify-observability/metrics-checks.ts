import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import type { Checklist, Outcome } from './checklist.ts';
import { run } from './child-process.ts';
import type { PanelQuery } from './dashboard-json.ts';
import { until } from './polling.ts';
import { isFigure, type PrometheusApi } from './prometheus-api.ts';
import { filledIn, OPENING_VALUES } from './template-variables.ts';

/** As short as a rate can be at a scrape a second, with room for scrapes that come late. */
const VALUES = { ...OPENING_VALUES, __rate_interval: '15s', __auto: '15s' };
const SCRAPE_LIMIT_MS = 20_000;

/** Waits until the targets were scraped so often after now. */
export async function scrapedAgain(api: PrometheusApi, times: number): Promise<void> {
  const began = Date.now();
  const scrapes = new Set<string>();
  await until(`${times} scrapes`, SCRAPE_LIMIT_MS, async () => {
    for (const { lastScrape } of await api.targets()) {
      if (Date.parse(lastScrape) > began) scrapes.add(lastScrape);
    }
    return scrapes.size >= times || null;
  });
}

/** Holds what Prometheus has of the service against the dashboards; `seconds` is how long ago the load began. */
export async function checkMetrics(
  checklist: Checklist,
  api: PrometheusApi,
  queries: readonly PanelQuery[],
  seconds: number,
): Promise<void> {
  await checklist.check('every target is up', async () => {
    const targets = await api.targets();
    const down = targets.filter(({ health }) => health !== 'up');
    return {
      seen: targets.map(({ scrapeUrl }) => scrapeUrl).join(', '),
      faults: [
        ...(targets.length === 0 ? ['there is none'] : []),
        ...down.map(({ scrapeUrl, health, lastError }) => `${scrapeUrl} is ${health}: ${lastError}`),
      ],
    };
  });
  await checklist.check('promtool check metrics', () => checkNames(api));
  await checklist.check('every panel has data', () => panelsWithData(api, queries, seconds));
  await checklist.check('every operation is seen, on each transport', () => everyOperation(api));
}

/** promtool says nothing of names and types that are as Prometheus wants them. */
async function checkNames(api: PrometheusApi): Promise<Outcome> {
  const texts = await Promise.all(
    (await api.targets()).map(async ({ scrapeUrl }) => (await fetch(scrapeUrl)).text()),
  );
  const said = await Promise.all(texts.map((text) => run('promtool', ['check', 'metrics'], undefined, text)));
  const metrics = texts.flatMap((text) => text.match(/^# TYPE/gm) ?? []).length;
  return { seen: `${metrics} metrics`, faults: said.filter(Boolean) };
}

async function panelsWithData(
  api: PrometheusApi,
  queries: readonly PanelQuery[],
  seconds: number,
): Promise<Outcome> {
  const asked = queries.filter(({ datasource }) => datasource === 'prometheus');
  const faults = await Promise.all(
    asked.map(async ({ place, expr, instant }) => {
      const query = filledIn(expr, VALUES);
      try {
        const series = await (instant ? api.query(query) : api.queryRange(query, seconds));
        return series.some(isFigure) ? [] : [`${place}: nothing for ${query}`];
      } catch (error) {
        return [`${place}: ${Error.isError(error) ? error.message : String(error)} for ${query}`];
      }
    }),
  );
  return { seen: `${asked.length} queries asked as Grafana asks them`, faults: faults.flat() };
}

/** One of them missing in a graph is easily taken for an operation that nobody used. */
async function everyOperation(api: PrometheusApi): Promise<Outcome> {
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  const rpcs = Object.keys(service);
  const transports = [
    // By REST the patrols of a date are a filter of the list.
    {
      expr: 'count by (operation) (http_server_request_duration_seconds_count{operation!=""})',
      expected: rpcs.filter((rpc) => rpc !== 'GetPatrolsForDate'),
    },
    { expr: 'count by (rpc_method) (rpc_server_duration_seconds_count)', expected: rpcs },
  ];
  const faults = await Promise.all(
    transports.map(async ({ expr, expected }) => {
      const seen = new Set((await api.query(expr)).flatMap(({ labels }) => Object.values(labels)));
      return expected.filter((name) => !seen.has(name)).map((name) => `${name} is not in ${expr}`);
    }),
  );
  return { seen: transports.map(({ expected }) => expected.length).join(' and '), faults: faults.flat() };
}
