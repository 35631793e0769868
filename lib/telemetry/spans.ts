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

/** A span's name, kind and first attributes. */
export interface SpanSubject {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** The span of an incoming request, with the context to serve it in. */
export interface InboundSpan {
  readonly context: Context;
  end(attributes: Attributes, failed: boolean): void;
}

/** The spans of a request. Without an exporter none are recorded, but the ids are still propagated. */
export interface Spans {
  /** Begins the span of a request with the context `from`. */
  begin(subject: SpanSubject, from: Context): InboundSpan;
  /** Runs work inside a span of its own; rethrows its errors. */
  around<Result>(subject: SpanSubject, work: () => Promise<Result>): Promise<Result>;
}

/** Creates spans that are not recorded; outbound calls still carry the trace. */
export function unrecordedSpans(): Spans {
  return {
    begin: (_subject, from) => ({ context: from, end: () => {} }),
    around: (_subject, work) => work(),
  };
}

/** Creates spans that the tracer records. */
export function recordedSpans(tracer: Tracer): Spans {
  const start = ({ name, kind = SpanKind.INTERNAL, attributes = {} }: SpanSubject, parent: Context) =>
    // Within the context: the id generator reads the trace id of a root span from it.
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

/** Marks a span as failed, by the code alone: messages may hold what only the log may. */
function markFailed(span: Span, thrown: unknown): void {
  const error = asPatrolServiceError(thrown);
  span.setAttribute('error.type', error.code);
  if (isFailure(error)) span.setStatus({ code: SpanStatusCode.ERROR });
}
