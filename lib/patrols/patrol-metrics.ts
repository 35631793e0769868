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
  const marked = meter.createCounter('patrol.entries.marked', {
    description: 'Marks taken, by what they say',
    unit: '{mark}',
  });
  for (const presence of ['present', 'absent', 'not_checked']) marked.add(0, { presence });
  for (const place of entrances) {
    started.add(0, labelsOf(place));
    completed.add(0, labelsOf(place));
  }
  return {
    started: (place) => started.add(1, labelsOf(place)),
    completed: (place) => completed.add(1, labelsOf(place)),
    marked: (isPresent) =>
      marked.add(1, { presence: isPresent === null ? 'not_checked' : isPresent ? 'present' : 'absent' }),
  };
}

/** Gives the labels of an entrance: text, as all labels of Prometheus are. */
export function labelsOf({ building, entrance }: Place): { building: string; entrance: string } {
  return { building, entrance: String(entrance) };
}
