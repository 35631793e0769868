import { context, SpanKind } from '@opentelemetry/api';
import type { Interceptor, QueryContext } from 'slonik';
import { secondsSince } from '../telemetry/instruments.ts';
import { millisecondsSince } from '../telemetry/log.ts';
import type { InboundSpan } from '../telemetry/spans.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { databaseError } from './errors.ts';

/** Creates the interceptor that measures and traces named queries, without text, values and the wait for a connection. */
export function createQueryObservation({ spans, instruments, log }: Telemetry): Interceptor {
  const inFlight = new WeakMap<QueryContext, { readonly beganMs: number; readonly span: InboundSpan }>();
  const end = (query: QueryContext, error?: Error) => {
    const { beganMs, span } = inFlight.get(query) ?? {};
    if (beganMs === undefined || !span) return null;
    const outcome = error && { 'error.type': databaseError(error).code };
    const took = secondsSince(beganMs);
    instruments.databaseDuration.record(took, { ...attributesOf(query), ...outcome });
    log.debug(
      { statement: query.originalQuery.name, duration_ms: millisecondsSince(beganMs), ...outcome },
      'statement',
    );
    span.end(outcome ?? {}, error !== undefined);
    return null;
  };
  return {
    name: 'query-observation',
    beforeQueryExecution: (query, { name }) => {
      if (name === undefined) return null;
      const subject = { name, kind: SpanKind.CLIENT, attributes: attributesOf(query) };
      inFlight.set(query, { beganMs: performance.now(), span: spans.begin(subject, context.active()) });
      return null;
    },
    afterQueryExecution: (query) => end(query),
    queryExecutionError: (query, _statement, error) => end(query, error),
  };
}

function attributesOf({ originalQuery: { name = '' } }: QueryContext) {
  return { 'db.system.name': 'postgresql', 'db.operation.name': name };
}
