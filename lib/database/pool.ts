import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  ConnectionError,
  createPool,
  type DatabasePool,
  type DatabasePoolConnection,
  type QuerySqlToken,
} from 'slonik';
import { PatrolServiceError } from '../errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { waysTo } from './connecting.ts';
import { createDriver } from './driver.ts';
import { NoConnection } from './errors.ts';
import type { TimeReading } from './late-changes.ts';
import { createPlaces } from './places.ts';
import { observePool, poolLabel } from './pool-metrics.ts';
import { createQueryObservation } from './query-observation.ts';
import { rowValidation } from './row-validation.ts';

/** Slonik's pool, with a limit on how long a caller waits. */
export interface Pool {
  /**
   * Runs a query, and returns its only row or null.
   * @param withinMs the limit for connection and result together, up to the pool's own.
   * @param condition without which the query is not run.
   * @throws {NoConnection}; {ConditionNotMet}; SERVICE_UNAVAILABLE after `withinMs`; PostgreSQL's errors.
   */
  maybeOne<Row extends StandardSchemaV1>(
    query: QuerySqlToken<Row>,
    withinMs: number,
    condition?: Condition,
  ): Promise<StandardSchemaV1.InferOutput<Row> | null>;
  /**
   * Makes a change like a query; it may wait for other changes, while connections are left for reading.
   * @param build is called when there is a connection for it.
   */
  change<Row extends StandardSchemaV1>(
    build: () => QuerySqlToken<Row>,
    withinMs: number,
  ): Promise<StandardSchemaV1.InferOutput<Row> | null>;
  /** Closes the idle connections; the next queries open new ones. */
  closeIdle(): void;
  /** Waits for all queries, including those that wait for a connection, then closes. */
  close(): Promise<void>;
}

/** What must hold of the server that a connection leads to, just before a query is run on it. */
export type Condition = (connection: Pick<DatabasePoolConnection, 'maybeOne'>) => Promise<boolean>;

/** The condition of a query was not met. Its connection is sound. */
export class ConditionNotMet extends Error {
  override readonly name = 'ConditionNotMet';
}

export interface PoolOptions {
  /** The pool's name in metrics, by default that of the one for everything; null keeps it out of them. */
  readonly name?: string | null;
  readonly url: string;
  readonly poolSize: number;
  /** The longest that a caller waits. */
  readonly limitMs: number;
  readonly telemetry: Telemetry;
  /** Whether rows are validated against the schemas of their queries. */
  readonly validatesRows: boolean;
  /** How often a query that PostgreSQL rolled back because of others is run again; once by default. */
  readonly retries?: number;
  /** Whether sessions lift the limits that the database or role sets, for a command's long work: not behind a pooler. */
  readonly liftsLimits?: boolean;
  /** Is told PostgreSQL's time on each new connection, before it is used. */
  readonly noteTime?: (reading: TimeReading) => void;
}

/** The part of the connections that changes leave for reading: a standby or a lock may hold up every change. */
const FOR_READING = 1 / 4;
/** Connections whose statement was given up and is being cancelled, as a part of the pool; at least one. */
const BEING_CANCELLED = 1 / 5;

/** A wait for PostgreSQL that says something about it; callers may wait for less. */
const TELLING_MS = 500;

/** Opens the pool; it connects when a query needs a connection. */
export async function openPool(options: PoolOptions): Promise<Pool> {
  const { name = 'patrol_db', url, poolSize, limitMs, telemetry, validatesRows } = options;
  const { retries = 1, liftsLimits = false, noteTime = () => {} } = options;
  const { log, metrics, instruments } = telemetry;
  const mostConnections = poolSize + Math.ceil(poolSize * BEING_CANCELLED);
  const pool = await createPool(url, {
    driverFactory: createDriver({ ways: waysTo(url), limitMs, liftsLimits, mostConnections, noteTime, log }),
    maxPoolSize: poolSize,
    connectionRetryLimit: 1,
    // Retries after a deadlock or a serialization failure, in which nothing was done.
    queryRetryLimit: retries,
    idleTimeout: 'DISABLE_TIMEOUT',
    // A connection that is closed here is broken or silent: there is nothing to wait for.
    gracefulTerminationTimeout: 1,
    // The default costs a round trip for each query, and drops prepared statements.
    resetConnection: async () => {},
    interceptors: [createQueryObservation(telemetry), ...(validatesRows ? [rowValidation] : [])],
  });
  // A connection that breaks in use fails its query, which reports it.
  pool.on('error', () => {});
  const queries = { inFlight: 0, answered: 0 };
  if (name !== null) observePool(metrics.meter, { name, pool, poolSize, queries });
  const ends = new EventEmitter();
  const forChanges = createPlaces(poolSize - Math.floor(poolSize * FOR_READING));
  const within = async <Result>(withinMs: number, work: (limit: Limit) => Promise<Result>) => {
    const limit = startLimit(Math.min(withinMs, limitMs));
    const { answered } = queries;
    queries.inFlight += 1;
    try {
      const row = await limit.race(work(limit));
      queries.answered += 1;
      return row;
    } catch (error) {
      if (limit.isReached) {
        if (name !== null) instruments.databaseTimeouts.add(1, poolLabel(name));
        // If the server or a NAT entry is gone, every idle connection is as dead as this one; a short wait says nothing.
        if (queries.answered === answered && limit.ms >= Math.min(limitMs, TELLING_MS)) closeIdle(pool);
      }
      throw error instanceof ConnectionError ? new NoConnection(error.cause) : error;
    } finally {
      clearTimeout(limit.timer);
      queries.inFlight -= 1;
      if (queries.inFlight === 0) ends.emit('last');
    }
  };
  return {
    maybeOne: (query, withinMs, condition) =>
      within(withinMs, (limit) => runWithin(pool, () => query, limit, condition)),
    change: (build, withinMs) =>
      within(withinMs, async (limit) => {
        const leave = await forChanges.take();
        try {
          // The caller may have timed out meanwhile.
          return limit.isReached ? null : await runWithin(pool, build, limit);
        } finally {
          leave();
        }
      }),
    closeIdle: () => closeIdle(pool),
    async close() {
      while (queries.inFlight > 0) {
        await once(ends, 'last');
        // A caller may run another query right after its result, as the time measurement does.
        await setImmediate();
      }
      const ended = pool.end();
      // Nothing is in flight: a connection that is still being opened is not waited for.
      if (pool.state().pendingConnections === 0) await ended;
    },
  };
}

/** The time limit of one query. */
interface Limit {
  readonly ms: number;
  readonly timer: NodeJS.Timeout;
  /** Settles as work does, or rejects with SERVICE_UNAVAILABLE at the limit. */
  race<Result>(work: Promise<Result>): Promise<Result>;
  isReached: boolean;
}

function startLimit(ms: number): Limit {
  const racing: ((error: PatrolServiceError) => void)[] = [];
  const timer = setTimeout(() => {
    limit.isReached = true;
    const error = new PatrolServiceError('SERVICE_UNAVAILABLE', `no answer from PostgreSQL in ${ms} ms`);
    for (const reject of racing) reject(error);
  }, ms);
  const limit: Limit = {
    ms,
    timer,
    isReached: false,
    race: (work) =>
      new Promise((resolve, reject) => {
        racing.push(reject);
        work.then(resolve, reject);
      }),
  };
  return limit;
}

/** Runs a query within the limit. An error closes the connection, which may be broken or silent. */
async function runWithin<Row extends StandardSchemaV1>(
  pool: DatabasePool,
  build: () => QuerySqlToken<Row>,
  limit: Limit,
  condition?: Condition,
) {
  let isMet = true;
  const row = await pool.connect(async (connection) => {
    // A query whose caller has timed out is not started.
    if (limit.isReached) return null;
    if (condition) isMet = await limit.race(condition(connection));
    return isMet ? limit.race(connection.maybeOne(build())) : null;
  });
  // Not thrown above, which would close the connection.
  if (!isMet) throw new ConditionNotMet();
  return row;
}

function closeIdle(pool: DatabasePool): void {
  const given = Array.from({ length: pool.state().idleConnections }, () =>
    pool.connect(() => Promise.reject(new Error('not trusted any more'))),
  );
  void Promise.allSettled(given);
}
