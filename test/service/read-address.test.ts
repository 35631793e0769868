import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort } from '../../infra/local/postgres.ts';
import { cloneTemplate, startTestService, type TestCampus } from '../campus.ts';
import { scrapeOf, sumOf } from '../metrics-text.ts';
import { restClient } from '../rest-client.ts';

const at = (port: number) => `postgresql://campus:open-sesame@127.0.0.1:${port}/patrol_db`;

/** Resolves once the service has said that this is why it does not read at the standby. */
async function untilSaid({ logged }: Pick<TestCampus, 'logged'>, url: string, reason: string): Promise<void> {
  const isSaid = () =>
    logged.some(({ msg }) => /^lists and reports.*primary/.test(`${msg}`) && `${msg}`.includes(reason));
  while (!isSaid()) expect((await fetch(`${url}/health/liveness`)).status).toBe(200);
}

async function expectServedByPrimary(readUrl: string, reason: string): Promise<void> {
  const campus = await startTestService({ environment: { DATABASE_READ_URL: readUrl } });
  try {
    await untilSaid(campus, campus.url, reason);
    const call = await restClient(campus.url);
    expect((await call('GET', '/patrols')).status).toBe(200);
    expect((await fetch(`${campus.url}/health/readiness`)).status).toBe(200);
    const metrics = await scrapeOf(campus.url);
    expect(sumOf(metrics, 'patrol_read_replica_state', { state: 'unused' })).toBe(1);
    expect(sumOf(metrics, 'patrol_read_replica_reads_total', { source: 'standby' })).toBeUndefined();
    expect(JSON.stringify(campus.logged)).not.toContain('open-sesame');
  } finally {
    await campus.close();
  }
}

test('a standby that nobody listens for costs neither the start nor a list', async () => {
  await expectServedByPrimary(at(await freePort(0)), 'the standby does not answer');
});

test('a standby that accepts connections and says nothing costs neither the start nor a list', async () => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1');
  const port = await new Promise<number>((resolve) => {
    mute.once('listening', () => {
      const address = mute.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  await expectServedByPrimary(at(port), 'the standby does not answer');
  mute.close();
});

test('an address that leads to a server which takes changes is not read at', async () => {
  await expectServedByPrimary(await cloneTemplate(), 'no standby, or was promoted');
});

test('without an address nothing is asked of a standby, and the metrics say that there is none', async () => {
  const campus = await startTestService();
  const metrics = await scrapeOf(campus.url);
  await campus.close();
  expect(sumOf(metrics, 'patrol_read_replica_state', { state: 'none' })).toBe(1);
  expect(metrics).not.toMatch(/^patrol_read_replica_(lag|reads_total)/m);
});
