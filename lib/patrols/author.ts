import { sql } from 'slonik';
import { activeDeadline, identityOf } from '../telemetry/trace-identity.ts';
import type { Database } from './database.ts';
import type { UserId } from './schemas.ts';

/**
 * A part of a changing statement, `author as (…)`: it tells the transaction who makes the change, under which trace and
 * until when, for the triggers that write the audit trail and refuse what comes too late for its caller. The statement
 * must select from it, or PostgreSQL leaves it out.
 */
export function authorOf(userId: UserId, database: Pick<Database, 'deadline'>) {
  const deadline = String(database.deadline(activeDeadline()));
  return { ...AUTHOR, values: [userId, identityOf()?.traceId ?? '', deadline] };
}

const AUTHOR = sql.fragment`author as materialized (
      select
        set_config('patrol.user_id', ${'who'}, true),
        set_config('patrol.trace_id', ${'trace'}, true),
        set_config('patrol.deadline', ${'deadline'}, true)
    )`;
