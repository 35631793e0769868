import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Where a server listens. */
export interface ListenAt {
  /** A name or an address; null for all addresses of both families. */
  readonly host: string | null;
  /** 0 picks a free one. */
  readonly port: number;
}

/** A port that is open. */
export interface Listening {
  readonly port: number;
  /** Accepts no more, and waits for the end of the connections that are there. */
  close(): Promise<void>;
}

/** The first has IPv4's connections as well; the second is for machines that have no IPv6. */
const ALL_ADDRESSES = ['::', '0.0.0.0'];

/** What a machine says that has no such address, or nothing of its family. */
const LACKING = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/**
 * Opens a port for a server, at every address that a name has and the machine too.
 * @throws the system's error: EADDRINUSE where any of them is taken, EADDRNOTAVAIL where there is none.
 */
export async function listenAt(
  server: Server,
  { host, port }: ListenAt,
  addressesOf: (name: string) => Promise<Iterable<string>> = lookUp,
): Promise<Listening> {
  const open: Server[] = [];
  const close = async () => void (await Promise.all(open.map(closed)));
  let lacking: unknown;
  for (const address of host === null ? ALL_ADDRESSES : await addressesOf(host)) {
    if (host === null && open.length > 0) break;
    const next = open.length === 0 ? server : handingTo(server);
    const wanted = open.length === 0 ? port : portOf(server);
    try {
      await once(next.listen({ host: address, port: wanted }), 'listening');
      open.push(next);
    } catch (error) {
      if (!isLacking(error)) {
        await close();
        throw error;
      }
      lacking ??= error;
    }
  }
  if (open.length === 0) throw lacking;
  return { port: portOf(server), close };
}

async function lookUp(host: string): Promise<Set<string>> {
  const found = await lookup(host, { all: true });
  return new Set(found.map(({ address }) => address));
}

/** Returns what accepts connections for a server that listens at another address already, as Node's HTTP servers do. */
function handingTo(server: Server): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function portOf(server: Server): number {
  // The address of a server that listens on TCP.
  return (server.address() as AddressInfo).port;
}

function isLacking(error: unknown): boolean {
  return Error.isError(error) && 'code' in error && LACKING.includes(String(error.code));
}
