import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay in front of a port that can make its connections half-open. */
export interface TcpRelay {
  readonly port: number;
  /** Nothing passes the connections of now any more, and neither end is told; those made later are sound. */
  silence(): void;
  close(): void;
}

/** Relays a port of its own on 127.0.0.1 to another one there; `listen` may hear what the target answers. */
export async function relayTo(target: number, listen?: (far: Socket) => void): Promise<TcpRelay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    listen?.(far);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      // One end is gone: so is the other, and there is nobody to tell.
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        for (const end of pair) end.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A listener on a host and port has an address of this kind, never a pipe's name.
    port: (server.address() as AddressInfo).port,
    silence() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
        far.pause();
      }
    },
    close() {
      server.close();
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
  };
}
