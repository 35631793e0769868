import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type QuerySqlToken, sql } from 'slonik';
import Type from 'typebox';
import { activeDeadline } from '../telemetry/trace-identity.ts';
import { databaseError, sqlStateOf } from './errors.ts';
import { createLateChanges, type TimeReading } from './late-changes.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';
import { rowSchema } from './row-schema.ts';

/** PostgreSQL for the stores. All functions throw SERVICE_UNAVAILABLE when it is out of reach or late. */
export interface Database {
  /** Runs a query, and returns its only row or null. */
  maybeOne<Row extends StandardSchemaV1>(
    query: QuerySqlToken<Row>,
  ): Promise<StandardSchemaV1.InferOutput<Row> | null>;
  /**
   * Makes a change, and returns its only row or null.
   * @param build is given until when the change may be made, in milliseconds by PostgreSQL's clock (late-changes.ts).
   */
  change<Row extends StandardSchemaV1>(
    build: (deadline: number) => QuerySqlToken<Row>,
  ): Promise<StandardSchemaV1.InferOutput<Row> | null>;
  /** Whether PostgreSQL answers within `withinMs`. */
  answers(withinMs: number): Promise<boolean>;
  /** Whether it answers, and takes changes: a standby does not, nor a database that is set to read-only. */
  reachable(withinMs: number): Promise<boolean>;
  /** Rejects when PostgreSQL cannot be reached. Queries wait for a connection themselves. */
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

const NOTHING = sql.type(rowSchema(Type.Object({})))`select`;

/**
 * Fails where PostgreSQL takes no changes, and changes nothing. The failure closes the connection, so that the next check
 * sees what the database is set to by then.
 */
const MAY_CHANGE = sql.type(rowSchema(Type.Object({ mode: Type.String() })))`
  select set_config('transaction_read_only', 'off', true) as mode
`;
/** PostgreSQL's code of that failure. */
const STAYS_READ_ONLY = '25001';

/** PostgreSQL's code of a change that it refuses because it is read-only, or a standby. */
const READ_ONLY = '25006';
/** Idle connections are closed for a refused change once in this time, however many are refused. */
const RENEWED_EVERY_MS = 1000;

/** Starts to open a first connection. The caller has to await `opened`. */
export async function openDatabase(options: PoolOptions): Promise<Database> {
  const { telemetry, limitMs } = options;
  const { log } = telemetry;
  const noteTime = (reading: TimeReading) => lateChanges.noteTime(reading);
  const pool = await openPool({ ...options, noteTime });
  const lateChanges = createLateChanges({ limitMs, log, readTime: () => timeOf(pool, limitMs) });
  const renewIdle = renewing(pool);
  // Nobody reads an answer that comes after the caller's deadline: what they wait for gives its connection back then.
  const callerWaitsMs = () => Math.max(1, Math.min(limitMs, activeDeadline() - Date.now()));
  const succeeds = async (query: QuerySqlToken, withinMs: number) => {
    try {
      await pool.maybeOne(query, withinMs);
      return true;
    } catch (error) {
      if (sqlStateOf(error) === STAYS_READ_ONLY) {
        renewIdle();
        log.warn('PostgreSQL takes no changes: it is read-only');
      } else log.warn({ err: error }, 'PostgreSQL is not ready');
      return false;
    }
  };
  return {
    maybeOne: (query) => pool.maybeOne(query, callerWaitsMs()).catch(rethrowDatabaseError),
    async change(build) {
      const until = lateChanges.until();
      try {
        return await pool.change(() => build(lateChanges.deadline(until)), callerWaitsMs());
      } catch (error) {
        lateChanges.remeasureAfter(error);
        if (sqlStateOf(error) === READ_ONLY) renewIdle();
        throw databaseError(error);
      }
    },
    answers: (withinMs) => succeeds(NOTHING, withinMs),
    reachable: (withinMs) => succeeds(MAY_CHANGE, withinMs),
    // PostgreSQL's own error: it is for the operator, not for a caller.
    opened: pool.maybeOne(NOTHING, limitMs).then(() => {}),
    close: pool.close,
  };
}

function rethrowDatabaseError(error: unknown): never {
  throw databaseError(error);
}

/**
 * Returns a function that closes idle connections: what they are set to, or connected to, is from before PostgreSQL
 * became a primary again, or was replaced by another.
 */
function renewing(pool: Pool): () => void {
  let renewedMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - renewedMs < RENEWED_EVERY_MS) return;
    renewedMs = performance.now();
    pool.closeIdle();
  };
}

const Time = Type.Object({ now: Type.String() });

async function timeOf(pool: Pool, limitMs: number): Promise<TimeReading> {
  const askedAt = Date.now();
  const row = await pool.maybeOne(
    sql.prepared('database_time', rowSchema(Time))`
      select extract(epoch from clock_timestamp()) * 1000 as now
    `,
    limitMs,
  );
  return { askedAt, time: Number(row?.now), answeredAt: Date.now() };
}
