import type { Meter } from '@opentelemetry/api';
import type { Loki } from './loki/loki.ts';
import type { LogDestination } from './stdout.ts';

const LINES = { unit: '{line}' };

/** Observes how many log lines were lost, by destination. */
export function observeLostLines(
  meter: Meter,
  stdout: Pick<LogDestination, 'lost'>,
  loki: Pick<Loki, 'counts'> | null,
): void {
  const dropped = meter.createObservableCounter('patrol.log.dropped', {
    ...LINES,
    description: 'Log lines that were not taken where they should have gone',
  });
  dropped.addCallback((result) => {
    result.observe(stdout.lost?.() ?? 0, { destination: 'stdout' });
    if (loki) result.observe(loki.counts().dropped, { destination: 'loki' });
  });
}

/** Observes the log lines pushed to Loki, and those that wait. */
export function observeLoki(meter: Meter, loki: Pick<Loki, 'counts'>): void {
  const pushed = meter.createObservableCounter('patrol.log.pushed', {
    ...LINES,
    description: 'Log lines that Loki took',
  });
  const waiting = meter.createObservableGauge('patrol.log.waiting', {
    ...LINES,
    description: 'Log lines that wait to be pushed to Loki',
  });
  meter.addBatchObservableCallback(
    (result) => {
      const counts = loki.counts();
      result.observe(pushed, counts.pushed);
      result.observe(waiting, counts.waiting);
    },
    [pushed, waiting],
  );
}
