import { sql } from 'slonik';
import Type from 'typebox';
import type { Reach, WithinReach } from '../auth/reach.ts';
import type { PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import type { Reads } from '../database/read-replica.ts';
import { rowSchema } from '../database/row-schema.ts';
import { type AuditFilter, type AuditPart, matchingRecords } from './audit-filter.ts';
import { patrolNotFound } from './errors.ts';
import { utc } from './shapes.ts';
import { type AuditPage, AuditRecord } from './trail-schemas.ts';
import { withUtcTimes } from './trail-times.ts';

/** The audit trail in PostgreSQL. Triggers write it (migration 000002), in the transaction of each change. */
export interface AuditStore {
  /**
   * Returns the changes of a patrol and its entries after a record, oldest first, even after it was deleted.
   * @param after the id of a record; 0 for all.
   * @throws PATROL_NOT_FOUND if it never existed, or if the caller does not reach the whole campus.
   */
  read(reach: Reach, patrolId: PatrolId, after: number): Promise<AuditRecord[]>;
  /** Returns records of the campus, newest first, those of deleted patrols too. @throws FORBIDDEN beyond the reach. */
  list(reach: Reach, filter: AuditFilter, part: AuditPart): Promise<AuditPage>;
}

/** @param reads where the campus's trail is read: it may be a moment old there. */
export function createAuditStore(database: Database, reads: Reads = database): WithinReach<AuditStore> {
  return {
    read: (reach, patrolId, after) => readAudit(database, reach, patrolId, after),
    list: (reach, filter, part) => listAudit(reads, reach, filter, part),
  };
}

/** The columns of `audit_trail`, named and formatted as in the API. */
const RECORD_SHAPE = sql.fragment`
  audit_id,
  ${utc('at')} as at,
  action,
  patrol_id,
  patrol_entry_id,
  user_id,
  trace_id,
  to_char(date, 'YYYY-MM-DD') as date,
  building,
  entrance,
  case when cardinality(student_ids) = 1 then student_ids[1] end as student_id,
  before,
  after
`;

const AuditFound = Type.Object({ is_known: Type.Boolean(), items: Type.Array(AuditRecord) });

async function readAudit(
  database: Database,
  reach: Reach,
  patrolId: PatrolId,
  after: number,
): Promise<AuditRecord[]> {
  if (reach.only) patrolNotFound(patrolId);
  const found = await database.maybeOne(sql.prepared('audit_of_patrol', rowSchema(AuditFound))`
    select
      exists (select from public.patrols where patrol_id = ${patrolId})
        or exists (select from public.audit_trail where patrol_id = ${patrolId}) as is_known,
      coalesce((select json_agg(record) from (
        select ${RECORD_SHAPE}
        from public.audit_trail
        where patrol_id = ${patrolId} and audit_id > ${after}::bigint
        order by audit_id
      ) as record), '[]') as items
  `);
  const { is_known, items } = found ?? { is_known: false, items: [] };
  if (!is_known) patrolNotFound(patrolId);
  return items.map(withUtcStates);
}

const RecordsFound = Type.Object({ items: Type.Array(AuditRecord) });

async function listAudit(
  reads: Reads,
  reach: Reach,
  asked: AuditFilter,
  { size, after }: AuditPart,
): Promise<AuditPage> {
  const { name, source } = matchingRecords(reach.narrow(asked), { size: size + 1, after });
  const found = await reads.maybeOne(sql.prepared(`list_audit${name}`, rowSchema(RecordsFound))`
    select coalesce(json_agg(record), '[]') as items from (
      select ${RECORD_SHAPE} from (${source}) as trail
      order by audit_id desc
      limit ${size + 1}
    ) as record
  `);
  const items = (found?.items ?? []).map(withUtcStates);
  const page = items.slice(0, size);
  return { items: page, next: items.length > size ? (page.at(-1)?.audit_id ?? null) : null };
}

function withUtcStates({ before, after, ...record }: AuditRecord): AuditRecord {
  return { ...record, before: withUtcTimes(before), after: withUtcTimes(after) };
}
