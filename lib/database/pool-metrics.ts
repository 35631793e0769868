import type { Meter } from '@opentelemetry/api';
import type { DatabasePool } from 'slonik';

/** The label of the pool's metrics; there is only one pool. */
export const POOL = { 'db.client.connection.pool.name': 'patrol_db' };

export interface ObservedPool {
  readonly pool: Pick<DatabasePool, 'state'>;
  readonly poolSize: number;
  readonly queries: { readonly inFlight: number };
}

/** Observes the pool: its connections by what they are doing, and how many queries wait for one. */
export function observePool(meter: Meter, { pool, poolSize, queries }: ObservedPool): void {
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(`db.client.connection.${name}`, { description, unit });
  const count = gauge('count', 'Connections to PostgreSQL', '{connection}');
  const most = gauge('max', 'The most connections that the pool opens', '{connection}');
  const pending = gauge('pending_requests', 'Queries that wait for a connection', '{request}');
  meter.addBatchObservableCallback(
    (result) => {
      const { acquiredConnections, idleConnections } = pool.state();
      const state = 'db.client.connection.state';
      result.observe(count, acquiredConnections, { ...POOL, [state]: 'used' });
      result.observe(count, idleConnections, { ...POOL, [state]: 'idle' });
      result.observe(most, poolSize, POOL);
      // A query that is about to get an idle connection does not wait.
      const waiting = queries.inFlight - acquiredConnections - idleConnections;
      result.observe(pending, Math.max(0, waiting), POOL);
    },
    [count, most, pending],
  );
}
