import type { FastifyInstance, FastifyReply } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import { singleFlight } from '../single-flight.ts';
import type { ApiDocsOptions } from './api-documentation.ts';

const PAGES = ['/openapi.json', '/docs', '/docs/*'];
/** A page's canonical path. Other spellings (`%73`, `/./`) would be cached as further pages. */
const PLAIN = /^(?:\/[\w-][\w.-]*)*\/?$/;
/** Headers of one message, and those that only apply to a file. */
const UNCACHED_HEADERS = [
  'accept-ranges',
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
];

/** After a page longer than this, in bytes, the keep-alive timeout is shortened. */
const LONG_PAGE = 64 * 1024;
/** The kernel buffers over a megabyte for a client that does not read, unnoticed by Node. */
const IDLE_AFTER_LONG_PAGE_S = 15;

/** A page of the documentation, the same for all callers. */
interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent if empty: Fastify would add a content type to an empty body. */
  readonly body?: Buffer;
}

/** Serves the API's documentation. Its modules are loaded on the first request: they would be a tenth of every start. */
export function serveApiDocs(app: FastifyInstance, options: ApiDocsOptions): void {
  const pages = cachedPages(options);
  app.addHook('onClose', pages.close);
  for (const url of PAGES) {
    app.get(url, async ({ raw, headers }, reply) => {
      const page = await pages.read(raw.url?.split('?', 1)[0] ?? url);
      if (page.headers.etag && page.headers.etag === headers['if-none-match']) return reply.code(304).send();
      const isKept = app.server.keepAliveTimeout > IDLE_AFTER_LONG_PAGE_S * 1000;
      if (isKept && (page.body?.length ?? 0) > LONG_PAGE) shortenKeepAlive(reply);
      return reply.code(page.status).headers(page.headers).send(page.body);
    });
  }
}

/** Shortens the keep-alive timeout after this response. */
function shortenKeepAlive(reply: FastifyReply): void {
  reply.headers({ connection: 'keep-alive', 'keep-alive': `timeout=${IDLE_AFTER_LONG_PAGE_S}` });
  const { socket } = reply.request.raw;
  // Node sets its own timeout when the response is finished.
  reply.raw.once('finish', () => setImmediate(() => socket.setTimeout(IDLE_AFTER_LONG_PAGE_S * 1000)));
}

/** Caches each page: slow readers of a file of 1.6 MB must not hold a copy each. */
function cachedPages(options: ApiDocsOptions) {
  const kept = new Map<string, Page>();
  let opened: FastifyInstance | undefined;
  const open = singleFlight(async () => {
    // A failed load is retried by the next request.
    const { openApiDocumentation } = await import('./api-documentation.ts');
    opened = await openApiDocumentation(options);
    return opened;
  });
  // Concurrent requests build a page once.
  const make = singleFlight(async (path: string) => {
    const page = await pageOf(opened ?? (await open()), path);
    kept.set(path, page);
    return page;
  });
  return {
    async read(path: string): Promise<Page> {
      const known = kept.get(path);
      if (known) return known;
      if (!PLAIN.test(path)) throw new PatrolServiceError('NOT_FOUND', 'no such page');
      return make(path);
    },
    close: async () => opened?.close(),
  };
}

async function pageOf(documentation: FastifyInstance, path: string): Promise<Page> {
  const response = await documentation.inject(path);
  const status = response.statusCode;
  // Errors get the API's own shape, and only existing pages are cached.
  if (status >= 400) {
    const code = status >= 500 ? 'INTERNAL_ERROR' : 'NOT_FOUND';
    // Without its message, which contains the path as typed.
    throw new PatrolServiceError(code, `the documentation answered ${status}`);
  }
  const headers = Object.entries(response.headers)
    .filter(([name]) => !UNCACHED_HEADERS.includes(name))
    .map(([name, value]) => [name, String(value)]);
  return {
    status,
    headers: Object.fromEntries(headers),
    ...(response.payload !== '' && { body: response.rawPayload }),
  };
}
