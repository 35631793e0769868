import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Buildings } from '../../lib/settings/campus-buildings.ts';
import { byEntrance } from './campus-tonight/entrances.ts';
import { overTheEvening } from './campus-tonight/evening.ts';
import { LOOKED_FOR } from './campus-tonight/looked-for.ts';
import { places, TOTALS } from './campus-tonight/places.ts';
import { layOut } from './layout.ts';
import { dashboardLink } from './links.ts';
import { datasourceVariable, PROMETHEUS } from './queries.ts';
import { CAMPUS_TONIGHT_UID, SERVICE_UID } from './uids.ts';

/** Returns what the head of the educators has on the wall: how far the patrols of tonight are, on a campus. */
export function campusTonightDashboard(buildings: Buildings): Dashboard {
  const entrances = [...buildings.values()].reduce((sum, ofOne) => sum + ofOne, 0);
  const dashboard = new DashboardBuilder('Кампус сегодня')
    .uid(CAMPUS_TONIGHT_UID)
    .description(
      'Обходы этого вечера по корпусам и подъездам. До шести утра это ещё прошедший вечер: обход заканчивается и после полуночи.',
    )
    .tags(['patrol-service', 'campus'])
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(datasourceVariable(PROMETHEUS))
    .link(dashboardLink('Service', SERVICE_UID));
  return layOut(dashboard, [
    places(buildings),
    LOOKED_FOR,
    TOTALS,
    byEntrance(entrances),
    overTheEvening(entrances),
  ]).build();
}
