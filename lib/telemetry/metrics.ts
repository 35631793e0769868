import { randomUUID } from 'node:crypto';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { singleFlight } from '../single-flight.ts';
import { namedForPrometheus } from './prometheus-names.ts';

/** The service's metrics, and their Prometheus exposition. */
export interface Metrics {
  readonly meter: Meter;
  readonly provider: MeterProvider;
  /** Returns all metrics in Prometheus's text format. What cannot be observed in time is left out, and logged. */
  text(): Promise<string>;
  close(): Promise<void>;
}

export interface MetricsOptions {
  readonly version: string;
  /** Called with what could not be observed. */
  readonly warn: (message: string, error: unknown) => void;
}

/** Less than Prometheus's own ten seconds: a hanging database must not cost the other metrics their scrape. */
const OBSERVATION_LIMIT_MS = 4000;

/** Opens the metrics. They are pulled by `GET /metrics`; the exporter starts no server of its own. */
export function openMetrics({ version, warn }: MetricsOptions): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  const named = resourceFromAttributes({
    'service.name': 'patrol-service',
    'service.version': version,
    'service.instance.id': randomUUID(),
  });
  const provider = new MeterProvider({
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    readers: [exporter],
  });
  const read = async () => {
    const { resourceMetrics, errors } = await exporter.collect({ timeoutMillis: OBSERVATION_LIMIT_MS });
    for (const error of errors) warn('some metrics could not be observed', error);
    return serializer.serialize(namedForPrometheus(resourceMetrics));
  };
  return {
    provider,
    meter: provider.getMeter('patrol-service', version),
    // Anybody may scrape, and a scrape queries the database.
    text: singleFlight(read),
    close: () => provider.shutdown(),
  };
}
