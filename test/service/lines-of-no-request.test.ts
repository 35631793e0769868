import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLokiStandIn } from '../../infra/local/loki-stand-in.ts';
import { startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

/** What spans are sent to: it takes connections, and answers nobody. */
const silent = createServer(() => {});
const before = { ...process.env };
let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  // A listener on a host and port has an address of this kind, never a pipe's name.
  const { port } = silent.address() as AddressInfo;
  const otel = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '10',
    OTEL_BSP_EXPORT_TIMEOUT: '50',
  };
  // The SDK reads its own variables, as it does in a container.
  Object.assign(process.env, otel);
  campus = await startTestService({ environment: otel });
  call = await restClient(campus.url);
});
afterAll(async () => {
  await campus.close();
  silent.closeAllConnections();
  silent.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

type Line = Record<string, unknown>;

/** Gives what has been logged with that message, once there is so much of it; requests go on meanwhile. */
async function lines(msg: string, isMeant: (line: Line) => boolean = () => true, count = 1): Promise<Line[]> {
  const found = () => campus.logged.filter((line) => line.msg === msg && isMeant(line));
  while (found().length < count) await call('GET', '/patrols');
  return found();
}

/** Expects lines with the ids of no request, whichever was served at the moment. */
function expectNoIds(said: readonly Line[]): void {
  for (const line of said) {
    expect(line).not.toHaveProperty('trace_id');
    expect(line).not.toHaveProperty('correlation_id');
  }
}

test('an export of spans that timed out is nobody’s', async () => {
  expectNoIds(
    await lines('OpenTelemetry reports a problem', ({ reason }) => String(reason).includes('Timeout')),
  );
});

test('that Loki takes no lines, and takes them again, is nobody’s', async () => {
  const loki = await startLokiStandIn();
  const own = await startTestService({ environment: { LOKI_URL: loki.url } });
  try {
    const ask = await restClient(own.url);
    await own.surroundings.telemetry.flush();
    // A line that is written while its request is served: the push that it leads to is begun then.
    own.auth.replace('ValidateToken', async () => Promise.reject(new Error('down')));
    loki.answer({ status: 503 });
    const pushes = loki.pushes.length;
    await ask('GET', '/patrols');
    await loki.asked(pushes + 1);
    loki.answer({ status: 204 });
    const said = () =>
      own.logged.filter(({ msg }) => /^Loki (?:takes|does not take) log lines/.test(String(msg)));
    while (said().length < 2) await setImmediate();
    expectNoIds(said());
  } finally {
    await own.close();
    await loki.stop();
  }
});

test('a database connection that was lost is not that of the request which it was opened for', async () => {
  await Promise.all(Array.from({ length: 8 }, () => call('GET', '/patrols')));
  const [opened] = await campus.sql<{ cut: number }>(
    `select count(pg_terminate_backend(pid))::int as cut from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  expect(opened?.cut).toBeGreaterThan(1);
  expectNoIds(await lines('a database connection was lost', undefined, 2));
});
