import * as units from '@grafana/grafana-foundation-sdk/units';
import { type DashboardJson, type PanelJson, panelsOf } from './dashboard-json.ts';
import { variablesIn } from './template-variables.ts';

/** What a dashboard may refer to. */
export interface Surroundings {
  /** Types of the datasources that Grafana is provisioned with. */
  readonly datasources: ReadonlySet<string>;
  /** Uids of all dashboards. */
  readonly dashboards: ReadonlySet<string>;
}

const COLUMNS = 24;
const KNOWN_UNITS: ReadonlySet<string> = new Set<string>(
  Object.values(units).filter((unit) => typeof unit === 'string'),
);
/** Those of Grafana's core that these dashboards are built of. */
const PANEL_TYPES = new Set(['row', 'timeseries', 'stat', 'bargauge', 'table', 'logs']);

/** Gives what Grafana would show wrongly or not at all, as far as the JSON itself says it. */
export function dashboardFaults(dashboard: DashboardJson, around: Surroundings): string[] {
  const panels = panelsOf(dashboard.panels);
  const datasources = datasourceVariables(dashboard);
  return [
    ...(dashboard.uid ? [] : ['no uid']),
    ...(dashboard.title ? [] : ['no title']),
    ...((dashboard.schemaVersion ?? 0) >= 36 ? [] : [`schemaVersion ${dashboard.schemaVersion}`]),
    ...repeated(panels.map(({ id }) => String(id))).map((id) => `two panels with id ${id}`),
    ...overlaps(panels),
    ...panels.flatMap((panel) =>
      panelFaults(panel, datasources).map((fault) => `"${panel.title}": ${fault}`),
    ),
    ...variableFaults(dashboard, datasources, around.datasources),
    ...deadLinks(dashboard, around.dashboards),
  ];
}

/** Gives a dashboard's datasource variables, as a query refers to them, with the type of each. */
function datasourceVariables({ templating }: DashboardJson): ReadonlyMap<string, unknown> {
  const variables = (templating?.list ?? []).filter(({ type }) => type === 'datasource');
  return new Map(variables.map(({ name, query }) => [`\${${name}}`, query]));
}

function panelFaults(panel: PanelJson, datasources: ReadonlyMap<string, unknown>): string[] {
  const { id, type = '', title = '', description = '', gridPos, targets = [] } = panel;
  const unit = panel.fieldConfig?.defaults?.unit;
  const isRow = type === 'row';
  return [
    ...(Number.isInteger(id) && (id ?? 0) > 0 ? [] : [`id ${id}`]),
    ...(PANEL_TYPES.has(type) ? [] : [`unknown type ${type}`]),
    ...(title.trim() ? [] : [`no title (id ${id})`]),
    ...(isRow || description.trim() ? [] : ['no description']),
    ...(isRow || targets.length > 0 ? [] : ['no queries']),
    ...(gridPos && fits(gridPos) ? [] : [`does not fit into ${COLUMNS} columns: ${JSON.stringify(gridPos)}`]),
    ...(unit === undefined || KNOWN_UNITS.has(unit) ? [] : [`unknown unit ${unit}`]),
    ...repeated(targets.map(({ refId = '' }) => refId)).map((refId) => `two queries ${refId}`),
    ...targets.flatMap(({ refId, datasource }) => {
      const { uid = '', type: kind } = datasource ?? {};
      if (!datasources.has(uid)) return [`query ${refId} asks datasource "${uid}", which is no variable`];
      const agree = datasources.get(uid) === kind && uid === panel.datasource?.uid;
      return agree ? [] : [`query ${refId} and panel disagree`];
    }),
  ];
}

type Position = NonNullable<PanelJson['gridPos']>;

function fits({ x, y, w, h }: Position): boolean {
  return [x, y, w, h].every(Number.isInteger) && x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= COLUMNS;
}

function overlaps(panels: readonly PanelJson[]): string[] {
  return panels.flatMap((one, index) =>
    panels.slice(index + 1).flatMap((other) => {
      const [a, b] = [one.gridPos, other.gridPos];
      const apart = !a || !b || a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      return apart ? [] : [`"${one.title}" lies over "${other.title}"`];
    }),
  );
}

function variableFaults(
  dashboard: DashboardJson,
  datasources: ReadonlyMap<string, unknown>,
  provisioned: ReadonlySet<string>,
): string[] {
  const variables = dashboard.templating?.list ?? [];
  const declared = new Set(variables.map(({ name }) => name));
  const texts = panelsOf(dashboard.panels).flatMap(({ title = '', targets = [], fieldConfig }) => [
    title,
    ...targets.flatMap(({ expr = '', legendFormat = '', datasource }) => [
      expr,
      legendFormat,
      datasource?.uid ?? '',
    ]),
    ...(fieldConfig?.defaults?.links ?? []).map(({ url = '' }) => decodeURIComponent(url)),
  ]);
  const used = new Set(texts.flatMap(variablesIn));
  return [
    ...[...used].filter((name) => !declared.has(name)).map((name) => `$${name} is not declared`),
    ...[...declared].filter((name) => !used.has(name)).map((name) => `$${name} is declared for nothing`),
    ...variables
      .filter(({ datasource }) => datasource && !datasources.has(datasource.uid ?? ''))
      .map(({ name, datasource }) => `$${name} asks datasource "${datasource?.uid}", which is no variable`),
    ...[...datasources]
      .filter(([, type]) => !provisioned.has(String(type)))
      .map(([name, type]) => `${name} wants a datasource of type ${type}, which is not provisioned`),
  ];
}

function deadLinks(dashboard: DashboardJson, dashboards: ReadonlySet<string>): string[] {
  return (dashboard.links ?? []).flatMap(({ title, url = '' }) => {
    const [, uid] = /^\/d\/([\w-]+)/.exec(url) ?? [];
    return uid !== undefined && dashboards.has(uid) ? [] : [`link "${title}" leads to ${url}`];
  });
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
