import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type Listening, listenAt } from '../../lib/transport/listening.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (let one = open.pop(); one; one = open.pop()) await one.close();
});

async function listening(...args: Parameters<typeof listenAt>): Promise<Listening> {
  const listens = await listenAt(...args);
  open.push(listens);
  return listens;
}

/** An HTTP server whose answers say which of its addresses was asked. */
function serverThatSays(): Server {
  return createHttpServer((request, response) =>
    response.setHeader('connection', 'close').end(request.socket.localAddress),
  );
}

async function saidAt(host: string, port: number): Promise<string> {
  const answer = await fetch(`http://${host}:${port}`).catch(() => undefined);
  return answer ? answer.text() : 'nobody';
}

test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])(
  'on a machine that says %s to IPv6 a port is opened for IPv4',
  async (code) => {
    const server = serverThatSays();
    const listen = server.listen.bind(server);
    const listenElsewhere = (options: ListenOptions) => {
      if (options.host !== '::') return listen(options);
      process.nextTick(() => server.emit('error', Object.assign(new Error(`listen ${code}`), { code })));
      return server;
    };
    // Of its many forms the one that is used.
    server.listen = listenElsewhere as Server['listen'];
    const { port } = await listening(server, { host: null, port: 0 });
    expect(await saidAt('127.0.0.1', port)).toBe('127.0.0.1');
    expect(await saidAt('[::1]', port)).toBe('nobody');
  },
);

test('a name is listened for at all its addresses, on one port, as far as the machine has them', async () => {
  const addresses = ['2001:db8::1', '::1', '127.0.0.1', '192.0.2.1'];
  const { port } = await listening(serverThatSays(), { host: 'several', port: 0 }, async () => addresses);
  expect([await saidAt('[::1]', port), await saidAt('127.0.0.1', port)]).toEqual(['::1', '127.0.0.1']);
});

test('of a name whose port is taken at one address nothing stays open at the others', async () => {
  const other = createServer().listen({ host: '127.0.0.1', port: 0 });
  open.push(other);
  await once(other, 'listening');
  // The address of a server that listens on TCP.
  const { port } = other.address() as AddressInfo;
  const several = listenAt(serverThatSays(), { host: 'several', port }, async () => ['::1', '127.0.0.1']);
  await expect(several).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await saidAt('[::1]', port)).toBe('nobody');
});

test('a close closes every address', async () => {
  const both = async () => ['::1', '127.0.0.1'];
  const { port, close } = await listenAt(serverThatSays(), { host: 'several', port: 0 }, both);
  await close();
  expect([await saidAt('[::1]', port), await saidAt('127.0.0.1', port)]).toEqual(['nobody', 'nobody']);
});
