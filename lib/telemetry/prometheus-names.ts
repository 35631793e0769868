import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** What Prometheus calls a unit of OpenTelemetry; a count of something (`{request}`, `1`) is in no name. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * Returns the metrics with the names that Prometheus has for them: with the unit, which the exporter (0.301.0) leaves out,
 * and in the plural for `.count`, which ends the names of histograms alone. The code keeps the semantic conventions' names.
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function namedForPrometheus({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((metric) => {
        const name = prometheusName(metric.descriptor);
        return { ...metric, descriptor: { ...metric.descriptor, name } };
      }),
    })),
  };
}

function prometheusName({ name, unit }: { readonly name: string; readonly unit: string }): string {
  const plural = name.replace(/\.count$/, 's');
  const suffix = UNITS[unit];
  return suffix === undefined || plural.endsWith(`.${suffix}`) ? plural : `${plural}.${suffix}`;
}
