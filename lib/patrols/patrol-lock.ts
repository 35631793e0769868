import { sql } from 'slonik';
import type { Caller } from '../identity/caller.ts';
import type { PatrolId } from './schemas.ts';
import { WITHIN, within } from './shapes.ts';

/**
 * Returns a part of a statement that changes entries, `patrol as (…)`, beside `author`: the patrol within the caller's
 * reach, taken `for share`, so that handing it in waits for the change, and the change for a hand-in that is under way.
 */
export function patrolToChange({ reach }: Pick<Caller, 'reach'>, patrolId: PatrolId) {
  const place = within(reach);
  return { ...PATROL_TO_CHANGE, values: [patrolId, ...place.values] };
}

const PATROL_TO_CHANGE = sql.fragment`patrol as materialized (
      select patrol_id, status
      from public.patrols cross join author
      where patrol_id = ${'patrol'} and ${WITHIN}
      for share of patrols
    )`;
