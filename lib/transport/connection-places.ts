import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type AddressList, holderOf } from '../settings/addresses.ts';
import { sayingSeldom } from '../telemetry/saying-seldom.ts';

/** How many connections a port holds, and who may hold how many of them. */
export interface PlaceLimits {
  readonly total: number;
  /** How many of them one address may hold. */
  readonly perAddress: number;
  /** Whose connections are those of many, and count for no address. */
  readonly proxies: AddressList;
}

export interface PlacesOptions extends PlaceLimits {
  /** What the log calls the port. */
  readonly port: 'REST' | 'gRPC';
  readonly log: Logger;
  /** How much is lost with a connection. */
  readonly worthOf: (socket: Socket) => Worth;
}

/**
 * How much is lost with a connection: nothing where nothing comes, little where nothing is under way, more where a good
 * token came, most where something is on its way from or to its caller; one that is being served is not closed.
 */
export const WORTH = ['silent', 'idle', 'known', 'busy', 'served'] as const;
export type Worth = (typeof WORTH)[number];

/** The places of a port's connections. */
export interface ConnectionPlaces {
  /** Takes a place for a connection until it closes. @returns false, and says so, where there is none. */
  take(socket: Socket): boolean;
}

/**
 * Returns the places of one port. Where a connection comes too many, the oldest of those that are worth least makes room
 * for it: whoever holds places without using them keeps nobody out.
 */
export function createPlaces(options: PlacesOptions): ConnectionPlaces {
  const { port, total, perAddress, proxies, log, worthOf } = options;
  // Each in the order in which they came, with the others of its address.
  const all = new Map<Socket, Set<Socket>>();
  const byHolder = new Map<string, Set<Socket>>();
  const ofProxies = new Set<Socket>();
  const sayClosed = sayingSeldom((closed) =>
    log.warn(
      { closed },
      `${port} connections were closed: ${total} may be open, ${perAddress} of one address`,
    ),
  );

  const leave = (socket: Socket) => {
    all.get(socket)?.delete(socket);
    all.delete(socket);
  };
  const makeRoom = (among: Iterable<Socket>): boolean => {
    const leastOf = leastWorth(among, worthOf);
    if (!leastOf) return false;
    sayClosed();
    leave(leastOf);
    leastOf.destroy();
    return true;
  };
  const othersOf = (holder: string | null): Set<Socket> =>
    holder === null ? ofProxies : (byHolder.get(holder) ?? new Set<Socket>());
  const isRoom = (others: Set<Socket>) =>
    (others === ofProxies || others.size < perAddress || makeRoom(others)) &&
    (all.size < total || makeRoom(all.keys()));

  return {
    take(socket) {
      const address = socket.remoteAddress ?? '';
      const holder = proxies.includes(address) ? null : holderOf(address);
      const others = othersOf(holder);
      if (!isRoom(others)) {
        sayClosed();
        return false;
      }
      all.set(socket, others.add(socket));
      if (holder !== null) byHolder.set(holder, others);
      socket.once('close', () => {
        leave(socket);
        // Whoever came after the last one left has a set of their own.
        if (holder !== null && others.size === 0 && byHolder.get(holder) === others) byHolder.delete(holder);
      });
      return true;
    },
  };
}

/** Returns the first of those that are worth least; undefined where all are being served. */
function leastWorth(among: Iterable<Socket>, worthOf: PlacesOptions['worthOf']): Socket | undefined {
  let least: Socket | undefined;
  let leastRank = WORTH.indexOf('served');
  for (const socket of among) {
    const rank = WORTH.indexOf(worthOf(socket));
    if (rank >= leastRank) continue;
    [least, leastRank] = [socket, rank];
    if (rank === 0) break;
  }
  return least;
}
