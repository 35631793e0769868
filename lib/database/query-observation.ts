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
  const end = ({ sandbox }: QueryContext, error?: Error) => {
    const began = sandbox.observed as QueryInFlight | undefined; // set below, as nothing else
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
    beforeQueryExecution: ({ sandbox }, { name }) => {
      if (name === undefined) return null;
      const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': name };
      const span = spans.begin({ name, kind: SpanKind.CLIENT, attributes }, context.active());
      sandbox.observed = { name, beganMs: performance.now(), attributes, span } satisfies QueryInFlight;
      return null;
    },
    afterQueryExecution: (query) => end(query),
    queryExecutionError: (query, _statement, error) => end(query, error),
  };
}
