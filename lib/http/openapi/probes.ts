import Type from 'typebox';
import { exampleOf } from './example.ts';
import { responseHeaders } from './headers.ts';
import type { Json } from './json.ts';
import type { NamedSchemas } from './named-schemas.ts';

const Liveness = Type.Object(
  { status: Type.Enum(['ok'], { description: 'Процесс работает' }) },
  { title: 'Liveness', description: 'Отвечает, пока процесс работает' },
);

const Readiness = Type.Object(
  {
    status: Type.Enum(['ok', 'unavailable', 'draining'], {
      description: 'ok — готов; unavailable — до кого-то не достучаться; draining — останавливается',
    }),
    checks: Type.Object(
      {},
      {
        additionalProperties: Type.Enum(['ok', 'unavailable']),
        description: 'База данных и оба соседних сервиса по именам',
        examples: [{ database: 'ok', 'auth-service': 'ok', 'application-service': 'ok' }],
      },
    ),
  },
  { title: 'Readiness', description: 'Может ли сервис работать, и если нет, из-за кого' },
);

/** Returns the paths of orchestrators and of Prometheus, which ask for no token. */
export function documentedProbes(schemas: NamedSchemas, unreadable: Json): Json {
  const json = (schema: unknown) => ({
    'application/json': { schema: schemas.documented(schema), example: exampleOf(schema) },
  });
  const answer = (description: string, content: Json) => ({
    description,
    headers: responseHeaders(),
    content,
  });
  const probe = (operationId: string, summary: string, responses: Json) => ({
    get: {
      ...{ operationId, tags: ['probes'], summary, description: 'Без токена.', security: [] },
      responses: { ...responses, ...unreadable },
    },
  });
  const metrics = {
    'text/plain': { schema: { type: 'string' }, example: 'patrol_readiness{check="database"} 1\n' },
  };
  return {
    '/health/liveness': probe('GetLiveness', 'Процесс работает', {
      200: answer('Работает', json(Liveness)),
    }),
    '/health/readiness': probe('GetReadiness', 'Готов к работе', {
      200: answer('Готов', json(Readiness)),
      503: answer('Не готов', json(Readiness)),
    }),
    '/metrics': probe('GetMetrics', 'Метрики для Prometheus', {
      200: answer('Метрики в текстовом виде Prometheus', metrics),
    }),
  };
}
