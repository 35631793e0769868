import type { AuditRecord__Output as AuditRecordMessage } from '../../proto/generated/campus/patrol/AuditRecord.ts';
import type { GetCoverageResponse__Output as GetCoverageResponse } from '../../proto/generated/campus/patrol/GetCoverageResponse.ts';
import type { GetPatrolAuditResponse__Output as GetPatrolAuditResponse } from '../../proto/generated/campus/patrol/GetPatrolAuditResponse.ts';
import type { GetPatrolDetailsResponse__Output as GetPatrolDetailsResponse } from '../../proto/generated/campus/patrol/GetPatrolDetailsResponse.ts';
import type { GetPatrolEntryResponse__Output as GetPatrolEntryResponse } from '../../proto/generated/campus/patrol/GetPatrolEntryResponse.ts';
import type { ListAbsenteesResponse__Output as ListAbsenteesResponse } from '../../proto/generated/campus/patrol/ListAbsenteesResponse.ts';
import type { ListAuditResponse__Output as ListAuditResponse } from '../../proto/generated/campus/patrol/ListAuditResponse.ts';
import type { ListPatrolsResponse__Output as ListPatrolsResponse } from '../../proto/generated/campus/patrol/ListPatrolsResponse.ts';
import type { PatrolSummary__Output as PatrolSummary } from '../../proto/generated/campus/patrol/PatrolSummary.ts';
import type { RefreshPatrolResponse__Output as RefreshPatrolResponse } from '../../proto/generated/campus/patrol/RefreshPatrolResponse.ts';
import type { Absentees, Coverage, PatrolRefreshed } from '../patrols/evening-schemas.ts';
import type { Patrol, PatrolEntry, PatrolPage, PatrolWithEntries } from '../patrols/schemas.ts';
import type { AuditPage, AuditRecord, AuditTrail } from '../patrols/trail-schemas.ts';

/** Maps inputs and outputs to proto/patrol.proto. REST's null is `""`, except for `is_present`, which is left out. */

type Fields = Readonly<Record<string, unknown>>;

/** Returns the fields of a message. Zero and `""` mean "not given" (docs/contract.md); a missing boolean is false. */
export function fieldsOf(message: Fields): Fields {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== '' && value !== 0));
}

/** Returns the fields of a mark; `not_checked` undoes it, whatever `is_present` says. */
export function markInput(message: Fields): Fields {
  const { not_checked, ...fields } = fieldsOf(message);
  return not_checked === true ? { ...fields, is_present: null } : fields;
}

/** Returns the fields of several marks. */
export function marksInput(message: Fields): Fields {
  const { patrol_id, marks } = fieldsOf(message);
  return {
    ...(patrol_id !== undefined && { patrol_id }),
    marks: Array.isArray(marks) ? marks.map(oneOfSeveral) : [],
  };
}

function oneOfSeveral(mark: Fields): Fields {
  // proto-loader names the presence of an optional field too.
  const { _is_present, ...fields } = markInput(mark);
  return fields;
}

/** Returns a patrol of a list. */
export function patrolSummary(patrol: Patrol): PatrolSummary {
  return { ...patrol, submitted_at: patrol.submitted_at ?? '' };
}

/** Returns a part of a list. */
export function patrolPageMessage({ items, page, next, ...counts }: PatrolPage): ListPatrolsResponse {
  return { ...counts, items: items.map(patrolSummary), page: page ?? 0, next: next ?? '' };
}

/** Returns a patrol with its entries: the response of every RPC that reads or changes one. */
export function patrolDetails(patrol: PatrolWithEntries): GetPatrolDetailsResponse {
  return {
    ...patrol,
    submitted_at: patrol.submitted_at ?? '',
    patrol_by_name: patrol.patrol_by_name ?? '',
    entries: patrol.entries.map(entryMessage),
  };
}

/** Returns one entry. */
export function entryMessage({ is_present, ...entry }: PatrolEntry): GetPatrolEntryResponse {
  return {
    ...entry,
    ...(is_present !== null && { is_present }),
    user_name: entry.user_name ?? '',
    absence_reason: entry.absence_reason ?? '',
    leave_until: entry.leave_until ?? '',
    checked_at: entry.checked_at ?? '',
  };
}

/** Returns a patrol that was drawn up anew. */
export function refreshMessage({ patrol, changes }: PatrolRefreshed): RefreshPatrolResponse {
  return { patrol: patrolDetails(patrol), changes };
}

/** Returns the absentees, in the order in which to call. */
export function absenteesMessage({ items }: Absentees): ListAbsenteesResponse {
  return { items: items.map(withoutNulls) };
}

/** Returns who is on which list. */
export function coverageMessage({ date, places, ...minors }: Coverage): GetCoverageResponse {
  return {
    date,
    places: places.map((place) => ({
      ...place,
      patrol_id: place.patrol_id ?? '',
      status: place.status ?? '',
      entries_count: place.entries_count ?? 0,
      present_count: place.present_count ?? 0,
      absent_count: place.absent_count ?? 0,
      unchecked_count: place.unchecked_count ?? 0,
    })),
    on_no_list: minors.on_no_list.map(withoutNulls),
    on_several_lists: minors.on_several_lists.map(withoutNulls),
  };
}

type WithoutNulls<Fields> = { [Name in keyof Fields]: null extends Fields[Name] ? string : Fields[Name] };

/** Returns fields with `""` in place of null. Only texts may be null. */
function withoutNulls<Fields extends object>(fields: Fields): WithoutNulls<Fields> {
  // Each null is replaced, and nothing else.
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value ?? '']),
  ) as WithoutNulls<Fields>;
}

/** Returns the audit trail of a patrol, with states as JSON text, because they have many shapes. */
export function auditMessage({ items }: AuditTrail): GetPatrolAuditResponse {
  return { items: items.map(auditRecord) };
}

/** Returns a page of the campus's trail. */
export function auditPageMessage({ items, next }: AuditPage): ListAuditResponse {
  return { items: items.map(auditRecord), next: next ?? 0 };
}

function auditRecord({ before, after, entrance, ...record }: AuditRecord): AuditRecordMessage {
  const json = (state: unknown) => (state === null ? '' : JSON.stringify(state));
  return { ...withoutNulls(record), entrance: entrance ?? 0, before: json(before), after: json(after) };
}

/** Returns the response of the deleting RPCs. */
export function deletedMessage(): { success: boolean } {
  return { success: true };
}
