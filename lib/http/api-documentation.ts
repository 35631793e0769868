import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance, type FastifySchema } from 'fastify';
import Type, { type TObject, type TProperties, type TSchema } from 'typebox';
import packageJson from '../../package.json' with { type: 'json' };
import type { RestOperation } from '../operation.ts';
import { type Campus, lastEntrance } from '../patrols/campus.ts';
import { pathFields } from './input.ts';
import { routeOf } from './operations.ts';
import { headersDocumentation, responseDocumentation } from './response-documentation.ts';

export interface ApiDocsOptions {
  readonly operations: readonly RestOperation[];
  readonly campus: Campus;
  /** Whether the browser stores the pasted token; on a shared computer, the next user would have it. */
  readonly keepsToken: boolean;
}

/** Helmet's defaults for the only page. The service speaks plain HTTP: HTTPS is up to the proxy that terminates TLS. */
const PAGE_HEADERS = {
  strictTransportSecurity: false,
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
} as const;

/**
 * Creates an application for the documentation only, which does not listen: `/openapi.json` (OpenAPI 3.1, from the
 * validating schemas) and Swagger UI at `/docs`.
 */
export async function openApiDocumentation({
  operations,
  campus,
  keepsToken,
}: ApiDocsOptions): Promise<FastifyInstance> {
  const app = fastify({
    routerOptions: { ignoreTrailingSlash: true },
    // `x-plain-text` is for `validInput`, and no keyword of JSON Schema.
    ajv: { customOptions: { keywords: ['x-plain-text'] } },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'patrol-service',
        description: 'Вечерний обход общежитий кампуса «Сириус»: начать, отметить каждого, сдать.',
        version: packageJson.version,
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
  });
  await app.register(async (docs) => {
    await docs.register(helmet, PAGE_HEADERS);
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { persistAuthorization: keepsToken, displayRequestDuration: true, docExpansion: 'list' },
    });
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  document(app, operations, campus);
  return app;
}

/** Adds the documented routes, which are served elsewhere; their handlers are never called. */
function document(app: FastifyInstance, operations: readonly RestOperation[], campus: Campus): void {
  const handler = async () => undefined;
  for (const [url, schema] of Object.entries(HEALTH)) app.get(url, { schema, handler });
  for (const operation of operations) {
    const { method, path } = operation.rest;
    app.route({ method, url: routeOf(path), schema: routeDocumentation(operation, campus), handler });
  }
}

const State = Type.Object({ status: Type.String() });
const Checked = Type.Object({ status: Type.String(), checks: Type.Record(Type.String(), Type.String()) });
const HEALTH: Readonly<Record<string, FastifySchema>> = {
  '/health/liveness': { tags: ['health'], summary: 'Процесс работает', response: { 200: State } },
  '/health/readiness': {
    tags: ['health'],
    summary: 'Готов к работе',
    response: { 200: Checked, 503: Checked },
  },
};

/** Returns the documentation of an operation's route, from the schemas that `invoke` validates with. */
function routeDocumentation(operation: RestOperation, campus: Campus): FastifySchema {
  const { name, summary, rest, input, roles } = operation;
  const fromPath = pathFields(operation);
  const properties: TProperties = ofCampus(input.properties, campus);
  const params = Object.fromEntries(
    [...fromPath].map(([name, field]) => [name, properties[field] ?? Type.Any()]),
  );
  const others = Type.Object(
    Object.fromEntries(
      Object.entries(properties).filter(([field]) => ![...fromPath.values()].includes(field)),
    ),
    { additionalProperties: false },
  );
  return {
    operationId: rest.path === rest.alsoAt ? `${name}OfOne` : name,
    summary,
    description: `Роли: ${roles.map((role) => `\`${role}\``).join(', ')}.`,
    tags: ['patrols'],
    security: [{ bearer: [] }],
    ...(fromPath.size > 0 && { params: Type.Object(params) }),
    ...headersDocumentation(operation),
    ...inputDocumentation(rest.method, others),
    response: responseDocumentation(operation),
  };
}

/** Returns an input's fields limited to the campus's buildings and entrances. */
function ofCampus(properties: TProperties, { buildings }: Campus): TProperties {
  const known: Readonly<Record<string, object>> = {
    building: { enum: [...buildings.keys()] },
    entrance: { maximum: lastEntrance(buildings) },
  };
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, limited(schema, known[name])]),
  );
}

/** Returns a field's schema with additional keywords. A spread would lose whether it is optional. */
function limited(schema: TSchema, more: object | undefined): TSchema {
  if (!more) return schema;
  const closer = Type.Unsafe<unknown>({ ...schema, ...more });
  return Type.IsOptional(schema) ? Type.Optional(closer) : closer;
}

function inputDocumentation(method: string, fields: TObject): FastifySchema {
  if (Object.keys(fields.properties).length === 0) return {};
  return method === 'GET' ? { querystring: filters(fields) } : { body: fields };
}

/** Returns the fields of a query, of which those that may be left out are filled in with nothing: not all go together. */
function filters({ properties, ...schema }: TObject): TObject {
  const required: readonly string[] = schema.required ?? [];
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    required.includes(name) ? field : limited(field, { examples: undefined }),
  ]);
  return Type.Object(Object.fromEntries(fields), { additionalProperties: false });
}
