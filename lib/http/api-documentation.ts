import helmet from '@fastify/helmet';
import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance } from 'fastify';
import type { RestOperation } from '../operation.ts';
import type { Campus } from '../patrols/campus.ts';
import { openApiDocument } from './openapi/document.ts';

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
 * Creates an application for the documentation only, which does not listen: `/openapi.json` and Swagger UI at `/docs`.
 */
export async function openApiDocumentation({
  operations,
  campus,
  keepsToken,
}: ApiDocsOptions): Promise<FastifyInstance> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  // The plugin's type is that of a whole document, which ours is made as.
  const document = openApiDocument(operations, campus) as unknown as StaticDocumentSpec['document'];
  await app.register(swagger, { mode: 'static', specification: { document } });
  await app.register(async (docs) => {
    await docs.register(helmet, PAGE_HEADERS);
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { persistAuthorization: keepsToken, displayRequestDuration: true, docExpansion: 'list' },
    });
  });
  app.get('/openapi.json', async () => document);
  return app;
}
