import type { Meter } from '@opentelemetry/api';
import type { Loki } from './loki.ts';

/** Observes how log lines reach Loki: delivered, lost, and waiting. */
export function observeLoki(meter: Meter, loki: Pick<Loki, 'counts'>): void {
  const line = { unit: '{line}' };
  const pushed = meter.createObservableCounter('patrol.log.pushed', {
    ...line,
    description: 'Log lines that Loki took',
  });
  const dropped = meter.createObservableCounter('patrol.log.dropped', {
    ...line,
    description: 'Log lines that Loki never got; they are on stdout',
  });
  const waiting = meter.createObservableGauge('patrol.log.waiting', {
    ...line,
    description: 'Log lines that wait to be pushed to Loki',
  });
  meter.addBatchObservableCallback(
    (result) => {
      const counts = loki.counts();
      result.observe(pushed, counts.pushed);
      result.observe(dropped, counts.dropped);
      result.observe(waiting, counts.waiting);
    },
    [pushed, dropped, waiting],
  );
}
