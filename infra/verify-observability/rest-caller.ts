/** A patrol as far as the load needs it. */
export interface Patrol {
  readonly patrol_id: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly patrol_entry_id: string;
  readonly is_present: boolean | null;
}

export interface RestCall {
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as X-Trace-ID. */
  readonly traceId?: string;
  /** `null`: no token. */
  readonly token?: string | null;
}

/** Sends requests to `/api/v1` and insists on the status that each must have. */
export interface RestCaller {
  /** @throws when the status is another one. */
  call<Answer>(status: number, path: string, call?: RestCall): Promise<Answer>;
}

/** Gives a caller with somebody's token. */
export function restCaller(url: string, ownToken: string): RestCaller {
  return {
    async call(status, path, { method = 'GET', body, traceId, token = ownToken } = {}) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(traceId !== undefined && { 'x-trace-id': traceId }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status !== status) {
        throw new Error(`${method} ${path} answered ${answer.status}, not ${status}: ${text}`);
      }
      return text === '' ? null : JSON.parse(text);
    },
  };
}
