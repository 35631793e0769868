import type { FastifyInstance, FastifyReply } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import { singleFlight } from '../single-flight.ts';
import type { ApiDocsOptions } from './api-documentation.ts';

const PAGES = ['/openapi.json', '/docs', '/docs/*'];
/** A page as it is linked. One more way to write it (`%73`, `/./`) would be one more page to keep. */
const PLAIN = /^(?:\/[\w-][\w.-]*)*\/?$/;
/** Of a message and not of its page, and what only a file that is read anew could be asked for. */
const UNCACHED_HEADERS = [
  'accept-ranges',
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
];

/** After a page longer than this, in bytes, its connection is not kept for long. */
const LONG_PAGE = 64 * 1024;
/** The kernel takes more than a megabyte for whoever does not read, and says nothing of it: so the place is given back. */
const IDLE_AFTER_LONG_PAGE_S = 15;

/** A page of the documentation, the same for everybody. */
interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where there is none: to an empty one Fastify would give a content type. */
  readonly body?: Buffer;
}

/**
 * Serves the API's documentation. What makes it is loaded and opened when somebody first asks: it would be a tenth of
 * every start, and at 22:00 nobody reads.
 */
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

/** Has the connection of an answer closed sooner than others where nothing more is asked on it. */
function shortenKeepAlive(reply: FastifyReply): void {
  reply.headers({ connection: 'keep-alive', 'keep-alive': `timeout=${IDLE_AFTER_LONG_PAGE_S}` });
  const { socket } = reply.request.raw;
  // Node sets a time of its own when the answer is finished.
  reply.raw.once('finish', () => setImmediate(() => socket.setTimeout(IDLE_AFTER_LONG_PAGE_S * 1000)));
}

/** Keeps each page once it has been made: of a file of 1.6 MB, whoever reads slowly must not hold a copy of their own. */
function cachedPages(options: ApiDocsOptions) {
  const kept = new Map<string, Page>();
  let opened: FastifyInstance | undefined;
  const open = singleFlight(async () => {
    // What failed to load is tried again by whoever asks next.
    const { openApiDocumentation } = await import('./api-documentation.ts');
    opened = await openApiDocumentation(options);
    return opened;
  });
  // However many ask for a page before it is there, it is made once.
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
  // A refusal has the one shape of all errors, not the documentation's own; and only what there is can be kept.
  if (status >= 400) {
    const code = status >= 500 ? 'INTERNAL_ERROR' : 'NOT_FOUND';
    // Not what it said: that names the path as it was typed.
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
