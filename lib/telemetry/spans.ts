import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { asPatrolServiceError, isFailure } from '../errors.ts';
import { identityFields } from './trace-identity.ts';

/** What a span is of: its name, and what is known when it begins. */
export interface SpanSubject {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** The span of a request from outside, and the context that the request is to be served in. */
export interface InboundSpan {
  readonly context: Context;
  end(attributes: Attributes, failed: boolean): void;
}

/** The spans of a request. Where nothing is exported none is recorded, and only the ids travel on. */
export interface Spans {
  /** Begins the span of a request that came with `from`. */
  begin(subject: SpanSubject, from: Context): InboundSpan;
  /** Does the work inside a span of its own; what the work throws is passed on. */
  around<Result>(subject: SpanSubject, work: () => Promise<Result>): Promise<Result>;
}

/** Gives the spans of a service whose traces go nowhere: outbound calls carry the trace all the same. */
export function unrecordedSpans(): Spans {
  return {
    begin: (_subject, from) => ({ context: from, end: () => {} }),
    around: (_subject, work) => work(),
  };
}

/** Gives spans that the tracer records. */
export function recordedSpans(tracer: Tracer): Spans {
  const start = ({ name, kind = SpanKind.INTERNAL, attributes = {} }: SpanSubject, parent: Context) =>
    // Inside its context, where the id generator finds the trace id of a span that has no parent.
    context.with(parent, () =>
      tracer.startSpan(name, { kind, attributes: { ...attributes, ...identityFields(parent) } }, parent),
    );
  return {
    begin(subject, from) {
      const span = start({ kind: SpanKind.SERVER, ...subject }, from);
      return {
        context: trace.setSpan(from, span),
        end(attributes, failed) {
          span.setAttributes(attributes);
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    async around(subject, work) {
      const parent = context.active();
      const span = start(subject, parent);
      try {
        return await context.with(trace.setSpan(parent, span), work);
      } catch (error) {
        markFailed(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
  };
}

/** The code alone: messages and causes may hold what a trace must not, and are in the log under the same trace id. */
function markFailed(span: Span, thrown: unknown): void {
  const error = asPatrolServiceError(thrown);
  span.setAttribute('error.type', error.code);
  if (isFailure(error)) span.setStatus({ code: SpanStatusCode.ERROR });
}
