import type { Meter } from '@opentelemetry/api';

/** The state of one dependency. */
export type CheckState = 'ok' | 'unavailable';

/** Whether the service is ready: its database and peers by name, and whether it is stopping. */
export interface Readiness {
  /** True since the service was told to stop: it should get no new requests. */
  readonly isDraining: () => boolean;
  /** True when new requests are refused, because they might not finish in time. */
  readonly isRefusing: () => boolean;
  check(): Promise<Readonly<Record<string, CheckState>>>;
}

/** Observes each readiness check at every scrape. */
export function observeReadiness(meter: Meter, check: Readiness['check']): void {
  const gauge = meter.createObservableGauge('patrol.readiness', {
    description: 'Whether the service can reach what it needs: 1 or 0',
    unit: '1',
  });
  gauge.addCallback(async (result) => {
    for (const [name, state] of Object.entries(await check())) {
      result.observe(state === 'ok' ? 1 : 0, { check: name });
    }
  });
}
