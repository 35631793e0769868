import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import type { UserId } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import { userIdOf } from './peer-record.ts';

/** The fields of a page of auth-service's listing that are used here. */
export interface UserPage {
  readonly users: readonly UserInfo[];
  readonly total: number;
  readonly pages: number;
}

export type FetchPage = (page: number) => Promise<UserPage>;

export const PAGE_SIZE = 100;
/** More pages than any entrance has: bounds a listing that never ends. */
const MAX_PAGES = 1000;
/** How often an incomplete listing is read. */
const MAX_READINGS = 3;

/** A listed user with a valid id. */
export type ListedUser = UserInfo & { readonly user_id: UserId };

/**
 * Returns all users of a listing, duplicates included. Pages are no snapshot (docs/contract.md, *gRPC consumed*): the
 * listing is read again while `total` changes, or fewer distinct users were seen under this `total` than it names.
 * @throws SERVICE_UNAVAILABLE if none of three readings was complete: nobody is dropped silently.
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
    `auth-service lists ${underTotal.size} of ${total ?? 'a changing number of'} users in ${MAX_READINGS} readings`,
  );
}

/**
 * Passes each user to `take`, page by page, and returns the totals that pages named. A full page is never the last.
 * @throws SERVICE_UNAVAILABLE for a listing without end.
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
