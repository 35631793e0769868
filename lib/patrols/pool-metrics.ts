import type { Meter } from '@opentelemetry/api';
import type pg from 'pg';

/** The label of everything that is said of the pool: there is one. */
export const POOL = { 'db.client.connection.pool.name': 'patrol_db' };

/** Observes the pool: its connections by what they are doing, and how many of the statements under way wait for one. */
export function observePool(meter: Meter, pool: pg.Pool, statements: { readonly underWay: number }): void {
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(`db.client.connection.${name}`, { description, unit });
  const count = gauge('count', 'Connections to PostgreSQL', '{connection}');
  const most = gauge('max', 'The most connections that the pool opens', '{connection}');
  const pending = gauge('pending_requests', 'Statements that wait for a connection', '{request}');
  // Not what the pool holds besides its idle ones: that has those too that are still being opened.
  let used = 0;
  pool.on('acquire', () => {
    used += 1;
  });
  pool.on('release', () => {
    used -= 1;
  });
  meter.addBatchObservableCallback(
    (result) => {
      const { idleCount, options } = pool;
      const state = 'db.client.connection.state';
      result.observe(count, used, { ...POOL, [state]: 'used' });
      result.observe(count, idleCount, { ...POOL, [state]: 'idle' });
      result.observe(most, options.max, POOL);
      // One that is about to be given an idle connection has none yet, and does not wait.
      result.observe(pending, Math.max(0, statements.underWay - used - idleCount), POOL);
    },
    [count, most, pending],
  );
}
