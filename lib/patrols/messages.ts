import type { GetPatrolAuditResponse } from '../../proto/generated/campus/patrol/GetPatrolAuditResponse.ts';
import type { GetPatrolDetailsResponse } from '../../proto/generated/campus/patrol/GetPatrolDetailsResponse.ts';
import type { GetPatrolEntryResponse } from '../../proto/generated/campus/patrol/GetPatrolEntryResponse.ts';
import type { PatrolSummary } from '../../proto/generated/campus/patrol/PatrolSummary.ts';
import type { UpdatePatrolResponse } from '../../proto/generated/campus/patrol/UpdatePatrolResponse.ts';
import type { Context } from '../context.ts';
import type { AuditTrail, Patrol, PatrolEntry, PatrolWithEntries } from './schemas.ts';

/**
 * The answers of proto/patrol.proto, made of what operations give. Where REST says null, a message says `""`, but for
 * `is_present`, which is left out.
 */

/** A patrol alone, with nothing looked up. */
export function patrolMessage(patrol: Patrol): UpdatePatrolResponse {
  const { patrol_id, date, building, entrance, status, started_at, submitted_at, patrol_by } = patrol;
  return {
    patrol_id,
    date,
    building,
    entrance,
    status,
    started_at,
    submitted_at: submitted_at ?? '',
    patrol_by,
  };
}

/** Patrols, each with how many entries it has and how they are marked. */
export async function patrolSummaries(
  { patrols }: Context,
  found: readonly Patrol[],
): Promise<PatrolSummary[]> {
  const counts = await patrols.count(found.map(({ patrol_id }) => patrol_id));
  return found.map((patrol) => {
    const { patrol_by: _, ...summary } = patrolMessage(patrol);
    const { entries = 0, present = 0, absent = 0 } = counts.get(patrol.patrol_id) ?? {};
    return { ...summary, entries_count: entries, present_count: present, absent_count: absent };
  });
}

/** A patrol with its entries and everybody's name. */
export async function patrolDetails(
  { names }: Context,
  patrol: PatrolWithEntries,
): Promise<GetPatrolDetailsResponse> {
  const people = [patrol.patrol_by, ...patrol.entries.map(({ user_id }) => user_id)];
  const nameOf = await names.of(people, patrol);
  return {
    ...patrolMessage(patrol),
    patrol_by_name: nameOf(patrol.patrol_by),
    entries: patrol.entries.map((entry) => {
      const { patrol_id: _, ...message } = entryFields(entry);
      return { ...message, user_name: nameOf(entry.user_id) };
    }),
  };
}

/** One entry with the student's name. */
export async function entryMessage({ names }: Context, entry: PatrolEntry): Promise<GetPatrolEntryResponse> {
  const nameOf = await names.of([entry.user_id]);
  return { ...entryFields(entry), user_name: nameOf(entry.user_id) };
}

/** The trail of a patrol; states are JSON in text, for they have many shapes. */
export function auditMessage({ items }: AuditTrail): GetPatrolAuditResponse {
  const json = (state: unknown) => (state === null ? '' : JSON.stringify(state));
  return {
    items: items.map(({ before, after, ...record }) => ({
      ...record,
      patrol_entry_id: record.patrol_entry_id ?? '',
      user_id: record.user_id ?? '',
      trace_id: record.trace_id ?? '',
      before: json(before),
      after: json(after),
    })),
  };
}

/** What deleting answers. */
export function deletedMessage(): { success: boolean } {
  return { success: true };
}

function entryFields({
  patrol_entry_id,
  patrol_id,
  user_id,
  room,
  is_present,
  absence_reason,
  checked_at,
}: PatrolEntry) {
  return {
    ...{ patrol_entry_id, patrol_id, user_id, room },
    ...(is_present !== null && { is_present }),
    absence_reason: absence_reason ?? '',
    checked_at: checked_at ?? '',
  };
}
