import pg from 'pg';
import { isRefusalOfTheWay, moreTelling } from '../postgres-tls.ts';

type Connect = (callback: Parameters<pg.Pool['connect']>[0]) => void;

/** Finds out how a server takes connections whose address leaves that open: encrypted, or plain. */
export interface WayFinder {
  /** What a pool opens its connections with. */
  readonly Client: new () => pg.Client;
  /** Gives what asks the pool for a connection, and once more after the other way was found. */
  connectsTo(pool: pg.Pool): Connect;
}

/**
 * Creates what chooses among the ways of one address. The one that was taken is tried first as long as there are connections
 * that were made so: a server without TLS costs one attempt more and not one for each connection, and a server that is set
 * up anew locks nobody out.
 */
export function createWayFinder(ways: readonly pg.ClientConfig[]): WayFinder {
  if (ways.length === 1)
    return { Client: pg.Client, connectsTo: (pool) => (callback) => pool.connect(callback) };
  const found = { at: 0, isNew: false };
  return {
    Client: clientOf(ways, found),
    connectsTo: (pool) => (callback) => {
      // The next connection may find another server behind the address.
      if (pool.totalCount === 0 && !found.isNew) found.at = 0;
      pool.connect((first, ...lent) => {
        if (!isRefusalOfTheWay(first)) return callback(first, ...lent);
        pool.connect((second, ...lentThen) => callback(second && moreTelling(first, second), ...lentThen));
      });
    },
  };
}

/** Which way is tried, and whether that has not yet led to a connection. */
interface Found {
  at: number;
  isNew: boolean;
}

/** Gives a client that tries the way that was found, and finds another when it is refused. */
function clientOf(ways: readonly pg.ClientConfig[], found: Found): WayFinder['Client'] {
  return class Client extends pg.Client {
    readonly #at = found.at;

    constructor(config?: pg.ClientConfig) {
      super({ ...config, ...ways[found.at] });
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void) {
      if (!callback) return super.connect();
      return super.connect((error: Error) => {
        found.isNew = isRefusalOfTheWay(error);
        // Of those that tried at the same time each says the same.
        if (found.isNew) found.at = (this.#at + 1) % ways.length;
        callback(error);
      });
    }
  };
}
