import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type QuerySqlToken, sql } from 'slonik';
import Type from 'typebox';
import { databaseError, sqlStateOf } from './errors.ts';
import { createLateChanges } from './late-changes.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';
import { rowSchema } from './row-schema.ts';

/** PostgreSQL for the stores. All functions throw SERVICE_UNAVAILABLE when it is out of reach or late. */
export interface Database {
  /** Runs a query, and returns its only row or null. */
  maybeOne<Row extends StandardSchemaV1>(
    query: QuerySqlToken<Row>,
  ): Promise<StandardSchemaV1.InferOutput<Row> | null>;
  /** Returns when the caller of a change stops waiting, in milliseconds by PostgreSQL's clock (late-changes.ts). */
  deadline(): number;
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

/** Starts to open a first connection. The caller has to await `opened`. */
export async function openDatabase(options: PoolOptions): Promise<Database> {
  const { telemetry, limitMs } = options;
  const pool = await openPool(options);
  const lateChanges = createLateChanges({
    limitMs,
    log: telemetry.log,
    readTime: () => timeOf(pool, limitMs),
  });
  const succeeds = async (query: QuerySqlToken, withinMs: number) => {
    try {
      await pool.maybeOne(query, withinMs);
      return true;
    } catch (error) {
      if (sqlStateOf(error) === STAYS_READ_ONLY) {
        telemetry.log.warn('PostgreSQL takes no changes: it is read-only');
      } else telemetry.log.warn({ err: error }, 'PostgreSQL is not ready');
      return false;
    }
  };
  return {
    async maybeOne(query) {
      try {
        return await pool.maybeOne(query, limitMs);
      } catch (error) {
        lateChanges.remeasureAfter(error);
        throw databaseError(error);
      }
    },
    deadline: lateChanges.deadline,
    answers: (withinMs) => succeeds(NOTHING, withinMs),
    reachable: (withinMs) => succeeds(MAY_CHANGE, withinMs),
    // PostgreSQL's own error: it is for the operator, not for a caller.
    opened: lateChanges.measureOffset(),
    close: pool.close,
  };
}

const Time = Type.Object({ now: Type.String() });

async function timeOf(pool: Pool, limitMs: number): Promise<number> {
  const row = await pool.maybeOne(
    sql.prepared('database_time', rowSchema(Time))`
      select extract(epoch from clock_timestamp()) * 1000 as now
    `,
    limitMs,
  );
  return Number(row?.now);
}
