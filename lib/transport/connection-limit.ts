import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type AddressList, clientKeyOf } from '../settings/addresses.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';

/** The limits of a port's connections. */
export interface ConnectionLimits {
  readonly total: number;
  /** How many of them one address may hold. */
  readonly perAddress: number;
  /** Proxies' connections carry many clients, and count for no address. */
  readonly proxies: AddressList;
}

export interface ConnectionLimitOptions extends ConnectionLimits {
  /** The port's name in the log. */
  readonly port: 'REST' | 'gRPC';
  readonly log: Logger;
  /** Returns a connection's priority. */
  readonly priorityOf: (socket: Socket) => Priority;
}

/**
 * Priorities in ascending order: never sent anything; nothing in flight; a good token came; request or response being
 * transferred; being served, which is never closed.
 */
export const PRIORITIES = ['silent', 'idle', 'known', 'busy', 'served'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Limits a port's connections. */
export interface ConnectionLimit {
  /** Counts a connection until it closes. @returns false, and logs it, if there is no room. */
  acquire(socket: Socket): boolean;
}

/** Creates the limit of one port. A new connection replaces the oldest of the lowest priority. */
export function createConnectionLimit(options: ConnectionLimitOptions): ConnectionLimit {
  const { port, total, perAddress, proxies, log, priorityOf } = options;
  // In order of arrival, each with the others of its address.
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
        // After the last one closed, later connections have a new set.
        if (clientKey !== null && others.size === 0 && byClientKey.get(clientKey) === others)
          byClientKey.delete(clientKey);
      });
      return true;
    },
  };
}

/** Returns the first connection of the lowest priority; undefined if all are being served. */
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
