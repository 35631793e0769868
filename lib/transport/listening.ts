import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** The address that a server listens on. */
export interface ListenAt {
  /** A name or an address; null for all addresses of both families. */
  readonly host: string | null;
  /** 0 picks a free one. */
  readonly port: number;
}

/** An open port. */
export interface Listening {
  readonly port: number;
  /** Stops accepting, and waits until the open connections end. */
  close(): Promise<void>;
}

/** The first accepts IPv4 too; the second is for machines without IPv6. */
const ALL_ADDRESSES = ['::', '0.0.0.0'];

/** Errors of a machine without such an address or address family. */
const LACKING = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/** Listens at every local address of a name. @throws the system's error: EADDRINUSE if any is taken, EADDRNOTAVAIL. */
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

/** Returns a further server that hands its connections to one that already listens. */
function handingTo(server: Server): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function portOf(server: Server): number {
  // A server that listens on TCP has an AddressInfo.
  return (server.address() as AddressInfo).port;
}

function isLacking(error: unknown): boolean {
  return Error.isError(error) && 'code' in error && LACKING.includes(String(error.code));
}
