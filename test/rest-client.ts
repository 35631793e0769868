import { bearer } from './campus.ts';

/** What came back: the body parsed if it is JSON, else as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // A test looks into whatever came; its own expectations are the check.
  // biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what tests are about
  readonly body: any;
}

export interface Call {
  readonly authorization?: string | null;
  readonly body?: unknown;
  /** Sent as it is, with `application/json` unless `headers` say otherwise. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
}

export type RestClient = (method: string, path: string, call?: Call) => Promise<Answer>;

/** Gives a client of `/api/v1` that speaks as an educator unless a call says otherwise (`authorization: null`: as nobody). */
export async function restClient(url: string): Promise<RestClient> {
  const educator = await bearer('educator');
  return async (method, path, { authorization = educator, body, raw, headers } = {}) => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(authorization !== null && { authorization }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    });
    return { status: answer.status, headers: answer.headers, body: parsed(await answer.text()) };
  };
}

function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text;
}
