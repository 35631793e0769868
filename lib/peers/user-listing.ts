import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import { PatrolServiceError } from '../errors.ts';
import type { UserId } from '../patrols/schemas.ts';
import { userIdOf } from './peer-record.ts';

/** One page of auth-service's listing, as far as it matters here. */
export interface UserPage {
  readonly users: readonly UserInfo[];
  readonly total: number;
  readonly pages: number;
}

export type AskForPage = (page: number) => Promise<UserPage>;

export const PAGE_SIZE = 100;
/** More pages than any entrance has: a peer that never comes to an end must not keep us asking. */
const MOST_PAGES = 1000;
/** How often a listing is read that was not whole. */
const MOST_READINGS = 3;

/**
 * Returns everybody of a listing, each once. Pages are not a snapshot: somebody may slip from a page not yet read to one
 * already read, or a page repeat what the one before had (contract.md, *gRPC consumed*). So the listing is read again as
 * long as `total` moved in the course of it, or fewer people were seen than `total` says; whoever was seen in any
 * reading counts.
 * @throws SERVICE_UNAVAILABLE when people are still missing after three readings: nobody is dropped in silence.
 */
export async function everybody(ask: AskForPage): Promise<ReadonlyMap<UserId, UserInfo>> {
  const seen = new Map<UserId, UserInfo>();
  let total = 0;
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const totals = await readOnce(ask, (user) => seen.set(userIdOf(user, 'a user of GetUsers'), user));
    total = Math.max(...totals);
    if (totals.size === 1 && seen.size >= total) return seen;
  }
  if (seen.size >= total) return seen;
  throw new PatrolServiceError(
    'SERVICE_UNAVAILABLE',
    `auth-service lists ${seen.size} of ${total} users in ${MOST_READINGS} readings`,
  );
}

/**
 * Hands every user of a listing to `take`, page after page, and returns the totals that the pages named. `pages` is read
 * anew from each, and a full page is never taken for the last.
 * @throws SERVICE_UNAVAILABLE for a listing without an end.
 */
export async function readOnce(
  ask: AskForPage,
  take: (user: UserInfo) => void,
): Promise<ReadonlySet<number>> {
  const totals = new Set<number>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await ask(page);
    answer.users.forEach(take);
    totals.add(answer.total);
    if (page >= answer.pages && answer.users.length < PAGE_SIZE) return totals;
  }
  throw new PatrolServiceError(
    'SERVICE_UNAVAILABLE',
    `auth-service lists users without end (${MOST_PAGES} pages)`,
  );
}
