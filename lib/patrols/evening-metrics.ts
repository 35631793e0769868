import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import type { Place } from '../campus-types.ts';
import { type Campus, entrancesOf, isAt } from './campus.ts';
import { type Census, type CensusStore, EARLIER_EVENINGS } from './census-store.ts';
import { tonight } from './evening.ts';
import { labelsOf } from './patrol-metrics.ts';

export interface EveningMetricsOptions {
  readonly meter: Meter;
  readonly census: CensusStore;
  readonly clock: () => Date;
  readonly campus: Campus;
}

/** Observes the evening from the database at each scrape: all replicas report the same, zeros included. */
export function observeEvening({ meter, census, clock, campus }: EveningMetricsOptions): void {
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
      `Entries not checked yet in patrols not handed in, by evening: tonight, the ${EARLIER_EVENINGS} evenings before, and later ones`,
    ),
    unfinished: meter.createObservableGauge('patrol.patrols.unfinished', {
      description:
        'Patrols not handed in, of all evenings, however long ago: without a look at their entries',
      unit: '{patrol}',
    }),
    absences: entries(
      'patrol.absences',
      'Absences of tonight to look into: without a reason, or on a leave that is over',
    ),
    time: meter.createObservableGauge('patrol.census.timestamp', {
      description: 'When the evening was last counted: without the database the last figures stay',
      unit: 's',
    }),
  };
  const entrances = entrancesOf(campus.buildings);
  meter.addBatchObservableCallback(async (result) => {
    const now = clock();
    observeCensus(result, gauges, entrances, await census.take(tonight(now, campus.timezone), now));
    result.observe(gauges.time, now.getTime() / 1000);
  }, Object.values(gauges));
}

type Gauges = Readonly<
  Record<'patrols' | 'entries' | 'unchecked' | 'unfinished' | 'absences' | 'time', Observable>
>;

function observeCensus(
  result: BatchObservableResult,
  gauges: Gauges,
  entrances: readonly Place[],
  { evenings, unfinished }: Census,
): void {
  for (const place of entrances) {
    const labels = labelsOf(place);
    const here = evenings.filter((row) => isAt(row, place));
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
    for (const kind of ['unexplained', 'overdue'] as const) {
      result.observe(gauges.absences, sumOf(ofTonight, kind), { ...labels, kind });
    }
    for (const evening of ['earlier', 'tonight', 'later'] as const) {
      const open = here.filter((row) => row.status === 'in_progress' && row.evening === evening);
      result.observe(gauges.unchecked, sumOf(open, 'unchecked'), { ...labels, evening });
    }
    const neverHandedIn = unfinished.find((row) => isAt(row, place))?.patrols ?? 0;
    result.observe(gauges.unfinished, neverHandedIn, labels);
  }
}

type Count = 'patrols' | 'present' | 'absent' | 'unchecked' | 'unexplained' | 'overdue';

function sumOf(rows: Census['evenings'], field: Count): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}
