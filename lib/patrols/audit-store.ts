import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { Reach } from '../auth/reach.ts';
import type { PatrolId, UserId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { patrolNotFound } from './errors.ts';
import { AuditRecord } from './schemas.ts';
import { utc } from './shapes.ts';
import { withUtcTimes } from './trail-times.ts';

/** The audit trail in PostgreSQL. Triggers write it (migration 000002), in the transaction of each change. */
export interface AuditStore {
  /**
   * Returns the changes of a patrol and its entries, oldest first, even after it was deleted.
   * @throws PATROL_NOT_FOUND if it never existed, or if the caller does not reach the whole campus.
   */
  read(reach: Reach, patrolId: PatrolId): Promise<AuditRecord[]>;
  /** Erases a person (152-FZ): their id becomes a pseudonym, their reasons go. @returns the rows changed by table. */
  erase(userId: UserId): Promise<ErasedRows>;
}

const ErasedRows = Type.Object({
  patrols: Type.Integer(),
  patrol_entries: Type.Integer(),
  audit_trail: Type.Integer(),
});
export type ErasedRows = Static<typeof ErasedRows>;

export function createAuditStore(database: Database): AuditStore {
  return {
    read: (reach, patrolId) => readAudit(database, reach, patrolId),
    erase: (userId) => erasePerson(database, userId),
  };
}

const AuditFound = Type.Object({ is_known: Type.Boolean(), items: Type.Array(AuditRecord) });

async function readAudit(database: Database, reach: Reach, patrolId: PatrolId): Promise<AuditRecord[]> {
  if (reach.only) patrolNotFound(patrolId);
  const found = await database.maybeOne(sql.prepared('audit_of_patrol', rowSchema(AuditFound))`
    select
      exists (select from public.patrols where patrol_id = ${patrolId}) as is_known,
      coalesce((select json_agg(record) from (
        select audit_id, ${utc('at')} as at, action, patrol_id, patrol_entry_id, user_id, trace_id, before, after
        from public.audit_trail
        where patrol_id = ${patrolId}
        order by audit_id
      ) as record), '[]') as items
  `);
  const { is_known, items } = found ?? { is_known: false, items: [] };
  // A patrol that is older than the trail has no records.
  if (items.length === 0 && !is_known) patrolNotFound(patrolId);
  return items.map(({ before, after, ...record }) => ({
    ...record,
    before: withUtcTimes(before),
    after: withUtcTimes(after),
  }));
}

async function erasePerson(database: Database, userId: UserId): Promise<ErasedRows> {
  const erased = await database.maybeOne(sql.prepared('erase_person', rowSchema(ErasedRows))`
    select patrols, patrol_entries, audit_trail from public.erase_person(${userId})
  `);
  return erased ?? { patrols: 0, patrol_entries: 0, audit_trail: 0 };
}
