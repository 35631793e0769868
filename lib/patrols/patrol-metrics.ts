import type { Meter } from '@opentelemetry/api';
import type { Place } from '../campus-types.ts';

/** What the campus counts: patrols begun and handed in, and students marked. */
export interface PatrolMetrics {
  started(place: Place): void;
  completed(place: Place): void;
  /** @param isPresent null: a mark was undone. */
  marked(isPresent: boolean | null): void;
}

/** Creates the counters of the campus with these entrances; each is there from the start, so that the first patrol of a process is a rise too. */
export function createPatrolMetrics(meter: Meter, entrances: readonly Place[]): PatrolMetrics {
  const patrols = { unit: '{patrol}' };
  const started = meter.createCounter('patrol.started', { ...patrols, description: 'Patrols started' });
  const completed = meter.createCounter('patrol.completed', { ...patrols, description: 'Patrols handed in' });
  const marked = meter.createObservableCounter('patrol.entries.marked', {
    description: 'Marks taken, by what they say',
    unit: '{mark}',
  });
  // Counted here, and told to the meter when it asks: of all that the campus counts, this is what comes by the minute.
  const marks = { present: 0, absent: 0, not_checked: 0 };
  marked.addCallback((result) => {
    for (const [presence, count] of Object.entries(marks)) result.observe(count, { presence });
  });
  for (const place of entrances) {
    started.add(0, labelsOf(place));
    completed.add(0, labelsOf(place));
  }
  return {
    started: (place) => started.add(1, labelsOf(place)),
    completed: (place) => completed.add(1, labelsOf(place)),
    marked(isPresent) {
      marks[isPresent === null ? 'not_checked' : isPresent ? 'present' : 'absent'] += 1;
    },
  };
}

/** Gives the labels of an entrance: text, as all labels of Prometheus are. */
export function labelsOf({ building, entrance }: Place): { building: string; entrance: string } {
  return { building, entrance: String(entrance) };
}
