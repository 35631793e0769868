import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../telemetry/metrics.ts';

/** The media type of Prometheus's text format. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Serves what Prometheus reads, on the port that everything else is on. */
export function serveMetrics(app: FastifyInstance, metrics: Pick<Metrics, 'text'>): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(METRICS_TYPE).send(text);
  });
}
