import { describe, expect, test } from '@jest/globals';
import { campusTonightDashboard } from '../../infra/grafana/campus-tonight-dashboard.ts';
import { DASHBOARDS } from '../../infra/grafana/dashboards.ts';
import { buildingsFrom } from '../../infra/local/campus-buildings.ts';
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
import { SIRIUS } from '../../lib/settings/campus-buildings.ts';

const committed = committedDashboards();
const around = {
  datasources: provisionedDatasources(),
  dashboards: new Set([...committed.values()].map(({ uid = '' }) => uid)),
};

/** What `npm run dashboards` writes, without the linter's spaces. */
function asGrafanaReads(dashboard: object): DashboardJson {
  return JSON.parse(JSON.stringify(dashboard));
}

test('both datasources are provisioned, of the types that the dashboards ask', () => {
  expect([...around.datasources]).toEqual(['prometheus', 'loki']);
});

test.each(Object.entries(DASHBOARDS))('%s is what the code builds', (file, build) => {
  // If it is not: npm run dashboards, without CAMPUS_BUILDINGS.
  expect(committed.get(file)).toEqual(asGrafanaReads(build(SIRIUS)));
});

test.each([...committed])('%s is as Grafana wants it', (_file, dashboard) => {
  expect(dashboardFaults(dashboard, around)).toEqual([]);
});

test.each([...committed])('every query of %s parses, and of its links into the log', (file, dashboard) => {
  const queries = queriesOf(file, dashboard);
  expect(queries.length).toBeGreaterThan(20);
  expect(syntaxFaults([...queries, ...linkedQueriesOf(file, dashboard)])).toEqual([]);
});

describe.each([
  ['8:6', 1],
  ['8:4,9:4,10:4', 1],
  ['А:2,Б:3,В:4,Г:5,Д:1', 2],
  ['7:99', 1],
  ['1:1', 1],
])('the campus tonight of another campus, %s', (text, lines) => {
  const buildings = buildingsFrom({ CAMPUS_BUILDINGS: text });
  const file = 'campus-tonight.json';
  // Built anew each time, and after another campus's: nothing of one is left in the other.
  campusTonightDashboard(SIRIUS);
  const dashboard = asGrafanaReads(campusTonightDashboard(buildings));
  const tiles = (dashboard.panels ?? []).filter(({ title }) => title?.startsWith('Корпус '));

  test('is as Grafana wants it, and every query parses', () => {
    expect(dashboardFaults(dashboard, around)).toEqual([]);
    expect(syntaxFaults(queriesOf(file, dashboard))).toEqual([]);
  });

  test('has a tile for each of its entrances, in their order, and for no other', () => {
    const asked = tiles.map(({ targets = [] }) => targets.map(({ expr = '' }) => placeOf(expr)));
    expect(asked).toEqual(
      [...buildings].map(([name, entrances]) =>
        Array.from({ length: entrances }, (_, index) => `${name}/${1 + index}`),
      ),
    );
  });

  test('fills its lines from edge to edge, each below the one before', () => {
    const byLine = Map.groupBy(dashboard.panels ?? [], ({ gridPos }) => gridPos?.y);
    for (const line of byLine.values()) {
      expect(line.reduce((sum, { gridPos }) => sum + (gridPos?.w ?? 0), 0)).toBe(24);
      expect(new Set(line.map(({ gridPos }) => gridPos?.h)).size).toBe(1);
    }
    const ys = (dashboard.panels ?? []).map(({ gridPos }) => gridPos?.y ?? -1);
    expect(ys).toEqual(ys.toSorted((one, other) => one - other));
    expect(new Set(tiles.map(({ gridPos }) => gridPos?.y)).size).toBe(lines);
  });

  test('counts started patrols up to as many as it has entrances', () => {
    const started = dashboard.panels?.find(({ title }) => title === 'Начато и завершено обходов');
    const entrances = [...buildings.values()].reduce((sum, ofOne) => sum + ofOne);
    expect(started?.fieldConfig?.defaults).toMatchObject({ max: entrances });
  });
});

test('a number of entrances is written as Russian writes it: up to ten in words', () => {
  const said = (text: string) =>
    asGrafanaReads(campusTonightDashboard(buildingsFrom({ CAMPUS_BUILDINGS: text }))).panels?.find(
      ({ title }) => title === 'Начато и завершено обходов',
    )?.description;
  expect(said('8:6')).toMatch(/^Из шести, нарастающим итогом/);
  expect(said('8:4,9:4,10:4')).toMatch(/^Из 12, нарастающим итогом/);
});

/** The place that both halves of a tile's query ask for. */
function placeOf(expr: string): string {
  const places = [...expr.matchAll(/building="(.+?)",entrance="(\d+)"/g)];
  return [...new Set(places.map(([, building, entrance]) => `${building}/${entrance}`))].join(' and ');
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
const prometheus = { type: 'prometheus', uid: '${prometheus}' };
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
const templating = { list: [{ name: 'prometheus', type: 'datasource', query: 'prometheus' }] };
const small: DashboardJson = { uid: 'small', title: 'Small', schemaVersion: 42, panels: [panel], templating };

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
  ['another datasource', { targets: [{ refId: 'A', datasource: { uid: 'prometheus' } }] }, 'is no variable'],
  ['an undeclared variable', asking('up{job="$job"}'), '$job is not declared'],
])('%s is a fault', (_what, change, fault) => {
  const other = { ...panel, id: 2, gridPos: { x: 12, y: 0, w: 12, h: 4 }, ...change };
  expect(dashboardFaults({ ...small, panels: [panel, other] }, around).join()).toContain(fault);
});

test('a link to a dashboard that is not there is a fault', () => {
  const links = [{ title: 'Service', url: '/d/patrol' }];
  expect(dashboardFaults({ ...small, links }, around)).toEqual(['link "Service" leads to /d/patrol']);
});

test('a datasource variable of a type that is not provisioned is a fault', () => {
  const list = [...templating.list, { name: 'tempo', type: 'datasource', query: 'tempo' }];
  expect(dashboardFaults({ ...small, templating: { list } }, around).join()).toContain('is not provisioned');
});

test.each([...committed])('%s is imported without a question, and says what it needs', (_file, dashboard) => {
  const declared = (dashboard.templating?.list ?? []).filter(({ type }) => type === 'datasource');
  expect(dashboard).toMatchObject({ __inputs: [], __requires: expect.any(Array) });
  const required = Reflect.get(dashboard, '__requires').map(({ id }: { id: string }) => id);
  expect(required).toEqual(['grafana', ...declared.map(({ name }) => name)]);
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
