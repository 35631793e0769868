import type { LokiStandIn, LokiStream } from '../local/loki-stand-in.ts';
import type { Checklist, Outcome } from './checklist.ts';
import { committedDashboards, type PanelQuery, traceLink } from './dashboard-json.ts';
import type { Traces } from './evening.ts';
import { selectorOf } from './log-selector.ts';
import { until } from './polling.ts';
import { filledIn, OPENING_VALUES } from './template-variables.ts';

/** Longer than the service waits between two pushes. */
const PUSH_LIMIT_MS = 5000;

/** Selectors that a healthy service leaves empty, with the reason. */
const EMPTY_WHEN_HEALTHY: Readonly<Record<string, string>> = {
  '{service="patrol-service", level=~"WARNING|ERROR|CRITICAL"}': 'nothing to warn of',
};

/** Holds what arrived in the stand-in of Loki against the dashboards and against the requests that were sent. */
export async function checkLog(
  checklist: Checklist,
  loki: LokiStandIn,
  queries: readonly PanelQuery[],
  traces: readonly Traces[],
): Promise<void> {
  await checklist.check("requests' trace ids are found in the log", async () => {
    const faults = await Promise.all(
      traces
        .flatMap(({ rest, grpc }) => [rest, grpc])
        .map(async (traceId) => {
          const found = await until(`a line with ${traceId}`, PUSH_LIMIT_MS, async () =>
            loki.texts().some((line) => line.includes(`"trace_id":"${traceId}"`)) ? true : null,
          ).catch((error: Error) => error.message);
          return found === true ? [] : [found];
        }),
    );
    return { seen: `${traces.length} over REST, ${traces.length} over gRPC`, faults: faults.flat() };
  });
  await checklist.check("a line's own link leads to its trace", () => traceLinks(loki.texts()));
  await checklist.check('log queries pick lines that are there', () =>
    selectedLines(loki.streams(), queries),
  );
}

function selectedLines(streams: readonly LokiStream[], queries: readonly PanelQuery[]): Outcome {
  const asked = queries.filter(({ datasource }) => datasource === 'loki');
  const names = new Set(streams.flatMap(({ labels }) => Object.keys(labels)));
  const faults = asked.flatMap(({ place, expr }) => {
    const { labels, matches } = selectorOf(filledIn(expr, OPENING_VALUES));
    const unknown = labels.filter((label) => !names.has(label));
    if (unknown.length > 0) return [`${place}: no line has a label ${unknown.join(', ')}`];
    const isEmpty = !streams.some((stream) => matches(stream.labels));
    return isEmpty && !(expr in EMPTY_WHEN_HEALTHY) ? [`${place}: no stream matches ${expr}`] : [];
  });
  const shown = streams.map(({ labels, lines }) => `${lines.length} of ${JSON.stringify(labels)}`);
  return { seen: `${asked.length} queries; lines: ${shown.join(', ')}`, faults };
}

/** The datasource's link: found in real lines, and leading to a dashboard that takes a trace id. */
function traceLinks(lines: readonly string[]): Outcome {
  const { pattern, url } = traceLink();
  // $$ in a provisioning file is one $.
  const [, uid, variable] = /^\/d\/([\w-]+)\?var-(\w+)=\$\$\{__value\.raw\}/.exec(url) ?? [];
  const dashboard = [...committedDashboards().values()].find((candidate) => candidate.uid === uid);
  const isTaken = dashboard?.templating?.list?.some(({ name }) => name === variable) ?? false;
  const requests = lines.filter((line) => line.includes('"msg":"request"'));
  const missed = requests.filter((line) => pattern.exec(line)?.[1] !== JSON.parse(line).trace_id);
  return {
    seen: `${requests.length} lines, to ${url}`,
    faults: [
      ...(isTaken ? [] : [`no dashboard takes ${url}`]),
      ...(requests.length === 0 ? ['no request has a line'] : []),
      ...missed.slice(0, 3).map((line) => `not found in ${line}`),
    ],
  };
}
