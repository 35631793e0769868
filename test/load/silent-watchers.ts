import { once } from 'node:events';
import { connect } from 'node:net';
import { requestBytes } from './http-connection.ts';

/** Many watchers in a process of their own, who read and throw away: it is ready when each has its first bytes. */
const { WATCH_PORT, WATCHERS, AUTHORIZATION = '' } = process.env;

async function watch(): Promise<void> {
  const socket = connect({ port: Number(WATCH_PORT), host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write(requestBytes('GET', '/api/v1/patrols/events', AUTHORIZATION));
  const [first] = (await once(socket, 'data')) as [Buffer];
  if (!first.includes('HTTP/1.1 200')) throw new Error(`a watcher was answered ${first}`);
  socket.on('close', () => process.stdout.write('a watcher was cut off\n'));
  socket.resume();
}

let left = Number(WATCHERS);
// A few at a time, as they come in the evening.
await Promise.all(
  Array.from({ length: 10 }, async () => {
    while (left-- > 0) await watch();
  }),
);
process.stdout.write(`${JSON.stringify({ rest_port: 0 })}\n`);
process.on('SIGTERM', () => process.exit(0));
