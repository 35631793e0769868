import type { FastifyInstance } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import { singleFlight } from '../single-flight.ts';
import type { ApiDocsOptions } from './api-documentation.ts';

const PAGES = ['/openapi.json', '/docs', '/docs/*'];
/** A page as it is linked. One more way to write it (`%73`, `/./`) would be one more page to keep. */
const PLAIN = /^(?:\/[\w-][\w.-]*)*\/?$/;
/** Of a message and not of its page, and what only a file that is read anew could be asked for. */
const NOT_KEPT = ['accept-ranges', 'connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

/** A page longer than this, in bytes, is the last answer on its connection. */
const LONGEST_TO_STAY = 64 * 1024;

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
  const pages = keptPages(options);
  app.addHook('onClose', pages.close);
  for (const url of PAGES) {
    app.get(url, async ({ raw, headers }, reply) => {
      const page = await pages.read(raw.url?.split('?', 1)[0] ?? url);
      if (page.headers.etag && page.headers.etag === headers['if-none-match']) return reply.code(304).send();
      // The kernel takes more than a megabyte for whoever does not read, and says nothing of it: the place is given back.
      if ((page.body?.length ?? 0) > LONGEST_TO_STAY) reply.header('connection', 'close');
      return reply.code(page.status).headers(page.headers).send(page.body);
    });
  }
}

/** Keeps each page once it has been made: of a file of 1.6 MB, whoever reads slowly must not hold a copy of their own. */
function keptPages(options: ApiDocsOptions) {
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
  const answer = await documentation.inject(path);
  const status = answer.statusCode;
  // A refusal has the one shape of all errors, not the documentation's own; and only what there is can be kept.
  if (status >= 400) {
    const code = status >= 500 ? 'INTERNAL_ERROR' : 'NOT_FOUND';
    // Not what it said: that names the path as it was typed.
    throw new PatrolServiceError(code, `the documentation answered ${status}`);
  }
  const headers = Object.entries(answer.headers)
    .filter(([name]) => !NOT_KEPT.includes(name))
    .map(([name, value]) => [name, String(value)]);
  return {
    status,
    headers: Object.fromEntries(headers),
    ...(answer.payload !== '' && { body: answer.rawPayload }),
  };
}
