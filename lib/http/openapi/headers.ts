import type { Json } from './json.ts';

const text = (description: string, example: string): Json => ({
  description,
  schema: { type: 'string', examples: [example] },
});

/** The headers of responses, by their names as components. */
export const HEADERS = {
  TraceId: text(
    'Чем запрос найти в журнале: X-Trace-ID запроса, или новый',
    '0d5c7a52-3a0f-4c58-9d65-3b6a4f1e2c77',
  ),
  CorrelationId: text(
    'X-Correlation-ID запроса, или новый: один на несколько запросов',
    '7b1f0c9e-52d4-4e0a-8a43-6f1d9e2b5c10',
  ),
  EntityTag: text('Версия обхода или записи, для If-Match', '"1764012345678901"'),
  Location: text('Путь к обходу или записи', '/api/v1/patrols/5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34'),
  RetryAfter: {
    description: 'Через сколько секунд повторить',
    schema: { type: 'integer', examples: [1] },
  },
  Allow: text('Какие методы здесь есть', 'GET, POST, HEAD'),
  Challenge: text(
    'Нет токена — Bearer; иначе почему он не принят, и истёк ли: тогда его обновляют',
    'Bearer error="invalid_token", error_description="The access token expired"',
  ),
} as const satisfies Readonly<Record<string, Json>>;

/** Headers of a response, by their names in HTTP. */
export type ResponseHeaders = Readonly<Record<string, keyof typeof HEADERS>>;

const OF_EVERY_RESPONSE: ResponseHeaders = { 'X-Trace-ID': 'TraceId', 'X-Correlation-ID': 'CorrelationId' };

/** Returns the headers of a response: its own, and those of every response. */
export function responseHeaders(own: ResponseHeaders = {}): Json {
  const headers = Object.entries({ ...OF_EVERY_RESPONSE, ...own });
  return Object.fromEntries(headers.map(([name, of]) => [name, { $ref: `#/components/headers/${of}` }]));
}
