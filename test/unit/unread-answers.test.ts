import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { limitConnections } from '../../lib/http/connections.ts';
import { NO_ADDRESSES } from '../../lib/settings/addresses.ts';

/** More than the kernel takes for a caller who does not read. */
const MORE_THAN_A_SOCKET_HOLDS = 32 * 1024 * 1024;

let server: Server;
let client: Socket;

afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

/** Starts a server that waits for its caller no longer than 200 ms, and asks it; returns the server's side of the connection. */
async function asked(answer: Parameters<typeof createServer>[1]): Promise<Socket> {
  server = createServer(answer);
  const limits = { total: 10, perAddress: 10, proxies: NO_ADDRESSES };
  limitConnections(server, { ...limits, log: pino({ enabled: false }), unreadMs: 200 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection');
  // The address of a server that listens on TCP.
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: campus\r\n\r\n');
  const [socket] = await connected;
  return socket;
}

test('a connection whose caller does not read its answer is closed', async () => {
  const socket = await asked((_request, response) => response.end(Buffer.alloc(MORE_THAN_A_SOCKET_HOLDS)));
  await once(socket, 'close');
  expect(socket.bytesWritten).toBeGreaterThan(0);
});

test('a connection whose caller waits for the answer stays open, however long that takes', async () => {
  const { promise: waited, resolve } = Promise.withResolvers<void>();
  const socket = await asked((_request, response) => {
    // The moment when somebody who does not read would be cut off.
    response.socket?.once('timeout', () => {
      response.end('here it is');
      resolve();
    });
  });
  await waited;
  client.resume();
  const [chunk] = await once(client, 'data');
  expect(String(chunk)).toMatch(/here it is$/);
  expect(socket.destroyed).toBe(false);
});
