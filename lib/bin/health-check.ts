import { get } from 'node:http';

/**
 * The container's health check: exit code 0 as long as the service answers on its REST port, else 1. It imports next to
 * nothing, for it runs every few seconds.
 */
const port = process.env.REST_PORT?.trim() || '8002';
const request = get(
  { host: hostOf(process.env.HOST), port, path: '/health/liveness', timeout: 3000 },
  ({ statusCode = 0 }) => process.exit(statusCode === 200 ? 0 : 1),
);
request.on('timeout', () => request.destroy(new Error('no answer in 3 s')));
request.on('error', ({ message }) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
});

/** Returns where the service answers that listens at a host: all addresses of a family are no address to ask. */
function hostOf(text = ''): string {
  const host = text.trim().replaceAll(/[[\]]/g, '');
  return { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
}
