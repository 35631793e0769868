import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type AddressList, clientKeyOf } from '../settings/addresses.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';

/** How many connections a port holds, and who may hold how many of them. */
export interface ConnectionLimits {
  readonly total: number;
  /** How many of them one address may hold. */
  readonly perAddress: number;
  /** Whose connections are those of many, and count for no address. */
  readonly proxies: AddressList;
}

export interface ConnectionLimitOptions extends ConnectionLimits {
  /** What the log calls the port. */
  readonly port: 'REST' | 'gRPC';
  readonly log: Logger;
  /** How much is lost with a connection. */
  readonly priorityOf: (socket: Socket) => Priority;
}

/**
 * How much is lost with a connection: nothing where nothing comes, little where nothing is under way, more where a good
 * token came, most where something is on its way from or to its caller; one that is being served is not closed.
 */
export const PRIORITIES = ['silent', 'idle', 'known', 'busy', 'served'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The places of a port's connections. */
export interface ConnectionLimit {
  /** Takes a place for a connection until it closes. @returns false, and says so, where there is none. */
  acquire(socket: Socket): boolean;
}

/**
 * Returns the places of one port. Where a connection comes too many, the oldest of those that are worth least makes room
 * for it: whoever holds places without using them keeps nobody out.
 */
export function createConnectionLimit(options: ConnectionLimitOptions): ConnectionLimit {
  const { port, total, perAddress, proxies, log, priorityOf } = options;
  // Each in the order in which they came, with the others of its address.
  const all = new Map<Socket, Set<Socket>>();
  const byClientKey = new Map<string, Set<Socket>>();
  const ofProxies = new Set<Socket>();
  const logClosed = throttledLog((closed) =>
    log.warn(
      { closed },
      `${port} connections were closed: ${total} may be open, ${perAddress} of one address`,
    ),
  );

  const forget = (socket: Socket) => {
    all.get(socket)?.delete(socket);
    all.delete(socket);
  };
  const makeRoom = (among: Iterable<Socket>): boolean => {
    const lowest = lowestPriority(among, priorityOf);
    if (!lowest) return false;
    logClosed();
    forget(lowest);
    lowest.destroy();
    return true;
  };
  const othersOf = (clientKey: string | null): Set<Socket> =>
    clientKey === null ? ofProxies : (byClientKey.get(clientKey) ?? new Set<Socket>());
  const isRoom = (others: Set<Socket>) =>
    (others === ofProxies || others.size < perAddress || makeRoom(others)) &&
    (all.size < total || makeRoom(all.keys()));

  return {
    acquire(socket) {
      const address = socket.remoteAddress ?? '';
      const clientKey = proxies.includes(address) ? null : clientKeyOf(address);
      const others = othersOf(clientKey);
      if (!isRoom(others)) {
        logClosed();
        return false;
      }
      all.set(socket, others.add(socket));
      if (clientKey !== null) byClientKey.set(clientKey, others);
      socket.once('close', () => {
        forget(socket);
        // Whoever came after the last one left has a set of their own.
        if (clientKey !== null && others.size === 0 && byClientKey.get(clientKey) === others)
          byClientKey.delete(clientKey);
      });
      return true;
    },
  };
}

/** Returns the first of those that are worth least; undefined where all are being served. */
function lowestPriority(
  among: Iterable<Socket>,
  priorityOf: ConnectionLimitOptions['priorityOf'],
): Socket | undefined {
  let least: Socket | undefined;
  let leastRank = PRIORITIES.indexOf('served');
  for (const socket of among) {
    const rank = PRIORITIES.indexOf(priorityOf(socket));
    if (rank >= leastRank) continue;
    [least, leastRank] = [socket, rank];
    if (rank === 0) break;
  }
  return least;
}
