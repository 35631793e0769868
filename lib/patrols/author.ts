import { sql } from 'slonik';
import type { UserId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { identityOf } from '../telemetry/trace-identity.ts';

/**
 * A part of a changing statement, `author as (…)`: it tells the transaction who makes the change, under which trace and
 * until when, for the triggers that write the audit trail and refuse what comes too late for its caller. The statement
 * must select from it, or PostgreSQL leaves it out.
 */
export function authorOf(userId: UserId, database: Pick<Database, 'deadline'>) {
  return sql.fragment`author as materialized (
      select
        set_config('patrol.user_id', ${userId}, true),
        set_config('patrol.trace_id', ${identityOf()?.traceId ?? ''}, true),
        set_config('patrol.deadline', ${String(database.deadline())}, true)
    )`;
}
