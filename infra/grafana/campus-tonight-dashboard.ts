import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { BY_ENTRANCE, OVER_THE_EVENING } from './campus-tonight/entrances.ts';
import { PLACES, TOTALS } from './campus-tonight/places.ts';
import { layOut } from './layout.ts';
import { dashboardLink } from './links.ts';
import { CAMPUS_TONIGHT_UID, SERVICE_UID } from './uids.ts';

/** For the head of the educators, on a screen on the wall: how far the patrols of tonight are. */
export function campusTonightDashboard(): Dashboard {
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
    .link(dashboardLink('Service', SERVICE_UID));
  return layOut(dashboard, [PLACES, TOTALS, BY_ENTRANCE, OVER_THE_EVENING]).build();
}
