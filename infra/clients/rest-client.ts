import { firstEvent } from './first-event.ts';

/** What came back: the body parsed if it is JSON, else as text; of a stream of events the first one. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Whoever asks looks into whatever came; their own expectations are the check.
  // biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what callers are about
  readonly body: any;
}

export interface Call {
  /** `null`: as nobody. */
  readonly authorization?: string | null;
  readonly body?: unknown;
  /** Sent as it is, with `application/json` unless `headers` say otherwise. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends a request to a path below `/api/v1`, and returns whatever is answered. */
export type RestClient = (method: string, path: string, call?: Call) => Promise<Answer>;

/** A request as it goes out. */
export interface SentRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

export type Send = (url: string, request: SentRequest) => Promise<Response>;

/**
 * Returns a client of the service at `url` that has this `Authorization` unless a call says otherwise; `send` is what
 * carries its requests.
 */
export function restClient(url: string, ownAuthorization: string, send: Send = fetch): RestClient {
  return async (method, path, { authorization = ownAuthorization, body, raw, headers, signal } = {}) => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await send(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(authorization !== null && { authorization }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
      ...(signal && { signal }),
    });
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
    const content = isStream && answer.body ? await firstEvent(answer.body) : parsed(await answer.text());
    return { status: answer.status, headers: answer.headers, body: content };
  };
}

function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text;
}
