import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';

/** The outcome of a push. No reason: Loki took it. No `retryAfterMs`: a retry is pointless. */
export type Outcome = { readonly reason?: string; readonly retryAfterMs?: number };

/** The path of pushes. */
const PUSH = '/loki/api/v1/push';

export interface SenderOptions {
  /** Loki's base URL or push URL. */
  readonly url: string;
  /** The tenant, for a multi-tenant Loki. */
  readonly tenantId?: string | null | undefined;
  readonly timeoutMs: number;
}

/** Creates the sender; the caller destroys `agent`. @throws for a URL that is not http or https. */
export function createSender({ url, tenantId, timeoutMs }: SenderOptions) {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol))
    throw new Error('the address of Loki must be an http(s) URL');
  base.pathname = base.pathname.replace(/(?:\/loki\/api\/v1(?:\/push)?)?\/*$/, PUSH);
  const { Agent, request } = base.protocol === 'https:' ? https : http;
  // Idle connections are closed before Loki or a proxy does so at the start of a push.
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
      // Only the first outcome counts: this one is for a response that was cut off.
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
