import { unrecordedSpans } from './spans.ts';
import type { Tracing, TracingOptions } from './tracing-sdk.ts';

/** Opens tracing. The SDK takes a third of a second to import, so it is loaded only with an exporter. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  if (!options.isExported) {
    return { spans: unrecordedSpans(), flush: async () => {}, close: async () => {} };
  }
  const { startTracingSdk } = await import('./tracing-sdk.ts');
  return startTracingSdk(options);
}
