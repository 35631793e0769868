import packageJson from '../../../package.json' with { type: 'json' };
import type { RestOperation, Tag } from '../../operation.ts';
import type { Campus } from '../../patrols/campus.ts';
import { API } from '../operations.ts';
import { createErrorResponses } from './errors.ts';
import { HEADERS } from './headers.ts';
import type { Json } from './json.ts';
import { createNamedSchemas } from './named-schemas.ts';
import { documentedOperation } from './operation.ts';
import { documentedProbes } from './probes.ts';

const DESCRIPTION = `Вечерний обход общежитий кампуса «Сириус»: начать, отметить каждого, сдать.

Каждый запрос к \`${API}\` несёт \`Authorization: Bearer <токен доступа>\`. Все поля ответов есть всегда; чего нет, то \`null\`.
Тексты запросов обрезаются по краям и приводятся к NFC; неизвестное поле — ошибка.

Ошибка любого запроса имеет вид \`Error\`: код из \`ErrorCode\`, текст для человека, \`trace_id\` журнала и, если можно исправить
запрос, \`details\` по полям. Неизвестный адрес — 404 \`NOT_FOUND\`, не тот метод — 405 \`METHOD_NOT_ALLOWED\` с \`Allow\`.
\`X-Trace-ID\` и \`X-Correlation-ID\` запроса возвращаются в ответе, без них сервис даёт новые.

Изменение с \`If-Match\` не затрёт чужого: если обход или запись уже другие, ответ 412 с нынешним \`ETag\`.
После 503 запрос повторяют через \`Retry-After\` секунд.`;

const TAGS: readonly { readonly name: Tag | 'probes'; readonly description: string }[] = [
  { name: 'patrols', description: 'Обходы: начать, прочитать, сдать, открыть заново' },
  { name: 'entries', description: 'Записи проверки: отметить, добавить, убрать' },
  { name: 'events', description: 'Изменения вечера вживую' },
  {
    name: 'oversight',
    description: 'Для воспитателей и администрации: кого нет, все ли в списках, отчёт, история',
  },
  { name: 'probes', description: 'Для тех, кто сервис запускает и за ним следит' },
];

const BEARER = {
  ...{ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  description: 'Токен доступа, который выдал auth-service',
};

/** Returns the OpenAPI 3.1 document of operations on a campus. Made of the schemas that validate. */
export function openApiDocument(
  operations: readonly RestOperation[],
  campus: Pick<Campus, 'buildings'>,
): Json {
  const schemas = createNamedSchemas();
  const errors = createErrorResponses(schemas);
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const { method, path } = operation.rest;
    const documented = documentedOperation(operation, { campus, schemas, errors });
    paths[API + path] = { ...paths[API + path], [method.toLowerCase()]: documented };
  }
  const { 400: unreadable } = errors.of(['VALIDATION_ERROR']);
  const probes = documentedProbes(schemas, { 400: unreadable });
  return {
    openapi: '3.1.0',
    info: {
      title: 'patrol-service',
      version: packageJson.version,
      description: DESCRIPTION,
      contact: { name: 'Кампус «Сириус»' },
      license: { name: 'Лицензии нет', url: 'https://choosealicense.com/no-permission/' },
    },
    servers: [{ url: '/', description: 'Откуда этот документ' }],
    tags: TAGS,
    security: [{ bearer: [] }],
    paths: { ...paths, ...probes },
    components: {
      schemas: schemas.all(),
      responses: errors.all(),
      headers: HEADERS,
      securitySchemes: { bearer: BEARER },
    },
  };
}
