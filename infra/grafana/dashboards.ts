import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Buildings } from '../../lib/settings/campus-buildings.ts';
import { campusTonightDashboard } from './campus-tonight-dashboard.ts';
import { serviceDashboard } from './service-dashboard.ts';

/** Where the dashboards lie as Grafana reads them. */
export const DASHBOARDS_FOLDER = new URL('dashboards/', import.meta.url);

/** Every dashboard by the name of its file in that folder, for a campus of these buildings. */
export const DASHBOARDS: Readonly<Record<string, (buildings: Buildings) => Dashboard>> = {
  'service.json': serviceDashboard,
  'campus-tonight.json': campusTonightDashboard,
};
