import type { Meter } from '@opentelemetry/api';
import type { StandbyCheck } from './standby-check.ts';

const STATES = ['none', 'unused', 'used'] as const;

/**
 * Observes whether there is a standby, whether it is read, and how late it is.
 * @returns what counts the reads that may be made there, by where they were made.
 */
export function observeReadReplica(
  meter: Meter,
  check: Pick<StandbyCheck, 'isUsed' | 'lagMs'> | null,
): (source: 'standby' | 'primary') => void {
  const gauge = meter.createObservableGauge('patrol.read_replica.state', {
    description:
      'Whether lists, reports and counts are read at a standby: 1 for the state that is so, else 0',
    unit: '1',
  });
  gauge.addCallback((result) => {
    const present = check ? (check.isUsed() ? 'used' : 'unused') : 'none';
    for (const state of STATES) result.observe(state === present ? 1 : 0, { state });
  });
  const lag = meter.createObservableGauge('patrol.read_replica.lag', {
    description: 'How late the standby is at most; without its answer that grows',
    unit: 's',
  });
  lag.addCallback((result) => {
    const lagMs = check?.lagMs() ?? null;
    if (lagMs !== null) result.observe(lagMs / 1000);
  });
  const reads = meter.createCounter('patrol.read_replica.reads', {
    description: 'Reads that may be made at the standby, by where they were made',
    unit: '{read}',
  });
  return (source) => reads.add(1, { source });
}
