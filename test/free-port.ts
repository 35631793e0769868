import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Returns a port that nobody listens on, for a process that cannot say which one it was given. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The address of a server that listens on TCP.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
