import { SpanKind } from '@opentelemetry/api';
import { createPool, type DatabasePool, sql } from 'slonik';
import { PatrolServiceError } from '../errors.ts';
import { timed } from '../telemetry/instruments.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { databaseFault, isTooLate } from './database-fault.ts';
import { observePool, POOL } from './pool-metrics.ts';
import { type Query, rowsOf } from './statement.ts';

/** What runs statements: the pool, or the one connection of a transaction. */
export interface Statements {
  /** Gives the only row, or null. */
  maybeOne<Row>(query: Query<Row>): Promise<Row | null>;
}

/** PostgreSQL as the stores see it; everything here fails with SERVICE_UNAVAILABLE when it is out of reach or late. */
export interface Database extends Statements {
  /** The work may run again after a serialization failure, and must not throw to say something: it would cost the connection. */
  transaction<Result>(work: (connection: Statements) => Promise<Result>): Promise<Result>;
  /**
   * Until when, in milliseconds by PostgreSQL's clock, somebody waits who asks for a change now.
   * @param until when they stop waiting themselves, in milliseconds by our own clock.
   */
  deadline(until: number): number;
  /** Whether PostgreSQL answers within `withinMs`. */
  reachable(withinMs: number): Promise<boolean>;
  /** Fails when PostgreSQL cannot be reached. Statements wait for the pool by themselves. */
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** How long a caller waits at most, for a free connection and for the answer together. */
  readonly limitMs: number;
  readonly telemetry: Telemetry;
}

/** Begins to open the pool, and with it a first connection: whoever calls this has to wait for `opened`. */
export function openDatabase(options: DatabaseOptions): Database {
  const { telemetry } = options;
  const pool = openPool(options);
  const withinLimit = limited(pool, options, (error) => compareClocksAfter(error, clock, telemetry));
  const clock = createDatabaseClock({ ...options, ask: () => withinLimit(timeOf) });
  const statement = observed(telemetry);
  return {
    maybeOne: (query) => statement(query, () => withinLimit((connection) => connection.maybeOne(query))),
    transaction: (work) =>
      withinLimit((connection) =>
        connection.transaction((transaction) =>
          work({ maybeOne: (query) => statement(query, () => transaction.maybeOne(query)) }),
        ),
      ),
    deadline: clock.deadline,
    reachable: (withinMs) =>
      withinLimit((connection) => connection.query(sql.type(rowsOf<never>())`select`), withinMs).then(
        () => true,
        (error) => {
          telemetry.log.warn({ err: error }, 'PostgreSQL is not ready');
          return false;
        },
      ),
    // Why there is no pool is told as PostgreSQL said it: it is for an operator, and not for a caller.
    opened: pool.then(() => clock.compare()),
    async close() {
      // A pool that could not be opened holds nothing; why it could not, `opened` has said.
      const open = await pool.catch(() => null);
      await open?.end();
    },
  };
}

async function openPool({ url, poolSize, limitMs, telemetry }: DatabaseOptions): Promise<DatabasePool> {
  const pool = await createPool(url, {
    maxPoolSize: poolSize,
    connectionTimeout: limitMs,
    statementTimeout: limitMs,
    idleInTransactionSessionTimeout: limitMs,
    gracefulTerminationTimeout: limitMs,
    // One attempt more, for the connection that a restart of PostgreSQL left dead in the pool.
    connectionRetryLimit: 1,
    // Slonik's default, `DISCARD ALL` at every release, costs a round trip and every prepared statement.
    resetConnection: async () => {},
    // Ten connections at most, and each is replaced when it is half an hour old: two timers a statement would free nothing.
    idleTimeout: 'DISABLE_TIMEOUT',
    // The store's SQL writes dates and times as the text that callers get; the driver has nothing to parse.
    typeParsers: [],
    // Slonik's own spans are of its insides, and do not know the statement's name; ours are below.
    tracing: false,
  });
  // Without a listener, a connection that dies while idle would end the process.
  pool.on('error', (error) => telemetry.log.warn({ err: error }, 'a database connection was lost'));
  observePool(telemetry.metrics.meter, pool, poolSize);
  return pool;
}

type Connection = Parameters<Parameters<DatabasePool['connect']>[0]>[0];
type WithinLimit = <Result>(
  work: (connection: Connection) => Promise<Result>,
  withinMs?: number,
) => Promise<Result>;

/**
 * Bounds the wait for a connection as well as for the answer: the pool itself would wait for ever. A connection that
 * went silent is given up, and closed by the pool; work whose caller has been answered 503 is not begun.
 */
function limited(
  pool: Promise<DatabasePool>,
  { limitMs, telemetry }: DatabaseOptions,
  failed: (error: unknown) => void,
): WithinLimit {
  return async <Result>(work: (connection: Connection) => Promise<Result>, withinMs = limitMs) => {
    const { promise: answer, resolve, reject } = Promise.withResolvers<Result>();
    let passed = false;
    const timer = setTimeout(() => {
      passed = true;
      telemetry.instruments.databaseTimeouts.add(1, POOL);
      reject(new PatrolServiceError('SERVICE_UNAVAILABLE', `no answer from PostgreSQL in ${withinMs} ms`));
    }, withinMs);
    const begin = async (connection: Connection): Promise<void> => {
      if (passed) return;
      work(connection).then(resolve, reject);
      // Fails with the limit too, and the pool closes the connection then.
      await answer;
    };
    pool.then((opened) => opened.connect<unknown>(begin)).catch(reject);
    try {
      return await answer;
    } catch (error) {
      failed(error);
      throw databaseFault(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function timeOf(connection: Connection): Promise<number> {
  const { now } = await connection.one(
    sql.type(rowsOf<{ now: string }>())`select extract(epoch from clock_timestamp()) * 1000 as now`,
  );
  return Number(now);
}

/** Has the clocks compared when a change was refused as too late: one of them may have been set meanwhile. */
function compareClocksAfter(error: unknown, clock: DatabaseClock, { log }: Telemetry): void {
  if (!isTooLate(error)) return;
  log.warn('a change came too late for its caller, and was not made');
  clock.compare().catch((err: unknown) => log.warn({ err }, 'the clocks could not be compared'));
}

/** Gives what measures and traces a statement by its name; neither its text nor its values go anywhere. */
function observed({ spans, instruments }: Telemetry) {
  return <Result>({ name = 'unnamed' }: { name?: string | undefined }, work: () => Promise<Result>) => {
    const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': name };
    return spans.around({ name, kind: SpanKind.CLIENT, attributes }, () =>
      timed(instruments.databaseDuration, work, (error) =>
        error === undefined ? attributes : { ...attributes, 'error.type': databaseFault(error).code },
      ),
    );
  };
}
