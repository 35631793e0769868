import type { FastifyInstance } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';

const PAGES = ['/openapi.json', '/docs', '/docs/*'];
/** What a browser may say about a page that it already has, or of which it wants a part. */
const ASKED_WITH = new Set(['if-none-match', 'if-modified-since', 'if-range', 'range']);
/** Of a message, and not of its page: those of the answer are the host's own. */
const OF_THE_MESSAGE = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']);

/**
 * Serves the API's documentation. What makes it is loaded and opened when somebody first asks: it would be a tenth of
 * every start, and at 22:00 nobody reads.
 */
export function serveApiDocs(app: FastifyInstance, operations: readonly RestOperation[]): void {
  let opened: Promise<FastifyInstance> | undefined;
  const documentation = () => {
    opened ??= import('./api-documentation.ts').then((module) => module.openApiDocumentation(operations));
    return opened;
  };
  app.addHook('onClose', async () => (await opened)?.close());
  for (const page of PAGES) {
    app.get(page, async ({ raw, headers }, reply) => {
      const asked = Object.fromEntries(Object.entries(headers).filter(([name]) => ASKED_WITH.has(name)));
      const docs = await documentation();
      const answer = await docs.inject({ url: raw.url ?? page, headers: asked });
      refuseNoPage(answer.statusCode, answer.payload);
      for (const [name, value] of Object.entries(answer.headers)) {
        if (!OF_THE_MESSAGE.has(name)) reply.header(name, value);
      }
      // To no body at all Fastify would give a content type.
      return reply.code(answer.statusCode).send(answer.payload === '' ? undefined : answer.rawPayload);
    });
  }
}

/** A refusal has the one shape of all errors, not the documentation's own. */
function refuseNoPage(status: number, said: string): void {
  if (status >= 500) throw new PatrolServiceError('INTERNAL_ERROR', `the documentation answered ${said}`);
  if (status >= 400) throw new PatrolServiceError('NOT_FOUND', `the documentation answered ${said}`);
}
