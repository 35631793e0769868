import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { layOut } from './layout.ts';
import { dashboardLink } from './links.ts';
import { datasourceVariable, LOKI, PROMETHEUS } from './queries.ts';
import { AT_A_GLANCE, BY_TRANSPORT, LINES_OF_A_TRACE } from './service/at-a-glance.ts';
import { GRPC, IN_FLIGHT_AND_REFUSED, REST } from './service/operations.ts';
import { DATABASE, PEERS } from './service/peers-and-database.ts';
import { LOGS, PROCESS } from './service/process-and-logs.ts';
import { CAMPUS_TONIGHT_UID, SERVICE_UID } from './uids.ts';

/** For the person on duty: is it up, what is slow and since when, and the lines of one trace. */
export function serviceDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('Service')
    .uid(SERVICE_UID)
    .description('patrol-service: is it up, what is slow and since when, and the log lines of one trace.')
    .tags(['patrol-service', 'campus'])
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(datasourceVariable(PROMETHEUS))
    .withVariable(datasourceVariable(LOKI))
    .withVariable(instances())
    .withVariable(
      new TextBoxVariableBuilder('trace_id')
        .label('Trace id')
        .description('Out of an error message or the X-Trace-ID header; empty: all lines.')
        .defaultValue(''),
    )
    .link(dashboardLink('Кампус сегодня', CAMPUS_TONIGHT_UID));
  const rows = [
    AT_A_GLANCE,
    LINES_OF_A_TRACE,
    BY_TRANSPORT,
    REST,
    GRPC,
    IN_FLIGHT_AND_REFUSED,
    PEERS,
    DATABASE,
    PROCESS,
    LOGS,
  ];
  return layOut(dashboard, rows).build();
}

/** Those that Prometheus tries to read, so that one that is down can be chosen too. */
function instances(): QueryVariableBuilder {
  return new QueryVariableBuilder('instance')
    .label('Instance')
    .datasource(PROMETHEUS)
    .query({ query: 'label_values(up{job="patrol-service"}, instance)', refId: 'instances' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
