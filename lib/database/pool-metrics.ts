import type { Meter } from '@opentelemetry/api';
import type { DatabasePool } from 'slonik';

/** Returns the label of a pool's metrics. */
export function poolLabel(name: string) {
  return { 'db.client.connection.pool.name': name };
}

export interface ObservedPool {
  readonly name: string;
  readonly pool: Pick<DatabasePool, 'state'>;
  readonly poolSize: number;
  readonly queries: { readonly inFlight: number };
}

/** Observes a pool: its connections by what they are doing, and how many queries wait for one. */
export function observePool(meter: Meter, { name: poolName, pool, poolSize, queries }: ObservedPool): void {
  const label = poolLabel(poolName);
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(`db.client.connection.${name}`, { description, unit });
  const count = gauge('count', 'Connections to PostgreSQL', '{connection}');
  const most = gauge('max', 'The most connections that the pool opens', '{connection}');
  const pending = gauge('pending_requests', 'Queries that wait for a connection', '{request}');
  meter.addBatchObservableCallback(
    (result) => {
      const { acquiredConnections, idleConnections } = pool.state();
      const state = 'db.client.connection.state';
      result.observe(count, acquiredConnections, { ...label, [state]: 'used' });
      result.observe(count, idleConnections, { ...label, [state]: 'idle' });
      result.observe(most, poolSize, label);
      // A query that is about to get an idle connection does not wait.
      const waiting = queries.inFlight - acquiredConnections - idleConnections;
      result.observe(pending, Math.max(0, waiting), label);
    },
    [count, most, pending],
  );
}
