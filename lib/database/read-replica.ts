import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { QuerySqlToken } from 'slonik';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { waitAtMost } from '../wait-at-most.ts';
import type { Database } from './database.ts';
import { isOutOfReach, isRolledBack } from './errors.ts';
import { type Condition, ConditionNotMet, openPool, type Pool, type PoolOptions } from './pool.ts';
import { observeReadReplica } from './read-replica-metrics.ts';
import { createOwnChanges, NO_RECENT_CHANGES, type RecentChanges } from './recent-changes.ts';
import { CHECK_LIMIT_MS, createStandbyCheck, type StandbyCheck } from './standby-check.ts';
import { hasReplayed, readPosition } from './wal-positions.ts';

/** A database for what is only read, and may be a moment old. */
export type Reads = Pick<Database, 'maybeOne'>;

/** Where lists, reports and counts are read. */
export interface ReadReplica {
  readonly reads: Reads;
  readonly recentChanges: RecentChanges;
  close(): Promise<void>;
}

export interface ReadReplicaOptions extends Omit<PoolOptions, 'url' | 'name' | 'retries'> {
  /** The primary's URL. */
  readonly url: string;
  /** The standby's; null if there is none. */
  readonly readUrl: string | null;
}

/** How long the end of reads that were given up is waited for. */
const CLOSE_LIMIT_MS = 1000;

/**
 * Opens the standby beside the primary. A read goes to the standby if that has replayed, on the very connection, what
 * the primary had at most `MAX_LAG_MS` ago, and what its caller changed; in all other cases, and after any failure, to
 * the primary. The service starts and is ready without the standby.
 */
export async function openReadReplica(primary: Database, options: ReadReplicaOptions): Promise<ReadReplica> {
  const { url, readUrl, telemetry } = options;
  const { meter } = telemetry.metrics;
  if (readUrl === null) {
    observeReadReplica(meter, null);
    return { reads: primary, recentChanges: NO_RECENT_CHANGES, close: async () => {} };
  }
  const probe = { ...options, poolSize: 1, limitMs: CHECK_LIMIT_MS, name: null };
  const [pool, ofPrimary, ofStandby] = await Promise.all([
    // A query that replay has cancelled would meet the same again: the primary is asked.
    openPool({ ...options, url: readUrl, name: 'patrol_db_read', retries: 0 }),
    openPool({ ...probe, url }),
    openPool({ ...probe, url: readUrl }),
  ]);
  const recentChanges = createOwnChanges();
  const check = createStandbyCheck({
    ...{ primary: ofPrimary, standby: ofStandby, log: telemetry.log },
    onCheck: recentChanges.forget,
  });
  const count = observeReadReplica(meter, check);
  const standby = createStandbyReads({ pool, check, telemetry, limitMs: options.limitMs });
  return {
    reads: {
      async maybeOne(query) {
        const needed = check.needed(recentChanges.lastMs());
        const found = needed === null ? null : await standby(query, needed);
        count(found ? 'standby' : 'primary');
        return found ? found.row : primary.maybeOne(query);
      },
    },
    recentChanges,
    async close() {
      await check.stop();
      await waitAtMost(CLOSE_LIMIT_MS, Promise.all([pool, ofPrimary, ofStandby].map((one) => one.close())));
    },
  };
}

interface StandbyReadsOptions extends Pick<PoolOptions, 'telemetry' | 'limitMs'> {
  readonly pool: Pool;
  readonly check: StandbyCheck;
}

/** Returns a function that reads at the standby, or returns null: then the primary is to be asked. */
function createStandbyReads({ pool, check, telemetry: { log }, limitMs }: StandbyReadsOptions) {
  let last: unknown;
  const logFailure = throttledLog((times) =>
    log.warn({ err: last, times }, 'a read failed at the standby, and went to the primary'),
  );
  return async <Row extends StandardSchemaV1>(
    query: QuerySqlToken<Row>,
    needed: bigint,
  ): Promise<{ readonly row: StandardSchemaV1.InferOutput<Row> | null } | null> => {
    // Asked before the query and on its connection: a name may lead to several standbys.
    const condition: Condition = async (connection) =>
      hasReplayed(await connection.maybeOne(readPosition), needed);
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const listening = check.onSilent(() => reject(new Error('the standby does not answer')));
    try {
      return { row: await Promise.race([pool.maybeOne(query, limitMs, condition), silence]) };
    } catch (error) {
      if (error instanceof ConditionNotMet) return null;
      last = error;
      logFailure();
      if (isOutOfReach(error) && !isRolledBack(error)) check.lose(error);
      return null;
    } finally {
      listening();
    }
  };
}
