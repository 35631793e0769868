import { RequestsPerSecond, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { linesLink } from '../links.ts';
import { type MetricsPanelProps, timeSeries } from '../panels.ts';
import { quantile } from '../queries.ts';
import {
  FAULTY_CODES,
  faultsOrZero,
  GRPC_FAULTS,
  grpcRate,
  INSTANCES,
  REST_FAULTS,
  restRate,
} from './selectors.ts';

const SERVICE = '{service="patrol-service"}';
/** A gRPC line's method is the RPC itself; a REST line has its path instead, and no name of an operation. */
const OF_THIS_RPC = linesLink(
  'Lines of this RPC',
  `${SERVICE} |= \`"method":"\${__field.labels.rpc_method}"\``,
);
const OF_THIS_TIME = linesLink('Lines of this time', SERVICE);
const OF_REST_FAULTS = linesLink(
  'Lines of REST requests that failed',
  `${SERVICE} |~ \`"status_code":5[0-9]{2}\``,
);

interface TransportProps {
  readonly label: string;
  readonly rate: (suffix: 'count' | 'bucket') => string;
  readonly faults: string;
  readonly faultsAre: string;
  readonly links: MetricsPanelProps['links'];
  readonly faultLinks: MetricsPanelProps['links'];
}

/** Rate, errors and duration of one transport, an operation a series. */
function redPanels({ label, rate, faults, faultsAre, links = [], faultLinks = [] }: TransportProps) {
  const legend = `{{${label}}}`;
  const ofAll = { width: 6, height: 8, links };
  return [
    timeSeries({
      ...ofAll,
      title: 'Rate by operation',
      description: 'Requests a second.',
      unit: RequestsPerSecond,
      queries: [{ expr: `sum by (${label}) (${rate('count')})`, legend }],
    }),
    timeSeries({
      ...ofAll,
      links: faultLinks,
      title: 'Errors by operation',
      description: `Requests a second that failed by our fault: ${faultsAre}.`,
      unit: RequestsPerSecond,
      queries: [{ expr: faultsOrZero(label, faults, rate('count')), legend }],
    }),
    timeSeries({
      ...ofAll,
      title: 'p50 by operation',
      description: 'Half of the requests take less.',
      unit: Seconds,
      queries: [{ expr: quantile(0.5, rate('bucket'), [label]), legend }],
    }),
    timeSeries({
      ...ofAll,
      title: 'p99 by operation',
      description: 'One request in a hundred takes longer.',
      unit: Seconds,
      queries: [{ expr: quantile(0.99, rate('bucket'), [label]), legend }],
    }),
  ];
}

/** REST by operation, and what REST alone has. */
export const REST: Row = {
  title: 'REST by operation',
  panels: redPanels({
    label: 'operation',
    rate: restRate,
    faults: REST_FAULTS,
    faultsAre: 'status 5xx',
    links: [OF_THIS_TIME],
    faultLinks: [OF_REST_FAULTS],
  }),
};

/** gRPC by operation. */
export const GRPC: Row = {
  title: 'gRPC by operation',
  panels: redPanels({
    label: 'rpc_method',
    rate: grpcRate,
    faults: GRPC_FAULTS,
    faultsAre: 'status 2 UNKNOWN, 4 DEADLINE_EXCEEDED, 13 INTERNAL, 14 UNAVAILABLE',
    links: [OF_THIS_RPC],
    faultLinks: [OF_THIS_RPC],
  }),
};

/** What is under way, who watches, and what callers were refused by their own fault. */
export const IN_FLIGHT_AND_REFUSED: Row = {
  title: 'In flight and refused',
  panels: [
    timeSeries({
      title: 'REST requests in flight',
      description: 'Requests that have come and have no answer yet, the probes and this scrape among them.',
      width: 6,
      unit: Short,
      queries: [
        { expr: `sum by (instance) (http_server_active_requests{${INSTANCES}})`, legend: '{{instance}}' },
      ],
    }),
    timeSeries({
      title: 'Watchers',
      description:
        'Streams of live changes that are open, of Server-Sent Events and WatchPatrols: 1,000 an instance at most, then 503.',
      width: 6,
      unit: Short,
      queries: [{ expr: `sum by (instance) (patrol_watchers{${INSTANCES}})`, legend: '{{instance}}' }],
    }),
    timeSeries({
      title: 'REST refusals by status',
      description:
        'Answers 4xx a second, unknown routes among them; 499: the client went away before its answer.',
      width: 6,
      unit: RequestsPerSecond,
      links: [
        linesLink(
          'Lines with this status',
          `${SERVICE} |= \`"status_code":\${__field.labels.http_response_status_code}\``,
        ),
      ],
      queries: [
        {
          expr: `sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"4..",${INSTANCES}}[$__rate_interval]))`,
          legend: '{{http_response_status_code}}',
        },
      ],
    }),
    timeSeries({
      title: 'gRPC refusals by status',
      description:
        'Calls a second that ended neither OK (0) nor by our fault: 1 cancelled, 3 invalid, 5 not found, 6 exists already, 7 not allowed, 9 not in this state, 16 no identity.',
      width: 6,
      unit: RequestsPerSecond,
      queries: [
        {
          expr: `sum by (rpc_grpc_status_code) (${grpcRate('count', `rpc_grpc_status_code!~"0|${FAULTY_CODES}",`)})`,
          legend: 'status {{rpc_grpc_status_code}}',
        },
      ],
    }),
  ],
};
