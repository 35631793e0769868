import type { Meter } from '@opentelemetry/api';
import type { PatrolPlace } from './schemas.ts';

/** What the campus counts: patrols begun and handed in, and students marked. */
export interface PatrolMetrics {
  started(place: Place): void;
  completed(place: Place): void;
  marked(isPresent: boolean): void;
}

type Place = Pick<PatrolPlace, 'building' | 'entrance'>;

/** Every entrance that is patrolled (contract.md, *Words*). */
export const ENTRANCES: readonly Place[] = (['8', '9'] as const).flatMap((building) =>
  [1, 2, 3, 4].map((entrance) => ({ building, entrance })),
);

/** Creates the campus's counters; each is there from the start, so that the first patrol of a process is a rise too. */
export function createPatrolMetrics(meter: Meter): PatrolMetrics {
  const patrols = { unit: '{patrol}' };
  const started = meter.createCounter('patrol.started', { ...patrols, description: 'Patrols started' });
  const completed = meter.createCounter('patrol.completed', { ...patrols, description: 'Patrols handed in' });
  const marked = meter.createObservableCounter('patrol.entries.marked', {
    description: 'Marks taken, by what they say',
    unit: '{mark}',
  });
  // Counted here, and told to the meter when it asks: of all that the campus counts, this is what comes by the minute.
  const marks = { present: 0, absent: 0 };
  marked.addCallback((result) => {
    for (const [presence, count] of Object.entries(marks)) result.observe(count, { presence });
  });
  for (const place of ENTRANCES) {
    started.add(0, labelsOf(place));
    completed.add(0, labelsOf(place));
  }
  return {
    started: (place) => started.add(1, labelsOf(place)),
    completed: (place) => completed.add(1, labelsOf(place)),
    marked(isPresent) {
      marks[isPresent ? 'present' : 'absent'] += 1;
    },
  };
}

/** Gives the labels of an entrance: text, as all labels of Prometheus are. */
export function labelsOf({ building, entrance }: Place): { building: string; entrance: string } {
  return { building, entrance: String(entrance) };
}
