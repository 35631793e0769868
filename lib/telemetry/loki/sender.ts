import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';

/** What became of a batch. No reason: Loki took it. No time to retry after: it never will. */
export type Outcome = { readonly reason?: string; readonly retryAfterMs?: number };

/** Where Loki takes lines. */
const PUSH = '/loki/api/v1/push';

export interface SenderOptions {
  /** Loki's base URL, to which the path of pushes is added; or its push address in full. */
  readonly url: string;
  /** Whose lines they are, in a Loki of several tenants. */
  readonly tenantId?: string | null | undefined;
  readonly timeoutMs: number;
}

/**
 * Opens the way to Loki. Whatever becomes of a push is an outcome, given within `timeoutMs`; `agent` is the caller's to
 * destroy.
 * @throws when the URL is not one of http or https.
 */
export function createSender({ url, tenantId, timeoutMs }: SenderOptions) {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol))
    throw new Error('the address of Loki must be an http(s) URL');
  base.pathname = base.pathname.replace(/(?:\/loki\/api\/v1(?:\/push)?)?\/*$/, PUSH);
  const { Agent, request } = base.protocol === 'https:' ? https : http;
  // An idle connection is given up before Loki, or a proxy, does so just as the next push begins.
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 4000 });
  const headers = {
    'content-type': 'application/json',
    ...(tenantId && { 'x-scope-orgid': tenantId }),
  };
  const options = { ...urlToHttpOptions(base), method: 'POST', headers, agent };

  const post = (body: string) => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const push = request(options, (response) =>
      response.resume().once('end', () => resolve(outcomeOf(response))),
    );
    const late = Object.assign(new Error('no answer in time'), { code: 'timeout' });
    const timer = setTimeout(() => push.destroy(late), timeoutMs).unref();
    const fail = ({ code, name }: NodeJS.ErrnoException) =>
      resolve({ reason: code ?? name, retryAfterMs: 0 });
    push.on('error', fail);
    push.once('close', () => {
      clearTimeout(timer);
      // Only the first outcome counts: this is the one of an answer that was cut off.
      resolve({ reason: 'ECONNRESET', retryAfterMs: 0 });
    });
    push.end(body);
    return promise;
  };
  return { agent, post };
}

function outcomeOf({ statusCode = 0, headers }: http.IncomingMessage): Outcome {
  if (statusCode >= 200 && statusCode < 300) return {};
  const reason = `status ${statusCode}`;
  if (statusCode !== 429 && statusCode < 500) return { reason };
  return { reason, retryAfterMs: 1000 * (Number.parseInt(headers['retry-after'] ?? '', 10) || 0) };
}
