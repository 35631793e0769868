import { expect, test } from '@jest/globals';
import { DASHBOARDS } from '../../infra/grafana/dashboards.ts';
import { dashboardFaults } from '../../infra/verify-observability/dashboard-faults.ts';
import {
  committedDashboards,
  type DashboardJson,
  linkedQueriesOf,
  type PanelJson,
  provisionedDatasources,
  queriesOf,
  traceLink,
} from '../../infra/verify-observability/dashboard-json.ts';
import { syntaxFaults } from '../../infra/verify-observability/query-syntax.ts';

const committed = committedDashboards();
const around = {
  datasources: provisionedDatasources(),
  dashboards: new Set([...committed.values()].map(({ uid = '' }) => uid)),
};

test('both datasources are provisioned under the uids that the dashboards ask', () => {
  expect([...around.datasources]).toEqual(['prometheus', 'loki']);
});

test.each(Object.entries(DASHBOARDS))('%s is what the code builds', (file, build) => {
  // If it is not: node infra/grafana/write-dashboards.ts
  expect(committed.get(file)).toEqual(JSON.parse(JSON.stringify(build())));
});

test.each([...committed])('%s is as Grafana wants it', (_file, dashboard) => {
  expect(dashboardFaults(dashboard, around)).toEqual([]);
});

test.each([...committed])('every query of %s parses, and of its links into the log', (file, dashboard) => {
  const queries = queriesOf(file, dashboard);
  expect(queries.length).toBeGreaterThan(20);
  expect(syntaxFaults([...queries, ...linkedQueriesOf(file, dashboard)])).toEqual([]);
});

const prometheus = { type: 'prometheus', uid: 'prometheus' };
const panel: PanelJson = {
  id: 1,
  type: 'stat',
  title: 'p99',
  description: 'One request in a hundred takes longer.',
  gridPos: { x: 0, y: 0, w: 12, h: 4 },
  datasource: prometheus,
  targets: [{ refId: 'A', expr: 'up', datasource: prometheus }],
  fieldConfig: { defaults: { unit: 's' } },
};
const asking = (expr: string): Partial<PanelJson> => ({
  targets: [{ refId: 'A', expr, datasource: prometheus }],
});
const small: DashboardJson = { uid: 'small', title: 'Small', schemaVersion: 42, panels: [panel] };

test('a sound dashboard has no faults', () => {
  expect(dashboardFaults(small, around)).toEqual([]);
});

test.each<[string, Partial<PanelJson>, string]>([
  ['an id used twice', { id: 1, gridPos: { x: 12, y: 0, w: 12, h: 4 } }, 'two panels with id 1'],
  ['an overlap', { gridPos: { x: 11, y: 3, w: 12, h: 4 } }, '"p99" lies over "p99"'],
  ['a panel past the edge', { gridPos: { x: 12, y: 4, w: 13, h: 4 } }, 'does not fit into 24 columns'],
  ['an empty title', { title: ' ' }, 'no title'],
  ['no queries', { targets: [] }, 'no queries'],
  ['an unknown unit', { fieldConfig: { defaults: { unit: 'seconds' } } }, 'unknown unit seconds'],
  ['another datasource', { targets: [{ refId: 'A', datasource: { uid: 'mimir' } }] }, 'not provisioned'],
  ['an undeclared variable', asking('up{job="$job"}'), '$job is not declared'],
])('%s is a fault', (_what, change, fault) => {
  const other = { ...panel, id: 2, gridPos: { x: 12, y: 0, w: 12, h: 4 }, ...change };
  expect(dashboardFaults({ ...small, panels: [panel, other] }, around).join()).toContain(fault);
});

test('a link to a dashboard that is not there is a fault', () => {
  const links = [{ title: 'Service', url: '/d/patrol' }];
  expect(dashboardFaults({ ...small, links }, around)).toEqual(['link "Service" leads to /d/patrol']);
});

test.each([
  ['prometheus', 'sum(rate(up[5m])'],
  ['prometheus', 'sum by operation (up)'],
  ['prometheus', ' '],
  ['loki', '{service="patrol-service"} |= trace'],
])('a query that %s cannot read is a fault: %s', (datasource, expr) => {
  expect(syntaxFaults([{ place: 'here', expr, datasource, instant: false }])).toHaveLength(1);
});

test('Grafana finds the trace id in a line, and it alone', () => {
  const line = '{"level":"INFO","time":1,"trace_id":"5a173c3c-ab47","correlation_id":"fb8c","msg":"request"}';
  expect(traceLink().pattern.exec(line)?.[1]).toBe('5a173c3c-ab47');
});
