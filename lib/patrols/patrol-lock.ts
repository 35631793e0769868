import { sql } from 'slonik';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import { within } from './shapes.ts';

/**
 * Returns a part of a statement that changes entries, `patrol as (…)`, beside `author`: the patrol within the caller's
 * reach, taken `for share`, so that handing it in waits for the change, and the change for a hand-in that is under way.
 */
export function patrolToChange({ reach }: Pick<Caller, 'reach'>, patrolId: PatrolId) {
  return sql.fragment`patrol as materialized (
      select patrol_id, status
      from public.patrols cross join author
      where patrol_id = ${patrolId} and ${within(reach)}
      for share of patrols
    )`;
}
