import { sql } from 'slonik';
import type { UserId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { identityOf } from '../telemetry/trace-identity.ts';

/**
 * Returns `author as (…)`, a part of a changing statement: sets author, trace and deadline for the triggers. The
 * statement must select from it, or PostgreSQL skips it.
 */
export function authorOf(userId: UserId, database: Pick<Database, 'deadline'>) {
  return sql.fragment`author as materialized (
      select
        set_config('patrol.user_id', ${userId}, true),
        set_config('patrol.trace_id', ${identityOf()?.traceId ?? ''}, true),
        set_config('patrol.deadline', ${String(database.deadline())}, true)
    )`;
}
