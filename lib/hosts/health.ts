import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Readiness } from '../readiness.ts';

const State = Type.Object({ status: Type.String() });
const Checked = Type.Object({
  status: Type.String(),
  checks: Type.Record(Type.String(), Type.String()),
});

/** Liveness as long as the process runs; readiness with the state of the database and of both peers by name. */
export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  app.get(
    '/health/liveness',
    { schema: { tags: ['health'], summary: 'Процесс работает', response: { 200: State } } },
    async () => ({ status: 'ok' }),
  );
  app.get(
    '/health/readiness',
    { schema: { tags: ['health'], summary: 'Готов к работе', response: { 200: Checked, 503: Checked } } },
    async (_request, reply) => {
      const checks = await readiness.check();
      const failing = Object.values(checks).some((state) => state !== 'ok');
      const status = readiness.isDraining() ? 'draining' : failing ? 'unavailable' : 'ok';
      return reply.code(status === 'ok' ? 200 : 503).send({ status, checks });
    },
  );
}
