import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import { patrolNotFound, preconditionFailed } from './errors.ts';
import { PatrolStatus } from './schemas.ts';
import { within } from './shapes.ts';

/** How a change locks its patrol: `share` beside changes of other entries, `update` alone. */
type Strength = 'share' | 'update';

/** The columns of `patrol` that say whether a change was made, and if not, why. */
export const LOCKED = sql.fragment`patrol.status, patrol.is_met, patrol.version_before`;

/** A row with these columns. */
export const Locked = Type.Object({
  status: PatrolStatus,
  /** Whether `If-Match` named the present version. */
  is_met: Type.Boolean(),
  version_before: Type.Union([Type.String(), Type.Null()]),
});

/**
 * Returns `patrol as (…)`, a part of a changing statement, after `author`: locks the patrol within reach, so that the
 * change and handing in wait for each other. The change has to ask for `patrol.is_met`. With `If-Match` the patrol is
 * locked alone: its version is that of all its entries.
 */
export function patrolToChange(
  { reach, ifMatch }: Pick<Caller, 'reach' | 'ifMatch'>,
  patrolId: PatrolId,
  strength: Strength,
) {
  if (!ifMatch) {
    return sql.fragment`patrol as materialized (
      select patrol_id, status, patrol_by, true as is_met, null::text as version_before
      from public.patrols cross join author
      where patrol_id = ${patrolId} and ${within(reach)}
      ${strength === 'share' ? FOR_SHARE : FOR_UPDATE}
    )`;
  }
  return sql.fragment`locked as materialized (
      select patrol_id, status, patrol_by
      from public.patrols cross join author
      where patrol_id = ${patrolId} and ${within(reach)}
      for update of patrols
    ), patrol as materialized (
      select locked.*, version = any(${sql.array([...ifMatch], 'text')}) as is_met, version as version_before
      from locked cross join lateral public.patrol_version(locked.patrol_id) as version
    )`;
}

const FOR_SHARE = sql.fragment`for share of patrols`;
const FOR_UPDATE = sql.fragment`for update of patrols`;

/** Returns the statement's name with or without `If-Match`, which changes its text. */
export function named(name: string, { ifMatch }: Pick<Caller, 'ifMatch'>): string {
  return ifMatch ? `${name}_if_match` : name;
}

/** Returns the outcome of a change. @throws PATROL_NOT_FOUND for none, PRECONDITION_FAILED */
export function metOutcome<Outcome extends Static<typeof Locked>>(
  outcome: Outcome | null,
  patrolId: PatrolId,
): Outcome {
  if (!outcome) patrolNotFound(patrolId);
  if (!outcome.is_met) preconditionFailed(outcome.version_before);
  return outcome;
}
