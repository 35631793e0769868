import { createDriverFactory } from '@slonik/driver';
import pg from 'pg';
import type { Logger } from 'pino';
import { firstToConnect } from '../settings/postgres-tls.ts';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import { isRolledBack } from './errors.ts';

export interface DriverOptions {
  /** How PostgreSQL may be connected to: the one way, or several to try one after another (`candidateUrls`). */
  readonly candidates: readonly pg.ClientConfig[];
  readonly log: Logger;
}

/**
 * What queries rely on and cannot say themselves, whatever a database or a role is set to: that a function sees what was
 * committed up to its call, and that NULL in a list is none.
 */
const SESSION = `select
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('array_nulls', 'on', false)`;

/**
 * Creates the driver of Slonik's pool. Slonik's own (@slonik/pg-driver 49.10.9) opens a connection more to learn the types
 * of the database, knows three values of `sslmode`, and has neither keepalive nor a log line for an idle connection that
 * is lost.
 */
export function createDriver({ candidates, log }: DriverOptions) {
  const connect = connecting(candidates);
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
          client?.off('error', lose);
          await client?.end();
        },
        async query(text, values, { name } = {}) {
          const statement = { text, ...(values && { values }), ...(name !== undefined && { name }) };
          const result = await client?.query(statement).catch((error: unknown) => {
            if (isRolledBack(error))
              log.warn({ err: error }, 'PostgreSQL rolled a query back for another one');
            throw error;
          });
          if (!result) throw new Error('the connection is not open');
          const fields = result.fields.map((field) => ({ name: field.name, dataTypeId: field.dataTypeID }));
          // pg's type says any text; these are the commands that PostgreSQL answers statements with.
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
 * Returns what connects by the way that was taken last, for as long as there are connections that were made so: a server
 * without TLS costs `prefer` one attempt more and not one for each connection, and one that is set up anew locks nobody out.
 */
function connecting(candidates: readonly pg.ClientConfig[]): () => Promise<pg.Client> {
  let last = 0;
  let open = 0;
  return async () => {
    if (open === 0) last = 0;
    const order = [...candidates.keys()].map((at) => (last + at) % candidates.length);
    return firstToConnect(order, async (at) => {
      const client = new pg.Client(candidates[at]);
      // Without a listener a connection that breaks would end the process; it fails whatever is under way besides.
      client.on('error', () => {});
      await client.connect();
      open += 1;
      client.once('end', () => {
        open -= 1;
      });
      last = at;
      await client.query(SESSION).catch(async (error: unknown) => {
        await client.end();
        throw error;
      });
      return client;
    });
  };
}
