import { type Attributes, context, SpanKind } from '@opentelemetry/api';
import type { Interceptor, QueryContext } from 'slonik';
import { secondsSince } from '../telemetry/instruments.ts';
import { millisecondsSince } from '../telemetry/log.ts';
import type { InboundSpan } from '../telemetry/spans.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { databaseError } from './errors.ts';

interface QueryInFlight {
  readonly name: string;
  readonly beganMs: number;
  readonly attributes: Attributes;
  readonly span: InboundSpan;
}

/** Creates the interceptor that measures and traces named queries, without text, values and the wait for a connection. */
export function createQueryObservation({ spans, instruments, log }: Telemetry): Interceptor {
  const inFlight = new WeakMap<QueryContext, QueryInFlight>();
  const end = (query: QueryContext, error?: Error) => {
    const began = inFlight.get(query);
    if (!began) return null;
    const { name, beganMs, attributes, span } = began;
    const outcome = error && { 'error.type': databaseError(error).code };
    instruments.databaseDuration.record(secondsSince(beganMs), { ...attributes, ...outcome });
    log.debug({ statement: name, duration_ms: millisecondsSince(beganMs), ...outcome }, 'statement');
    span.end(outcome ?? {}, error !== undefined);
    return null;
  };
  return {
    name: 'query-observation',
    beforeQueryExecution: (query, { name }) => {
      if (name === undefined) return null;
      const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': name };
      const span = spans.begin({ name, kind: SpanKind.CLIENT, attributes }, context.active());
      inFlight.set(query, { name, beganMs: performance.now(), attributes, span });
      return null;
    },
    afterQueryExecution: (query) => end(query),
    queryExecutionError: (query, _statement, error) => end(query, error),
  };
}
