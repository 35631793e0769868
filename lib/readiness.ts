import type { Meter } from '@opentelemetry/api';

/** How one thing that the service needs is doing. */
export type CheckState = 'ok' | 'unavailable';

/** Whether the service can do its work: the database and both peers by name, and whether it is on its way out. */
export interface Readiness {
  /** True from the moment that the service was told to stop: nothing new should be sent here. */
  readonly isDraining: () => boolean;
  /** True when what is sent here all the same is refused: it might not be done in time. */
  readonly isRefusing: () => boolean;
  check(): Promise<Readonly<Record<string, CheckState>>>;
}

/** Observes readiness, check by check, whenever metrics are read. */
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
