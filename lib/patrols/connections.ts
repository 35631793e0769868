import pg from 'pg';
import { PatrolServiceError } from '../errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { NoConnection } from './database-fault.ts';
import { observePool, POOL } from './pool-metrics.ts';

/** The connections to PostgreSQL, each lent to one statement at a time. */
export interface Connections {
  /**
   * Runs a statement, and gives its rows.
   * @param withinMs how long the caller waits, for a free connection and for the answer together.
   * @throws {NoConnection} when there is none to be had; SERVICE_UNAVAILABLE after `withinMs`; and what PostgreSQL says.
   */
  run(statement: pg.QueryConfig, withinMs: number): Promise<unknown[]>;
  /** Waits for the statements that are under way. */
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  readonly url: string;
  readonly poolSize: number;
  /** How long a caller waits at most. */
  readonly limitMs: number;
  readonly telemetry: Telemetry;
}

/** Gives the pool; a connection is opened when a statement needs one. */
export function openConnections({ url, poolSize, limitMs, telemetry }: ConnectionsOptions): Connections {
  const { log, metrics, instruments } = telemetry;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: limitMs,
    statement_timeout: limitMs,
    // Ten connections at most, and each is replaced when it is half an hour old: a timer a statement would free nothing.
    idleTimeoutMillis: 0,
    maxLifetimeSeconds: 1800,
  });
  // Without a listener, a connection that dies while idle would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
  // One that breaks in use does so too, and fails its statement besides, which is where it is told.
  pool.on('connect', (client) => client.on('error', () => {}));
  observePool(metrics.meter, pool, poolSize);
  let closed: Promise<void> | null = null;
  return {
    async run(statement, withinMs) {
      // Begun before the pool's own limit, which may be as long: what runs out of time is counted here.
      const limit = setTimeout(() => {
        instruments.databaseTimeouts.add(1, POOL);
        end(new PatrolServiceError('SERVICE_UNAVAILABLE', `no answer from PostgreSQL in ${withinMs} ms`));
      }, withinMs);
      const { rows, end } = lend(pool, statement);
      try {
        return await rows;
      } finally {
        clearTimeout(limit);
      }
    },
    close() {
      closed ??= pool.end();
      return closed;
    },
  };
}

/** A statement as pg sends it. What it is given in another shape pg copies first, property by property. */
class PreparedQuery extends pg.Query {
  readonly name: string | undefined;

  constructor({ name, text, values }: pg.QueryConfig, answered: Answered) {
    super(text, values, answered);
    this.name = name;
  }
}

type Answered = (error: Error | undefined, result?: { readonly rows: unknown[] }) => void;

const NOTHING = { rows: [] };

interface Run {
  readonly rows: Promise<unknown[]>;
  /** Ends it before its time. */
  readonly end: (error: Error) => void;
}

/**
 * Lends a connection to a statement. One that a statement ended badly on is closed, for it may be broken or silent; a
 * statement that has ended before there was a connection for it is not begun.
 */
function lend(pool: pg.Pool, statement: pg.QueryConfig): Run {
  const { promise: rows, resolve, reject } = Promise.withResolvers<unknown[]>();
  let isOver = false;
  let giveBack = (_error?: Error): void => {};
  const end = (error?: Error): void => {
    if (isOver) return;
    isOver = true;
    giveBack(error);
    if (error) reject(error);
  };
  pool.connect((refusal, client, release) => {
    if (refusal || !client) return end(new NoConnection(refusal));
    if (isOver) return release();
    giveBack = release;
    const answered: Answered = (error, { rows } = NOTHING) => {
      if (error) return end(error);
      resolve(rows);
      end();
    };
    client.query(new PreparedQuery(statement, answered));
  });
  return { rows, end };
}
