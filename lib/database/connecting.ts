import type pg from 'pg';
import { hostsOf, type WantedHost } from '../settings/postgres-hosts.ts';
import { candidateUrls, firstToConnect } from '../settings/postgres-tls.ts';
import { databaseError, messageOf } from './errors.ts';

/** The ways to an address: for each of its hosts the URLs to try in order, each with a definite `sslmode`. */
export interface Ways {
  readonly hosts: readonly (readonly string[])[];
  readonly wanted: WantedHost;
}

/** @param address from `postgresUrl`. */
export function waysTo(address: string): Ways {
  const { addresses, wanted } = hostsOf(address);
  return { hosts: addresses.map(candidateUrls), wanted };
}

/** Whether a server takes changes, as it said when the connection was made. */
export interface ServerState {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

/** The columns of a `ServerState` as PostgreSQL has them. */
export const SERVER_STATE = `pg_is_in_recovery() as "isStandby",
  current_setting('transaction_read_only') = 'on' as "isReadOnly"`;

/** A host that answers, and is not the one that is wanted. */
class OtherHostWanted extends Error {
  override readonly name = 'OtherHostWanted';
}

/** @throws {OtherHostWanted} if the address wants another host than this one. */
export function expectWanted(wanted: WantedHost, { isStandby, isReadOnly }: ServerState): void {
  if (wanted === 'any') return;
  if (isStandby) throw new OtherHostWanted('it is a standby');
  if (wanted === 'read-write' && isReadOnly) throw new OtherHostWanted('it is read-only');
}

/** None of the hosts of an address can be used; each has its reason in the message. */
class NoHost extends Error {
  override readonly name = 'NoHost';
}

/**
 * Connects to the first host that can be used.
 * @param connect is given a way; its errors are pg's, or of `expectWanted`.
 * @throws what a host refuses for good (a password), and the only host's error as it is.
 */
export async function connectToFirst<Way, Result>(
  hosts: readonly (readonly Way[])[],
  connect: (way: Way) => Promise<Result>,
): Promise<Result> {
  const reasons: string[] = [];
  for (const ways of hosts) {
    try {
      return await firstToConnect(ways, connect);
    } catch (error) {
      const isOfThisHost =
        error instanceof OtherHostWanted || databaseError(error).code === 'SERVICE_UNAVAILABLE';
      if (hosts.length === 1 || !isOfThisHost) throw error;
      reasons.push(messageOf(error));
    }
  }
  throw new NoHost(`none of its hosts can be used: ${reasons.join('; ')}`);
}

/** Returns the hosts' ways in the order in which they are tried when one of them worked last. */
export function startingWith<Way>(hosts: readonly (readonly Way[])[], last: Way | null) {
  const at = hosts.findIndex((ways) => ways.some((way) => way === last));
  if (at < 0) return hosts;
  return [...hosts.slice(at), ...hosts.slice(0, at)].map((ways) =>
    ways.toSorted((one, other) => Number(other === last) - Number(one === last)),
  );
}

/** Ends a client that is of no use. A connection that went silent never says that it has ended. */
export function discard(client: pg.Client): void {
  client.end().catch(() => {
    // It is gone either way.
  });
}
