import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { UserId } from '../campus-types.ts';
import { ConfigError } from '../config.ts';
import type { Database } from '../database/database.ts';
import { isRolledBack } from '../database/errors.ts';
import { rowSchema } from '../database/row-schema.ts';

/**
 * Erases persons (152-FZ): puts a pseudonym in place of an id and goes on serving meanwhile. Whatever was stopped can be
 * run again: what it has erased stays erased, and the rest gets a pseudonym of its own.
 */
export interface ErasureStore {
  /**
   * Erases a person from the tables and the trail, then looks again until nothing is found.
   * @returns how many rows of each table were changed.
   * @throws {ConfigError} if the id is still brought back, or a transaction that may bring it back does not end.
   */
  erase(userId: UserId): Promise<ErasedRows>;
}

const ErasedRows = Type.Object({
  patrols: Type.Integer(),
  patrol_entries: Type.Integer(),
  audit_trail: Type.Integer(),
});
export type ErasedRows = Static<typeof ErasedRows>;

/** Of patrols that are erased from in one transaction: changes of these wait for some hundredths of a second. */
const AT_A_TIME = 10;

/** Each look finds what was brought back since the one before: a person who still works ought to be locked out first. */
const MOST_LOOKS = 10;

export function createErasureStore(database: Database): ErasureStore {
  return {
    async erase(userId) {
      const erased = { patrols: 0, patrol_entries: 0, audit_trail: 0 };
      for (let look = 1; look <= MOST_LOOKS; look += 1) {
        await untilChangesEnd(database);
        const found = await patrolsOf(database, userId);
        if (found.length === 0) return erased;
        for (let at = 0; at < found.length; at += AT_A_TIME) {
          const batch = found.slice(at, at + AT_A_TIME);
          // With the last rows that were found, so that no run that is stopped leaves it out or writes it twice.
          const isRecorded = look === 1 && at + AT_A_TIME >= found.length;
          const rows = await eraseFrom(database, userId, batch, isRecorded);
          erased.patrols += rows.patrols;
          erased.patrol_entries += rows.patrol_entries;
          erased.audit_trail += rows.audit_trail;
        }
      }
      throw new ConfigError(
        'The person is not erased: new changes name that id again and again. Lock their account first, then run this again.',
      );
    },
  };
}

/** Of a patrol, or null for the records that belong to none. */
const Found = Type.Object({ patrols: Type.Array(Type.Union([Type.String(), Type.Null()])) });

async function patrolsOf(database: Database, userId: UserId): Promise<readonly (string | null)[]> {
  const row = await database.maybeOne(sql.prepared('patrols_of_person', rowSchema(Found))`
    select coalesce(json_agg(patrol_id), '[]') as patrols from public.patrols_of_person(${userId}) as patrol_id
  `);
  return row?.patrols ?? [];
}

/** How often a batch is tried that PostgreSQL rolls back because of concurrent changes. */
const MOST_ATTEMPTS = 5;

async function eraseFrom(
  database: Database,
  userId: UserId,
  patrols: readonly (string | null)[],
  isRecorded: boolean,
): Promise<ErasedRows> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const row = await database.maybeOne(sql.prepared('erase_person_from', rowSchema(ErasedRows))`
        select patrols, patrol_entries, audit_trail
        from public.erase_person_from(${userId}, ${sql.array(patrols, 'uuid')}, ${isRecorded})
      `);
      return row ?? { patrols: 0, patrol_entries: 0, audit_trail: 0 };
    } catch (error) {
      if (!isRolledBack(error) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Transactions that may have changed the tables, by the locks that they hold until they end. */
const CHANGING = sql.fragment`
  select virtualtransaction
  from pg_catalog.pg_locks
  where relation in ('public.patrols'::regclass, 'public.patrol_entries'::regclass, 'public.audit_trail'::regclass)
    and database = (select oid from pg_catalog.pg_database where datname = current_database())
    and mode in ('RowShareLock', 'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and granted
    and pid <> pg_backend_pid()
`;
const Changing = Type.Object({ transactions: Type.Array(Type.String()) });

const CHANGES_END_WITHIN_MS = 60_000;
const PAUSE_MS = 50;

/** Waits until every change that is in flight has ended: the next look sees what they were. */
async function untilChangesEnd(database: Database): Promise<void> {
  const deadline = Date.now() + CHANGES_END_WITHIN_MS;
  const changing = async () => {
    const row = await database.maybeOne(sql.prepared('changes_in_flight', rowSchema(Changing))`
      select coalesce(json_agg(distinct virtualtransaction), '[]') as transactions from (${CHANGING}) as changing
    `);
    return row?.transactions ?? [];
  };
  let left = await changing();
  while (left.length > 0) {
    if (Date.now() > deadline) {
      throw new ConfigError(
        'Nobody can say whether the person is erased: a transaction on the tables has been open for a minute (pg_stat_activity shows it). End it, then run this again.',
      );
    }
    await pause(PAUSE_MS);
    const still = new Set(await changing());
    left = left.filter((transaction) => still.has(transaction));
  }
}
