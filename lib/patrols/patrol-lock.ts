import { sql } from 'slonik';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import { within } from './shapes.ts';

/**
 * Returns `patrol as (…)`, a part of a statement that changes entries, after `author`: locks the patrol within reach
 * `for share`, so that the change and handing in wait for each other.
 */
export function patrolToChange({ reach }: Pick<Caller, 'reach'>, patrolId: PatrolId) {
  return sql.fragment`patrol as materialized (
      select patrol_id, status
      from public.patrols cross join author
      where patrol_id = ${patrolId} and ${within(reach)}
      for share of patrols
    )`;
}
