import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import type { UserId } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import { userIdOf } from './peer-record.ts';

/** One page of auth-service's listing, as far as it matters here. */
export interface UserPage {
  readonly users: readonly UserInfo[];
  readonly total: number;
  readonly pages: number;
}

export type FetchPage = (page: number) => Promise<UserPage>;

export const PAGE_SIZE = 100;
/** More pages than any entrance has: a peer that never comes to an end must not keep us asking. */
const MAX_PAGES = 1000;
/** How often a listing is read that was not whole. */
const MAX_READINGS = 3;

/** A user as a page had them, their id read. */
export type ListedUser = UserInfo & { readonly user_id: UserId };

/**
 * Returns everybody of a listing, as often as pages had them. Pages are not a snapshot: somebody may slip from a page not
 * yet read to one already read, or a page repeat what the one before had (contract.md, *gRPC consumed*). So the listing is
 * read again as long as `total` moved in the course of it, or fewer people were seen under this `total` than it says: somebody who was
 * there before it moved must not stand for somebody who was missed since. Whoever was seen in any reading is returned.
 * @throws SERVICE_UNAVAILABLE when no reading was whole of three: nobody is dropped in silence.
 */
export async function listAllUsers(ask: FetchPage): Promise<readonly ListedUser[]> {
  const seen: ListedUser[] = [];
  const underTotal = new Set<UserId>();
  let total: number | undefined;
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const read = new Set<UserId>();
    const totals = await readListing(ask, (user) => {
      const userId = userIdOf(user, 'a user of GetUsers');
      seen.push({ ...user, user_id: userId });
      read.add(userId);
    });
    const [only] = totals;
    const isSteady = totals.size === 1 && only !== undefined;
    if (!isSteady || only !== total) underTotal.clear();
    total = isSteady ? only : undefined;
    if (total === undefined) continue;
    for (const userId of read) underTotal.add(userId);
    if (underTotal.size >= total) return seen;
  }
  throw new PatrolServiceError(
    'SERVICE_UNAVAILABLE',
    `auth-service lists ${underTotal.size} of ${total ?? 'a moving number of'} users in ${MAX_READINGS} readings`,
  );
}

/**
 * Hands every user of a listing to `take`, page after page, and returns the totals that the pages named. `pages` is read
 * anew from each, and a full page is never taken for the last.
 * @throws SERVICE_UNAVAILABLE for a listing without an end.
 */
export async function readListing(
  ask: FetchPage,
  take: (user: UserInfo) => void,
): Promise<ReadonlySet<number>> {
  const totals = new Set<number>();
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const response = await ask(page);
    response.users.forEach(take);
    totals.add(response.total);
    if (page >= response.pages && response.users.length < PAGE_SIZE) return totals;
  }
  throw new PatrolServiceError(
    'SERVICE_UNAVAILABLE',
    `auth-service lists users without end (${MAX_PAGES} pages)`,
  );
}
