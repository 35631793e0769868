import type { Meter } from '@opentelemetry/api';
import type pg from 'pg';
import type { StatementCounts } from './connections.ts';

/** The label of everything that is said of the pool: there is one. */
export const POOL = { 'db.client.connection.pool.name': 'patrol_db' };

/** Observes the pool: its connections by what they are doing, and which of the statements under way wait for one. */
export function observePool(
  meter: Meter,
  pool: pg.Pool,
  poolSize: number,
  statements: StatementCounts,
): void {
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(`db.client.connection.${name}`, { description, unit });
  const count = gauge('count', 'Connections to PostgreSQL', '{connection}');
  const most = gauge('max', 'The most connections that the pool opens', '{connection}');
  const pending = gauge('pending_requests', 'Statements that wait for a connection', '{request}');
  meter.addBatchObservableCallback(
    (result) => {
      const { idleCount } = pool;
      const { underWay, connected } = statements;
      const state = 'db.client.connection.state';
      result.observe(count, connected, { ...POOL, [state]: 'used' });
      result.observe(count, idleCount, { ...POOL, [state]: 'idle' });
      result.observe(most, poolSize, POOL);
      // One that is about to be given an idle connection has none yet, and does not wait.
      result.observe(pending, Math.max(0, underWay - connected - idleCount), POOL);
    },
    [count, most, pending],
  );
}
