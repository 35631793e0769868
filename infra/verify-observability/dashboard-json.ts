import { readFileSync } from 'node:fs';
import { DASHBOARDS, DASHBOARDS_FOLDER } from '../grafana/dashboards.ts';

/** What is looked at of a dashboard as Grafana reads it; the rest is typed where it is built. */
export interface DashboardJson {
  readonly uid?: string;
  readonly title?: string;
  readonly schemaVersion?: number;
  readonly panels?: readonly PanelJson[];
  readonly templating?: { readonly list?: readonly VariableJson[] };
  readonly links?: readonly LinkJson[];
}

export interface PanelJson {
  readonly id?: number;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos?: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly datasource?: DatasourceJson;
  readonly targets?: readonly TargetJson[];
  readonly fieldConfig?: {
    readonly defaults?: { readonly unit?: string; readonly links?: readonly LinkJson[] };
  };
  /** Of a collapsed row. */
  readonly panels?: readonly PanelJson[];
}

export interface TargetJson {
  readonly refId?: string;
  readonly expr?: string;
  readonly instant?: boolean;
  readonly legendFormat?: string;
  readonly datasource?: DatasourceJson;
}

export interface VariableJson {
  readonly name: string;
  readonly type?: string;
  /** Of a datasource variable: the type of datasource. */
  readonly query?: unknown;
  readonly datasource?: DatasourceJson;
}

export interface LinkJson {
  readonly title?: string;
  readonly url?: string;
}

interface DatasourceJson {
  readonly type?: string;
  readonly uid?: string;
}

/** A query of a panel, and where it stands. */
export interface PanelQuery {
  /** `service.json: p99 by statement (A)` */
  readonly place: string;
  readonly expr: string;
  /** Its type. */
  readonly datasource: string;
  /** Asked for one moment, not for a range. */
  readonly instant: boolean;
}

/** Gives the committed dashboards by the names of their files. */
export function committedDashboards(): ReadonlyMap<string, DashboardJson> {
  const read = (name: string): DashboardJson =>
    JSON.parse(readFileSync(new URL(name, DASHBOARDS_FOLDER), 'utf8'));
  return new Map(Object.keys(DASHBOARDS).map((name) => [name, read(name)]));
}

const DATASOURCES = new URL('../grafana/provisioning/datasources/datasources.yaml', import.meta.url);

/** Gives the types of the datasources that Grafana is provisioned with. */
export function provisionedDatasources(): ReadonlySet<string> {
  const types = readFileSync(DATASOURCES, 'utf8').matchAll(/^ {4}type: (\S+)$/gm);
  return new Set([...types].map(([, type = '']) => type));
}

/** Gives what Grafana finds the trace id in a log line by, and where its link under the line leads. */
export function traceLink(): { readonly pattern: RegExp; readonly url: string } {
  const yaml = readFileSync(DATASOURCES, 'utf8');
  const [, pattern] = /^ {10}matcherRegex: '(.+)'$/m.exec(yaml) ?? [];
  const [, url] = /^ {10}url: (\S+)$/m.exec(yaml) ?? [];
  if (pattern === undefined || url === undefined) throw new Error('datasources.yaml has no link for traces');
  return { pattern: new RegExp(pattern), url };
}

/** Gives every panel, those inside collapsed rows too. */
export function panelsOf(panels: readonly PanelJson[] = []): PanelJson[] {
  return panels.flatMap((panel) => [panel, ...panelsOf(panel.panels)]);
}

/** Gives every query of every panel. */
export function queriesOf(file: string, dashboard: DashboardJson): PanelQuery[] {
  return panelsOf(dashboard.panels).flatMap((panel) =>
    (panel.targets ?? []).map(({ refId, expr = '', instant = false, datasource }) => ({
      place: `${file}: ${panel.title} (${refId})`,
      expr,
      instant,
      datasource: datasource?.type ?? '',
    })),
  );
}

/** Gives the LogQL of every link from a panel into Explore. */
export function linkedQueriesOf(file: string, dashboard: DashboardJson): PanelQuery[] {
  return panelsOf(dashboard.panels).flatMap((panel) =>
    (panel.fieldConfig?.defaults?.links ?? []).flatMap(({ title, url = '' }) => {
      const panes = new URL(url, 'http://grafana').searchParams.get('panes');
      if (panes === null) return [];
      const { lines }: { lines: { queries: { expr: string; datasource: { type: string } }[] } } =
        JSON.parse(panes);
      const place = `${file}: ${panel.title}, link "${title}"`;
      return lines.queries.map(({ expr, datasource }) => ({
        place,
        expr,
        instant: false,
        datasource: datasource.type,
      }));
    }),
  );
}
