import type pg from 'pg';

/** A migration, and the wait for another one, has no time limit, whatever the database or role sets. */
export const NO_LIMITS = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

/** Lifts the limits of a connection. */
export async function liftLimits(client: pg.Client): Promise<void> {
  const settings = Object.entries(NO_LIMITS).flat();
  const lifted = Object.keys(NO_LIMITS).map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, false)`);
  await client.query(`select ${lifted.join()}`, settings);
}
