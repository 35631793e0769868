import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { UserId } from '../campus-types.ts';
import { ConfigError } from '../config.ts';
import { againIfRolledBack } from '../database/again-if-rolled-back.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';

/**
 * Erases persons (152-FZ): puts a pseudonym in place of an id and goes on serving meanwhile. Whatever was stopped can be
 * run again: what it has erased stays erased, and the rest gets a pseudonym of its own.
 */
export interface ErasureStore {
  /**
   * Erases a person from the tables and the trail, first where an index finds them, then looks everywhere until nothing
   * is found.
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

/** Each look everywhere finds what was brought back since the one before: who still works has to be locked out first. */
const MOST_LOOKS = 10;

export function createErasureStore(database: Database): ErasureStore {
  return {
    async erase(userId) {
      const erased = { patrols: 0, patrol_entries: 0, audit_trail: 0 };
      let isRecorded = false;
      for (let look = 0; look <= MOST_LOOKS; look += 1) {
        await untilChangesEnd(database);
        const isEverywhere = look > 0;
        const found = await patrolsOf(database, userId, isEverywhere);
        if (found.length === 0 && isEverywhere) return erased;
        for (let at = 0; at < found.length; at += AT_A_TIME) {
          const batch = found.slice(at, at + AT_A_TIME);
          // In one transaction with the last rows of a look: a run that is stopped later on has left its record.
          const isLast = !isRecorded && at + AT_A_TIME >= found.length;
          const rows = await eraseFrom(database, userId, batch, isLast);
          erased.patrols += rows.patrols;
          erased.patrol_entries += rows.patrol_entries;
          erased.audit_trail += rows.audit_trail;
        }
        isRecorded ||= found.length > 0;
      }
      throw new ConfigError(
        'The person is not erased: new changes name that id again and again. Lock their account first, then run this again.',
      );
    },
  };
}

/** Of a patrol, or null for the records that belong to none. */
const Found = Type.Object({ patrols: Type.Array(Type.Union([Type.String(), Type.Null()])) });

async function patrolsOf(
  database: Database,
  userId: UserId,
  isEverywhere: boolean,
): Promise<readonly (string | null)[]> {
  const row = await database.maybeOne(sql.prepared('patrols_of_person', rowSchema(Found))`
    select coalesce(json_agg(distinct patrol_id), '[]') as patrols
    from public.patrols_of_person(${userId}, ${isEverywhere}) as patrol_id
  `);
  return row?.patrols ?? [];
}

async function eraseFrom(
  database: Database,
  userId: UserId,
  patrols: readonly (string | null)[],
  isRecorded: boolean,
): Promise<ErasedRows> {
  const row = await againIfRolledBack(() =>
    database.maybeOne(sql.prepared('erase_person_from', rowSchema(ErasedRows))`
      select patrols, patrol_entries, audit_trail
      from public.erase_person_from(${userId}, ${sql.array(patrols, 'uuid')}, ${isRecorded})
    `),
  );
  return row ?? { patrols: 0, patrol_entries: 0, audit_trail: 0 };
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
