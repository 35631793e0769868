import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import {
  BytesIEC,
  DurationSeconds,
  PercentUnit,
  RowsPerSecond,
  Seconds,
  Short,
} from '@grafana/grafana-foundation-sdk/units';
import type { Row } from '../layout.ts';
import { dressed, logLines, stackedSeries, stat, timeSeries } from '../panels.ts';
import { LOKI, lokiQuery, WINDOW } from '../queries.ts';
import { INSTANCES } from './selectors.ts';

/** A gauge of the process as it is, an instance a series. */
function gauge(metric: string, legend = '{{instance}}') {
  return { expr: `${metric}{${INSTANCES}}`, legend };
}

const EVENT_LOOP = [
  timeSeries({
    title: 'Event loop delay',
    description:
      'How late the event loop came to its timers between two scrapes. While it is late, everybody waits.',
    width: 6,
    unit: Seconds,
    queries: [
      gauge('nodejs_eventloop_delay_p99_seconds', '{{instance}} p99'),
      gauge('nodejs_eventloop_delay_max_seconds', '{{instance}} max'),
    ],
  }),
  timeSeries({
    title: 'Event loop utilization',
    description: 'The part of the time in which the event loop worked. Near 100 % one process is at its end.',
    width: 6,
    unit: PercentUnit,
    queries: [gauge('nodejs_eventloop_utilization')],
  }).max(1),
];

const RESOURCES = [
  timeSeries({
    title: 'CPU',
    description: 'Seconds of CPU a second; 1 is one core.',
    width: 6,
    unit: Short,
    queries: [
      {
        expr: `sum by (instance, process_cpu_state) (rate(process_cpu_time_seconds_total{${INSTANCES}}${WINDOW}))`,
        legend: '{{instance}} {{process_cpu_state}}',
      },
    ],
  }),
  timeSeries({
    title: 'Memory',
    description: 'Resident memory of the process.',
    width: 6,
    unit: BytesIEC,
    queries: [gauge('process_memory_usage_bytes')],
  }),
  timeSeries({
    title: 'Heap',
    description: 'JavaScript objects, and the limit at which the process ends itself.',
    width: 6,
    unit: BytesIEC,
    queries: [
      { expr: `sum by (instance) (v8js_memory_heap_used_bytes{${INSTANCES}})`, legend: '{{instance}} used' },
      gauge('v8js_memory_heap_limit_bytes', '{{instance}} limit'),
    ],
  }),
  timeSeries({
    title: 'Open files and sockets',
    description: 'File descriptors of the process.',
    width: 6,
    unit: Short,
    queries: [gauge('process_unix_file_descriptors')],
  }),
];

const BUILD = [
  stat({
    title: 'Up for',
    description: 'Since the process started.',
    width: 6,
    unit: DurationSeconds,
    queries: [{ ...gauge('process_uptime_seconds'), instant: true }],
    isNamed: true,
  }),
  dressed(new TableBuilder(), {
    title: 'Build',
    description: 'What runs where.',
    width: 6,
    queries: [
      {
        expr: `max by (instance, service_version, process_runtime_version) (patrol_build_info{${INSTANCES}})`,
        legend: '',
        instant: true,
        asTable: true,
      },
    ],
  }).withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true, Value: true },
      renameByName: {
        instance: 'Instance',
        service_version: 'Version',
        process_runtime_version: 'Node.js',
      },
    },
  }),
];

/** The Node.js process of each instance. */
export const PROCESS: Row = { title: 'Process', panels: [...EVENT_LOOP, ...RESOURCES, ...BUILD] };

const NO_LOKI = 'LOKI_URL is not set';

/** How the log is delivered, and what it says that somebody should read. */
export const LOGS: Row = {
  title: 'Log',
  panels: [
    timeSeries({
      title: 'Delivery of log lines',
      description: 'Lines a second that Loki took, and that were lost on their way to Loki or to stdout.',
      width: 8,
      unit: RowsPerSecond,
      noValue: NO_LOKI,
      queries: [
        { expr: `sum(rate(patrol_log_pushed_total{${INSTANCES}}${WINDOW}))`, legend: 'pushed' },
        {
          expr: `sum by (destination) (rate(patrol_log_dropped_total{${INSTANCES}}${WINDOW}))`,
          legend: 'lost, {{destination}}',
        },
      ],
    }),
    timeSeries({
      title: 'Lines that wait for Loki',
      description: 'It holds 10,000 lines at most, then drops the oldest.',
      width: 8,
      unit: Short,
      noValue: NO_LOKI,
      queries: [{ ...gauge('patrol_log_waiting') }],
    }),
    stackedSeries({
      title: 'Lines by level',
      description: 'Log lines that Loki has, of all instances.',
      width: 8,
      unit: Short,
      queries: [],
    })
      .datasource(LOKI)
      .targets([
        lokiQuery('sum by (level) (count_over_time({service="patrol-service"}[$__auto]))', '{{level}}'),
      ]),
    logLines({
      title: 'WARNING and above',
      description:
        'What somebody should read, of all instances. Unfold a line for the link to all lines of its trace.',
      width: 24,
      height: 10,
      logql: '{service="patrol-service", level=~"WARNING|ERROR|CRITICAL"}',
    }),
  ],
};
