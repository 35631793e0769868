import { once } from 'node:events';
import { Socket } from 'node:net';
import { beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { parseAddresses } from '../../lib/settings/addresses.ts';
import {
  type ConnectionLimit,
  createConnectionLimit,
  type Priority,
} from '../../lib/transport/connection-limit.ts';

/** Returns a socket that says where it is from, and is connected to nothing. */
function socketFrom(address: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: address });
}

const HERE = '192.0.2.1';
const served = new Set<Socket>();
const worths = new Map<Socket, Priority>();
let places: ConnectionLimit;

beforeEach(() => {
  served.clear();
  worths.clear();
  places = createConnectionLimit({
    ...{ port: 'REST', total: 4, perAddress: 2, proxies: parseAddresses('10.0.0.0/8') },
    log: pino({ enabled: false }),
    priorityOf: (socket) => (served.has(socket) ? 'served' : (worths.get(socket) ?? 'idle')),
  });
});

function connect(address = HERE): { socket: Socket; isTaken: boolean } {
  const socket = socketFrom(address);
  return { socket, isTaken: places.acquire(socket) };
}

test('the oldest of an address that is not being served makes room for its next', () => {
  const [first, second] = [connect(), connect()];
  served.add(first.socket);
  expect(connect().isTaken).toBe(true);
  expect([first.socket.destroyed, second.socket.destroyed]).toEqual([false, true]);
});

test('of an address’s connections the one goes that is worth least, and not the oldest', () => {
  const [known, silent] = [connect(), connect()];
  worths.set(known.socket, 'known').set(silent.socket, 'silent');
  expect(connect().isTaken).toBe(true);
  expect([known.socket.destroyed, silent.socket.destroyed]).toEqual([false, true]);
});

test('where all are being served there is no place, and another address has its own', () => {
  for (let at = 0; at < 2; at += 1) served.add(connect().socket);
  expect(connect().isTaken).toBe(false);
  expect(connect('192.0.2.2').isTaken).toBe(true);
});

test('the proxies have all places together, and no share', () => {
  for (let at = 0; at < 4; at += 1) {
    const { socket, isTaken } = connect('10.0.0.1');
    served.add(socket);
    expect(isTaken).toBe(true);
  }
  expect(connect('10.0.0.1').isTaken).toBe(false);
});

test('an address that was put out late is counted as it was before', async () => {
  const [first, second] = [connect(), connect()];
  // It makes room, and is gone only later.
  const third = connect();
  const gone = once(first.socket, 'close');
  for (const { socket } of [second, third]) {
    socket.emit('close');
    socket.destroy();
  }
  const others = [connect(), connect()];
  for (const { socket } of others) served.add(socket);
  await gone;
  expect(connect().isTaken).toBe(false);
});
