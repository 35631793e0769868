import { randomBytes } from 'node:crypto';
import { type ContextManager, DiagLogLevel, diag, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { waitAtMost } from '../wait-at-most.ts';
import { recordedSpans, type Spans } from './spans.ts';
import { identityOf, openTelemetryId } from './trace-identity.ts';

/** The spans, and how waiting ones are sent within a limit; spans that are not sent in time are lost. */
export interface Tracing {
  readonly spans: Spans;
  flush(limitMs: number): Promise<void>;
  close(limitMs: number): Promise<void>;
}

export interface TracingOptions {
  /** Whether the environment names a trace exporter. */
  readonly isExported: boolean;
  readonly version: string;
  /** Called with the exporter's warnings. */
  readonly warn: (message: string) => void;
}

type IdGenerator = NodeSDKConfiguration['idGenerator'];

/** Starts OpenTelemetry's SDK for traces only, configured by its own `OTEL_*` variables. */
export function startTracingSdk({ version, warn }: TracingOptions): Tracing {
  diag.setLogger(diagnosticsTo(warn), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  // Otherwise the API keeps the first SDK of a process; only tests start several.
  trace.disable();
  const sdk = new NodeSDK({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override these.
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'patrol-service', 'service.version': version }),
    ),
    idGenerator: createIdGenerator(),
    // Both are the process's own (telemetry.ts): registered twice, OpenTelemetry complains.
    textMapPropagator: null,
    // Its type (0.301.0) lacks what its code takes: null for none.
    contextManager: null as unknown as ContextManager,
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const provider = trace.getTracerProvider();
  const recording = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  return {
    spans: recordedSpans(recording.getTracer('patrol-service', version)),
    flush: (limitMs) => withinLimit(flush(recording), limitMs),
    close: (limitMs) => withinLimit(sdk.shutdown(), limitMs),
  };
}

/** Creates the id generator: a trace that begins here has its request's trace id. */
function createIdGenerator(): IdGenerator {
  return {
    generateTraceId: () => {
      const identity = identityOf();
      return identity ? openTelemetryId(identity.traceId) : randomBytes(16).toString('hex');
    },
    generateSpanId: () => randomBytes(8).toString('hex'),
  };
}

async function flush(provider: object): Promise<void> {
  if ('forceFlush' in provider && typeof provider.forceFlush === 'function') await provider.forceFlush();
}

/** Waits for work up to a limit: an unavailable collector must not delay a stop. */
async function withinLimit(work: Promise<unknown>, limitMs: number): Promise<void> {
  await waitAtMost(limitMs, work).catch((error) => diag.warn(`spans could not be exported: ${error}`));
}

function diagnosticsTo(warn: TracingOptions['warn']) {
  const silent = () => {};
  return { error: warn, warn, info: silent, debug: silent, verbose: silent };
}
