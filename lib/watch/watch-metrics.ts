import type { Meter } from '@opentelemetry/api';
import type { Watchers } from './watchers.ts';

/** Observes how many watch this replica at each scrape. */
export function observeWatchers(meter: Meter, watchers: Pick<Watchers, 'count'>): void {
  meter
    .createObservableGauge('patrol.watchers', { description: 'Watchers of this replica', unit: '{watcher}' })
    .addCallback((result) => result.observe(watchers.count()));
}
