import { createDriverFactory } from '@slonik/driver';
import pg from 'pg';
import type { Logger } from 'pino';
import { firstToConnect } from '../settings/postgres-tls.ts';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import { isRolledBack } from './errors.ts';
import { liftLimits } from './migration-limits.ts';

export interface DriverOptions {
  /** The connection settings to try, in order (`candidateUrls`). */
  readonly candidates: readonly pg.ClientConfig[];
  /** Whether a session's limits are lifted. */
  readonly liftsLimits: boolean;
  readonly log: Logger;
}

/**
 * Settings that queries rely on, whatever the database or role sets: functions see all earlier commits, and NULL in an
 * array is NULL.
 */
const SESSION = `select
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('array_nulls', 'on', false)`;

/**
 * Creates the driver of Slonik's pool. Its own (@slonik/pg-driver 49.10.9) opens an extra connection for types, knows
 * three values of `sslmode`, and has neither keepalive nor a log line for a lost connection.
 */
export function createDriver({ candidates, liftsLimits, log }: DriverOptions) {
  const open = new Set<pg.Client>();
  const connect = connecting(candidates, liftsLimits, open);
  return createDriverFactory(async () => ({
    createPoolClient: async ({ clientEventEmitter }) => {
      let client: pg.Client | undefined;
      const lose = (error: Error) => {
        outsideRequests(() => log.warn({ err: error }, 'a database connection was lost'));
        clientEventEmitter.emit('error', error);
      };
      return {
        async connect() {
          client = await connect();
          client.on('error', lose);
        },
        async end() {
          if (!client) return;
          client.off('error', lose);
          // It counts no more, although its end takes a moment.
          open.delete(client);
          await client.end();
        },
        async query(text, values, { name } = {}) {
          if (!client) throw new Error('the connection is not open');
          const statement = { text, ...(values && { values }), ...(name !== undefined && { name }) };
          const result = await run(client, statement).catch((error: unknown) => {
            if (isRolledBack(error))
              log.warn({ err: error }, 'PostgreSQL rolled back a query because of a concurrent one');
            throw error;
          });
          const fields = result.fields.map((field) => ({ name: field.name, dataTypeId: field.dataTypeID }));
          // pg types it as any string; these are the commands of statements.
          return {
            command: result.command as 'SELECT',
            fields,
            rowCount: result.rowCount,
            rows: result.rows,
          };
        },
        stream() {
          throw new Error('nothing is streamed');
        },
      };
    },
  }));
}

/**
 * Runs a statement by callback: the results that pg's own promises give (8.23.1) survive until the next major garbage
 * collection, which costs a read with forty entries 8 % of its CPU.
 */
function run(client: pg.Client, statement: pg.QueryConfig<unknown[]>): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    client.query(statement, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/**
 * Returns a function that connects with the settings that worked last: a server without TLS costs `prefer` one extra
 * attempt. With no connection open it starts over, in case the server has changed.
 */
function connecting(
  candidates: readonly pg.ClientConfig[],
  liftsLimits: boolean,
  open: Set<pg.Client>,
): () => Promise<pg.Client> {
  let last = 0;
  return async () => {
    if (open.size === 0) last = 0;
    const order = [...candidates.keys()].map((at) => (last + at) % candidates.length);
    return firstToConnect(order, async (at) => {
      const client = new pg.Client(candidates[at]);
      // Without a listener a lost connection would end the process; the query in flight fails anyway.
      client.on('error', () => {});
      await client.connect();
      open.add(client.once('end', () => open.delete(client)));
      last = at;
      try {
        if (liftsLimits) await liftLimits(client);
        await client.query(SESSION);
      } catch (error) {
        await client.end();
        throw error;
      }
      return client;
    });
  };
}
