import { sql } from 'slonik';
import { identityOf } from '../telemetry/trace-identity.ts';
import type { UserId } from './schemas.ts';

/**
 * A part of a changing statement, `author as (…)`: it tells the transaction who makes the change and under which trace,
 * for the triggers that write the audit trail. The statement must select from it, or PostgreSQL leaves it out.
 */
export function authorOf(userId: UserId) {
  return { ...AUTHOR, values: [userId, identityOf()?.traceId ?? ''] };
}

const AUTHOR = sql.fragment`author as materialized (
      select set_config('patrol.user_id', ${'who'}, true), set_config('patrol.trace_id', ${'trace'}, true)
    )`;
