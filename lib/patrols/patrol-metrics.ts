import type { Meter } from '@opentelemetry/api';
import type { Place } from '../campus-types.ts';

/** The campus's counters: patrols started, handed in and reopened, students marked. */
export interface PatrolMetrics {
  started(place: Place): void;
  completed(place: Place): void;
  reopened(place: Place): void;
  /** Counts a mark. @param isPresent null: the mark was undone. */
  marked(isPresent: boolean | null): void;
}

/** Creates the counters, each entrance at zero, so that the first patrol of a process is an increase too. */
export function createPatrolMetrics(meter: Meter, entrances: readonly Place[]): PatrolMetrics {
  const patrols = { unit: '{patrol}' };
  const started = meter.createCounter('patrol.started', { ...patrols, description: 'Patrols started' });
  const completed = meter.createCounter('patrol.completed', { ...patrols, description: 'Patrols handed in' });
  const reopened = meter.createCounter('patrol.reopened', {
    ...patrols,
    description: 'Patrols opened again',
  });
  const marked = meter.createCounter('patrol.entries.marked', {
    description: 'Marks taken, by what they say',
    unit: '{mark}',
  });
  for (const presence of ['present', 'absent', 'not_checked']) marked.add(0, { presence });
  for (const place of entrances) {
    started.add(0, labelsOf(place));
    completed.add(0, labelsOf(place));
    reopened.add(0, labelsOf(place));
  }
  return {
    started: (place) => started.add(1, labelsOf(place)),
    completed: (place) => completed.add(1, labelsOf(place)),
    reopened: (place) => reopened.add(1, labelsOf(place)),
    marked: (isPresent) =>
      marked.add(1, { presence: isPresent === null ? 'not_checked' : isPresent ? 'present' : 'absent' }),
  };
}

/** Returns the labels of an entrance as text, as Prometheus has them. */
export function labelsOf({ building, entrance }: Place): { building: string; entrance: string } {
  return { building, entrance: String(entrance) };
}
