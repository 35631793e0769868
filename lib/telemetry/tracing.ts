import { type Spans, unrecordedSpans } from './spans.ts';

/** Where spans go, and how what is waiting is sent within a limit; what does not leave in time is lost, as traces may be. */
export interface Tracing {
  readonly spans: Spans;
  flush(limitMs: number): Promise<void>;
  close(limitMs: number): Promise<void>;
}

export interface TracingOptions {
  /** Whether the environment names somewhere for traces to go to. */
  readonly isExported: boolean;
  readonly version: string;
  /** Told what the exporter complains about. */
  readonly warn: (message: string) => void;
}

/** Opens tracing. The SDK costs a third of a second to import, so nobody pays for it who has nowhere to send traces. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  if (!options.isExported) {
    return { spans: unrecordedSpans(), flush: async () => {}, close: async () => {} };
  }
  const { startTracingSdk } = await import('./tracing-sdk.ts');
  return startTracingSdk(options);
}
