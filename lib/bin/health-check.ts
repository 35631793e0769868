import { get } from 'node:http';

/** The container's health check: exits with 0 if REST answers, else with 1. Runs often, so it imports almost nothing. */
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

/** Returns the address to ask for a service that listens at `HOST`: a wildcard address cannot be connected to. */
function hostOf(text = ''): string {
  const host = text.trim().replaceAll(/[[\]]/g, '');
  return { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
}
