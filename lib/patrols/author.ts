import { sql } from 'slonik';
import type { UserId } from '../campus-types.ts';
import { identityOf } from '../telemetry/trace-identity.ts';

/** What the trail says of a change besides its author. */
export interface ChangeKind {
  /** Whether the list is drawn up anew: entries are then excused, and not marked. */
  readonly isRefresh?: boolean;
  /** Why a patrol is reopened. */
  readonly reason?: string;
}

/**
 * Returns `author as (…)`, a part of a changing statement: sets author, trace, deadline and kind of the change for the
 * triggers. The statement must select from it, or PostgreSQL skips it.
 */
export function authorOf(userId: UserId, deadline: number, kind?: ChangeKind) {
  return sql.fragment`author as materialized (
      select
        set_config('patrol.user_id', ${userId}, true),
        set_config('patrol.trace_id', ${identityOf()?.traceId ?? ''}, true),
        set_config('patrol.deadline', ${String(deadline)}, true)
        ${kind ? kindOf(kind) : NO_KIND}
    )`;
}

const NO_KIND = sql.fragment``;

function kindOf({ isRefresh = false, reason }: ChangeKind) {
  return sql.fragment`,
        set_config('patrol.refreshing', ${isRefresh ? 'on' : ''}, true),
        set_config('patrol.reason', ${reason ?? ''}, true)`;
}
