import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { PatrolServiceError } from '../errors.ts';
import { waysOf } from '../postgres-tls.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import { NoConnection } from './database-fault.ts';
import { placeOf } from './place.ts';
import { observePool, POOL } from './pool-metrics.ts';
import { createWayFinder, type WayFinder } from './way-finder.ts';

/** The connections to PostgreSQL, each lent to one statement at a time. */
export interface Connections {
  /**
   * Runs a statement, and gives its rows.
   * @param withinMs how long the caller waits, for a free connection and for the answer together; at most the pool's limit.
   * @throws {NoConnection} when there is none to be had; SERVICE_UNAVAILABLE after `withinMs`; and what PostgreSQL says.
   */
  run(query: Query, withinMs: number): Promise<unknown[]>;
  /** Waits for the statements that are under way, and for those that wait for a connection. */
  close(): Promise<void>;
}

/** What is run: a statement with a name is prepared once on each connection. */
export type Query = Pick<pg.QueryConfig, 'name' | 'text' | 'values'>;

export interface ConnectionsOptions {
  readonly url: string;
  readonly poolSize: number;
  /** How long a caller waits at most. */
  readonly limitMs: number;
  readonly telemetry: Telemetry;
}

/**
 * Gives the pool; a connection is opened when a statement needs one.
 * @throws when a certificate that the address names cannot be read.
 */
export function openConnections(options: ConnectionsOptions): Connections {
  const { limitMs, telemetry } = options;
  // Read once: pg itself would read an address, and the certificates that it names, for every connection.
  const places = waysOf(options.url).map(placeOf);
  const finder = createWayFinder(places);
  const pool = openPool({ ...places[0], Client: finder.Client }, options);
  const lender: Lender = { connect: finder.connectsTo(pool), unset: new WeakSet() };
  pool.on('connect', (client) => lender.unset.add(client));
  // Counted, and not kept in a set: V8 copied what that had let go of, rows and all, and a read took a sixth more.
  const statements = { underWay: 0, answered: 0 };
  observePool(telemetry.metrics.meter, pool, statements);
  let closed: Promise<void> | null = null;
  const ends = new EventEmitter();
  const endPool = async () => {
    // The pool itself would forget those that wait for a connection.
    while (statements.underWay > 0) {
      await once(ends, 'last');
      // Whoever has been answered may ask once more, as after a deadlock.
      await setImmediate();
    }
    // Nobody is owed anything now: a connection that is still being opened, for a statement that was given up, is closed
    // without being waited for.
    void pool.end();
  };
  return {
    async run(query, withinMs) {
      const waitMs = Math.min(withinMs, limitMs);
      const { answered } = statements;
      // Begun before the pool's own limit, which may be as long: what runs out of time is counted here.
      const limit = setTimeout(() => {
        telemetry.instruments.databaseTimeouts.add(1, POOL);
        // With its machine gone or a NAT that forgot, every connection of then is as silent as this one.
        if (statements.answered === answered) closeIdle(pool);
        run.end(new PatrolServiceError('SERVICE_UNAVAILABLE', `no answer from PostgreSQL in ${waitMs} ms`));
      }, waitMs);
      statements.underWay += 1;
      const run = lend(lender, query);
      try {
        const rows = await run.rows;
        statements.answered += 1;
        return rows;
      } finally {
        clearTimeout(limit);
        statements.underWay -= 1;
        if (statements.underWay === 0) ends.emit('last');
      }
    },
    close() {
      closed ??= endPool();
      return closed;
    },
  };
}

function openPool(place: pg.PoolConfig, options: ConnectionsOptions): pg.Pool {
  const { poolSize, limitMs, telemetry } = options;
  const { log } = telemetry;
  const pool = new pg.Pool({
    ...place,
    max: poolSize,
    connectionTimeoutMillis: limitMs,
    statement_timeout: limitMs,
    // The pool is small, and each connection is replaced when it is half an hour old: a timer a statement would free nothing.
    idleTimeoutMillis: 0,
    maxLifetimeSeconds: 1800,
    // The kernel finds an idle connection dead in twenty seconds, and not in two hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // Without a listener, a connection that dies while idle would end the process.
  pool.on('error', (error) =>
    outsideRequests(() => log.warn({ err: error }, 'a database connection was lost')),
  );
  // One that breaks in use would do so too; it fails its statement besides, which is where it is told.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Closes the connections that nobody uses. */
function closeIdle(pool: pg.Pool): void {
  for (let left = pool.idleCount; left > 0; left -= 1) {
    // Whoever asks is given an idle one as long as there is one.
    pool.connect((_refusal, _client, release) => release(true));
  }
}

/** A statement as pg sends it. What it is given in another shape pg copies first, property by property. */
class SentQuery extends pg.Query {
  readonly name: string | undefined;

  constructor({ name, text, values }: Query, answered: Answered) {
    super(text, values, answered);
    this.name = name;
  }
}

type Answered = (error: Error | undefined, result?: { readonly rows: unknown[] }) => void;

const NOTHING = { rows: [] };

/**
 * What the statements rely on and cannot say themselves, whatever a database or a role is set to: that a function sees what was
 * committed up to its call, and that NULL in a list is none. Once a connection.
 */
const SESSION: Query = {
  text: `select
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('array_nulls', 'on', false)`,
};

/** What connections come from, and those that no statement has had yet. */
interface Lender {
  readonly connect: ReturnType<WayFinder['connectsTo']>;
  readonly unset: WeakSet<pg.ClientBase>;
}

interface Run {
  readonly rows: Promise<unknown[]>;
  /** Ends it before its time. */
  readonly end: (error: Error) => void;
}

/**
 * Lends a connection to a statement. One that a statement ended badly on is closed: it may be broken or silent, and a
 * plan that a migration has made useless is prepared on it for good. A statement that has ended before there was a
 * connection for it is not begun.
 */
function lend({ connect, unset }: Lender, query: Query): Run {
  const { promise: rows, resolve, reject } = Promise.withResolvers<unknown[]>();
  let isOver = false;
  let giveBack = (_error?: Error): void => {};
  const end = (error?: Error): void => {
    if (isOver) return;
    isOver = true;
    giveBack(error);
    if (error) reject(error);
  };
  const begin: Parameters<pg.Pool['connect']>[0] = (refusal, client, release) => {
    if (refusal || !client) return end(new NoConnection(refusal));
    // Not at once: the pool would give it to the next in line from within, and thousands of them would fill the stack.
    if (isOver) return queueMicrotask(release);
    giveBack = release;
    const answered: Answered = (error, { rows } = NOTHING) => {
      if (error) return end(error);
      resolve(rows);
      end();
    };
    const ask = () => client.query(new SentQuery(query, answered));
    if (!unset.delete(client)) return ask();
    client.query(new SentQuery(SESSION, (error) => (error || isOver ? end(error) : ask())));
  };
  try {
    connect(begin);
  } catch (error) {
    // An address that there cannot be, as a port beyond 65535.
    end(new NoConnection(error));
  }
  return { rows, end };
}
