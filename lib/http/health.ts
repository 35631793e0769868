import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../readiness.ts';

/** Liveness as long as the process runs; readiness with the state of the database and of both peers by name. */
export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  app.get('/health/liveness', async () => ({ status: 'ok' }));
  app.get('/health/readiness', async (_request, reply) => {
    const checks = await readiness.check();
    const failing = Object.values(checks).some((state) => state !== 'ok');
    const status = readiness.isDraining() ? 'draining' : failing ? 'unavailable' : 'ok';
    return reply.code(status === 'ok' ? 200 : 503).send({ status, checks });
  });
}

/** Paths of orchestrators and Prometheus, which are answered under any load. */
const PROBES = ['/health/liveness', '/health/readiness', '/metrics'];

export function isProbe(url: string): boolean {
  return PROBES.includes(url.split('?', 1)[0] ?? '');
}
