import { PercentUnit, RequestsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { logLines, stat, timeSeries, valueMapping } from '../panels.ts';
import { quantile } from '../queries.ts';
import { faultsOrZero, GRPC_FAULTS, grpcRate, INSTANCES, REST_FAULTS, restRate } from './selectors.ts';

const ALL = `${restRate('count')} or ${grpcRate('count')}`;
const FAULTS = `${REST_FAULTS} or ${GRPC_FAULTS}`;
const BUCKETS = `${restRate('bucket')} or ${grpcRate('bucket')}`;

const READY = valueMapping({
  0: { text: 'GONE', color: 'red' },
  1: { text: 'ready', color: 'green' },
});

/** Is it up, and does it serve: read in two seconds. */
export const AT_A_GLANCE: Row = {
  title: 'At a glance',
  panels: [
    stat({
      title: 'Readiness',
      description: 'The worst answer of the chosen instances: can the database and both peers be reached?',
      width: 9,
      height: 4,
      queries: [
        {
          expr: `min by (check) (patrol_readiness{${INSTANCES}})`,
          legend: '{{check}}',
          instant: true,
        },
      ],
      mappings: [READY],
      colours: [{ colour: 'red' }, { from: 1, colour: 'green' }],
      isTile: true,
      isNamed: true,
      noValue: 'no answer',
    }),
    stat({
      title: 'Instances up',
      description: 'How many of the chosen instances let Prometheus read their metrics.',
      width: 3,
      height: 4,
      queries: [{ expr: `sum(up{job="patrol-service",${INSTANCES}})`, legend: 'up', instant: true }],
      colours: [{ colour: 'red' }, { from: 1, colour: 'green' }],
      isTile: true,
      noValue: 'none',
    }),
    stat({
      title: 'Requests',
      description: 'REST requests and gRPC calls for operations, without probes and documentation.',
      width: 4,
      height: 4,
      unit: RequestsPerSecond,
      queries: [{ expr: `sum(${ALL})`, legend: 'requests' }],
    }),
    stat({
      title: 'Error ratio',
      description:
        'The part that failed by our fault: REST 5xx, gRPC 2, 4, 13 and 14. The objective is below 0.5 %.',
      width: 4,
      height: 4,
      unit: PercentUnit,
      decimals: 2,
      queries: [{ expr: `(sum(${FAULTS}) or vector(0)) / sum(${ALL})`, legend: 'errors' }],
      colours: [{ colour: 'green' }, { from: 0.005, colour: 'orange' }, { from: 0.03, colour: 'red' }],
    }),
    stat({
      title: 'p99',
      description: 'One request in a hundred takes longer.',
      width: 4,
      height: 4,
      unit: Seconds,
      queries: [{ expr: quantile(0.99, BUCKETS), legend: 'p99' }],
      colours: [{ colour: 'green' }, { from: 0.5, colour: 'orange' }, { from: 2.5, colour: 'red' }],
    }),
  ],
};

/** What the person on duty came for, with the trace id out of somebody's error message. */
export const LINES_OF_A_TRACE: Row = {
  title: 'Lines of a trace',
  panels: [
    logLines({
      title:
        'Log lines with the trace id at the top of the page (all but probes and scrapes while it is empty)',
      description:
        'Put the trace id of the error message, or of the X-Trace-ID header, into "Trace id" at the top; choose a time range that includes the error.',
      width: 24,
      height: 8,
      logql: '{service="patrol-service"} |= "$trace_id" !~ `"path":"/(metrics|health)`',
    }),
  ],
};

/** Both transports beside each other: is it the service, or one way into it? */
export const BY_TRANSPORT: Row = {
  title: 'REST and gRPC',
  panels: [
    timeSeries({
      title: 'Rate by transport',
      description: 'Requests for operations, a second.',
      width: 8,
      unit: RequestsPerSecond,
      queries: [
        { expr: `sum(${restRate('count')})`, legend: 'REST' },
        { expr: `sum(${grpcRate('count')})`, legend: 'gRPC' },
      ],
    }),
    timeSeries({
      title: 'Errors by transport',
      description: 'Requests that failed by our fault, a second: REST 5xx, gRPC 2, 4, 13 and 14.',
      width: 8,
      unit: RequestsPerSecond,
      queries: [
        { expr: faultsOrZero('job', REST_FAULTS, restRate('count')), legend: 'REST' },
        { expr: faultsOrZero('job', GRPC_FAULTS, grpcRate('count')), legend: 'gRPC' },
      ],
    }),
    timeSeries({
      title: 'Duration by transport',
      description: 'Half of the requests take less than p50, one in a hundred takes more than p99.',
      width: 8,
      unit: Seconds,
      queries: [
        { expr: quantile(0.5, restRate('bucket')), legend: 'REST p50' },
        { expr: quantile(0.99, restRate('bucket')), legend: 'REST p99' },
        { expr: quantile(0.5, grpcRate('bucket')), legend: 'gRPC p50' },
        { expr: quantile(0.99, grpcRate('bucket')), legend: 'gRPC p99' },
      ],
    }),
  ],
};
