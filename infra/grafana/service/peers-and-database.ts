import { OpsPerSecond, RequestsPerSecond, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { linesLink } from '../links.ts';
import { timeSeries } from '../panels.ts';
import { quantile, WINDOW } from '../queries.ts';
import { FAULTY_CODES, faultsOrZero, INSTANCES, peerRate, statementRate } from './selectors.ts';

const BY_PEER = 'peer_service, rpc_method';
const PEER = '{{peer_service}} {{rpc_method}}';
const WARNINGS = linesLink(
  'Warnings of this time',
  '{service="patrol-service", level=~"WARNING|ERROR|CRITICAL"}',
);

/** auth-service and application-service, as seen from here. */
export const PEERS: Row = {
  title: 'Peers: auth-service and application-service',
  panels: [
    timeSeries({
      title: 'Calls to peers',
      description: 'Calls a second; a call with its retries counts once.',
      width: 8,
      unit: RequestsPerSecond,
      queries: [{ expr: `sum by (${BY_PEER}) (${peerRate('count')})`, legend: PEER }],
    }),
    timeSeries({
      title: 'Calls that failed',
      description:
        'Calls a second that ended UNKNOWN (2), DEADLINE_EXCEEDED (4), INTERNAL (13) or UNAVAILABLE (14), after all retries.',
      width: 8,
      unit: RequestsPerSecond,
      links: [WARNINGS],
      queries: [
        {
          expr: faultsOrZero(
            BY_PEER,
            peerRate('count', `rpc_grpc_status_code=~"${FAULTY_CODES}",`),
            peerRate('count'),
          ),
          legend: PEER,
        },
      ],
    }),
    timeSeries({
      title: 'p99 of calls to peers',
      description: 'One call in a hundred takes longer, its retries included.',
      width: 8,
      unit: Seconds,
      links: [WARNINGS],
      queries: [{ expr: quantile(0.99, peerRate('bucket'), ['peer_service', 'rpc_method']), legend: PEER }],
    }),
  ],
};

const STATEMENT = '{{db_operation_name}}';

/** PostgreSQL: the statements by their names, and the pool of connections. */
export const DATABASE: Row = {
  title: 'Database',
  panels: [
    timeSeries({
      title: 'p99 by statement',
      description: 'One execution in a hundred takes longer, the wait for a connection included.',
      width: 8,
      unit: Seconds,
      queries: [{ expr: quantile(0.99, statementRate('bucket'), ['db_operation_name']), legend: STATEMENT }],
    }),
    timeSeries({
      title: 'Statements',
      description: 'Executions a second.',
      width: 8,
      unit: OpsPerSecond,
      queries: [{ expr: `sum by (db_operation_name) (${statementRate('count')})`, legend: STATEMENT }],
    }),
    timeSeries({
      title: 'Statements that failed',
      description: 'Failures a second.',
      width: 8,
      unit: OpsPerSecond,
      links: [WARNINGS],
      queries: [
        {
          expr: faultsOrZero(
            'db_operation_name',
            statementRate('count', 'error_type!="",'),
            statementRate('count'),
          ),
          legend: STATEMENT,
        },
      ],
    }),
    timeSeries({
      title: 'Connections',
      description:
        'Connections of the pool, by state, against the most it may open. Used at the limit: requests wait.',
      width: 8,
      unit: Short,
      queries: [
        {
          expr: `sum by (db_client_connection_state) (db_client_connections{${INSTANCES}})`,
          legend: '{{db_client_connection_state}}',
        },
        { expr: `sum(db_client_connection_max{${INSTANCES}})`, legend: 'limit' },
      ],
    }),
    timeSeries({
      title: 'Requests that wait for a connection',
      description:
        'More than zero for longer than a moment: the pool is too small, or statements are too slow.',
      width: 8,
      unit: Short,
      queries: [
        {
          expr: `sum by (instance) (db_client_connection_pending_requests{${INSTANCES}})`,
          legend: '{{instance}}',
        },
      ],
    }),
    timeSeries({
      title: 'Statements given up',
      description: 'A second: no connection, or no answer, came in time. Callers got 503.',
      width: 8,
      unit: OpsPerSecond,
      links: [WARNINGS],
      queries: [
        {
          expr: `sum(rate(db_client_connection_timeouts_total{${INSTANCES}}${WINDOW})) or vector(0)`,
          legend: 'given up',
        },
      ],
    }),
  ],
};
