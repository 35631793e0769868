import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Buildings } from '../../lib/settings/campus-buildings.ts';
import { campusTonightDashboard } from './campus-tonight-dashboard.ts';
import { serviceDashboard } from './service-dashboard.ts';

/** Where the dashboards lie as Grafana reads them. */
export const DASHBOARDS_FOLDER = new URL('dashboards/', import.meta.url);

/** A dashboard as a file that any Grafana imports or is provisioned with. */
export type DashboardFile = Dashboard & {
  /** What the import asks for: nothing, for datasources are variables. */
  readonly __inputs: readonly [];
  readonly __requires: readonly { type: string; id: string; name: string; version: string }[];
};

/** Every dashboard by the name of its file in that folder, for a campus of these buildings. */
export const DASHBOARDS: Readonly<Record<string, (buildings: Buildings) => DashboardFile>> = {
  'service.json': () => asFile(serviceDashboard()),
  'campus-tonight.json': (buildings) => asFile(campusTonightDashboard(buildings)),
};

/** The Grafana that these dashboards are built for (docker-compose.yml). */
const GRAFANA = { type: 'grafana', id: 'grafana', name: 'Grafana', version: '12.2.0' };

function asFile(dashboard: Dashboard): DashboardFile {
  const datasources = (dashboard.templating?.list ?? []).filter(({ type }) => type === 'datasource');
  const required = datasources.map(({ name, label = name }) => ({
    type: 'datasource',
    id: name,
    name: label,
    version: '1.0.0',
  }));
  return { __inputs: [], __requires: [GRAFANA, ...required], ...dashboard };
}
