import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import { DateTime } from 'luxon';
import type { CensusRow, CensusStore } from './census-store.ts';
import { ENTRANCES, labelsOf } from './patrol-metrics.ts';
import type { CampusDate } from './schemas.ts';

export interface EveningMetricsOptions {
  readonly meter: Meter;
  readonly census: CensusStore;
  readonly clock: () => Date;
  /** IANA name, like `Europe/Moscow`. */
  readonly timezone: string;
}

/**
 * Observes how the evening stands, from the database whenever metrics are read: every replica says the same. What is
 * nought is said too, so that an entrance where nothing has begun is seen.
 */
export function observeEvening({ meter, census, clock, timezone }: EveningMetricsOptions): void {
  const entries = (name: string, description: string) =>
    meter.createObservableGauge(name, { description, unit: '{entry}' });
  const gauges: Gauges = {
    patrols: meter.createObservableGauge('patrol.patrols', {
      description: 'Patrols of tonight',
      unit: '{patrol}',
    }),
    entries: entries('patrol.entries', 'Entries of the patrols of tonight'),
    unchecked: entries(
      'patrol.entries.unchecked',
      'Entries not checked yet in patrols not handed in, by evening',
    ),
    time: meter.createObservableGauge('patrol.census.time', {
      description: 'When the evening was last counted: without the database the last figures stay',
      unit: 's',
    }),
  };
  meter.addBatchObservableCallback(async (result) => {
    const now = clock();
    observeCensus(result, gauges, await census.take(tonight(now, timezone)));
    result.observe(gauges.time, now.getTime() / 1000);
  }, Object.values(gauges));
}

type Gauges = Readonly<Record<'patrols' | 'entries' | 'unchecked' | 'time', Observable>>;

/** Gives the date of the evening that people speak of: until six in the morning it is still the evening before. */
export function tonight(now: Date, timezone: string): CampusDate {
  // Luxon writes a date as CampusDate is written.
  return DateTime.fromJSDate(now, { zone: timezone })
    .minus({ hours: 6 })
    .toFormat('yyyy-MM-dd') as CampusDate;
}

function observeCensus(result: BatchObservableResult, gauges: Gauges, rows: readonly CensusRow[]): void {
  for (const place of ENTRANCES) {
    const labels = labelsOf(place);
    const here = rows.filter((row) => row.building === place.building && row.entrance === place.entrance);
    const ofTonight = here.filter((row) => row.evening === 'tonight');
    for (const status of ['in_progress', 'completed'] as const) {
      const patrols = sumOf(
        ofTonight.filter((row) => row.status === status),
        'patrols',
      );
      result.observe(gauges.patrols, patrols, { ...labels, status });
    }
    for (const state of ['present', 'absent', 'unchecked'] as const) {
      result.observe(gauges.entries, sumOf(ofTonight, state), { ...labels, state });
    }
    for (const evening of ['earlier', 'tonight', 'later'] as const) {
      const open = here.filter((row) => row.status === 'in_progress' && row.evening === evening);
      result.observe(gauges.unchecked, sumOf(open, 'unchecked'), { ...labels, evening });
    }
  }
}

function sumOf(rows: readonly CensusRow[], field: 'patrols' | 'present' | 'absent' | 'unchecked'): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}
