import { createDriverFactory } from '@slonik/driver';
import pg from 'pg';
import type { Logger } from 'pino';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import { clientConfig } from './client-config.ts';
import {
  connectToFirst,
  discard,
  expectWanted,
  SERVER_STATE,
  type ServerState,
  startingWith,
  type Ways,
} from './connecting.ts';
import { type Connection, connectionOf } from './connection.ts';
import { isRolledBack } from './errors.ts';
import type { TimeReading } from './late-changes.ts';
import { liftLimits } from './migration-limits.ts';
import { createPlaces } from './places.ts';

export interface DriverOptions {
  readonly ways: Ways;
  /** How long connecting to all hosts may take, and a statement in PostgreSQL. */
  readonly limitMs: number;
  /** Whether a session's limits are lifted. */
  readonly liftsLimits: boolean;
  /** The most connections, with those whose statement was given up and is being cancelled. */
  readonly mostConnections: number;
  /** Is told PostgreSQL's time on each new connection, before it is used. */
  readonly noteTime: (reading: TimeReading) => void;
  readonly log: Logger;
}

/** The longest that connecting takes, however long a statement may. */
const CONNECT_MS = 300_000;

/**
 * Settings that queries rely on, whatever the database or role sets: functions see all earlier commits, and NULL in an
 * array is NULL. With it, in the same round trip, goes what is asked of each new connection.
 */
const SESSION = `select
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('array_nulls', 'on', false),
  ${SERVER_STATE},
  extract(epoch from clock_timestamp()) * 1000 as time`;

/**
 * Creates the driver of Slonik's pool. Its own (@slonik/pg-driver 49.10.9) opens an extra connection for types, knows
 * three values of `sslmode`, and has neither keepalive nor a log line for a lost connection.
 */
export function createDriver(options: DriverOptions) {
  const { log, mostConnections } = options;
  const open = new Set<pg.Client>();
  const connect = connecting(options, open);
  const places = createPlaces(mostConnections);
  return createDriverFactory(async () => ({
    createPoolClient: async ({ clientEventEmitter }) => {
      let opened: { readonly client: pg.Client; readonly connection: Connection } | undefined;
      let leave = () => {};
      const lose = (error: Error) => {
        outsideRequests(() => log.warn({ err: error }, 'a database connection was lost'));
        clientEventEmitter.emit('error', error);
      };
      return {
        async connect() {
          leave = await places.take();
          opened = await connect().catch((error: unknown) => {
            leave();
            throw error;
          });
          opened.client.on('error', lose);
        },
        async end() {
          if (!opened) return;
          const { client, connection } = opened;
          client.off('error', lose);
          // It counts no more, although its end takes a moment.
          open.delete(client);
          await connection.cancel();
          leave();
          await client.end();
        },
        async query(text, values = [], { name } = {}) {
          if (!opened) throw new Error('the connection is not open');
          const result = await opened.connection.run({ name, text, values }).catch((error: unknown) => {
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
 * Returns a function that connects in the way that worked last: a server without TLS costs `prefer` one extra attempt.
 * With no connection open it starts over, in case the server has changed.
 */
function connecting({ ways, limitMs, liftsLimits, noteTime }: DriverOptions, open: Set<pg.Client>) {
  const limits = {
    connectionTimeoutMillis: Math.ceil(Math.min(limitMs, CONNECT_MS) / ways.hosts.length),
    statement_timeout: limitMs,
  };
  const hosts = ways.hosts.map((urls) => urls.map((url) => ({ ...clientConfig(url), ...limits })));
  let last: pg.ClientConfig | null = null;
  return async () =>
    connectToFirst(startingWith(hosts, open.size > 0 ? last : null), async (config) => {
      const client = new pg.Client(config);
      // Without a listener a lost connection would end the process; the query in flight fails anyway.
      client.on('error', () => {});
      await client.connect();
      try {
        if (liftsLimits) await liftLimits(client);
        const { state, reading } = await prepareSession(client);
        expectWanted(ways.wanted, state);
        noteTime(reading);
      } catch (error) {
        discard(client);
        throw error;
      }
      open.add(client.once('end', () => open.delete(client)));
      last = config;
      return { client, connection: connectionOf(client, config) };
    });
}

/** Makes the session's settings, and returns what PostgreSQL says of itself. */
async function prepareSession(client: pg.Client) {
  const askedAt = Date.now();
  const { rows } = await client.query<ServerState & { time: string }>(SESSION);
  const answeredAt = Date.now();
  const [state] = rows;
  if (!state) throw new Error('a select without a table gave no row');
  return { state, reading: { askedAt, time: Number(state.time), answeredAt } };
}
