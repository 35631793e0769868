import { expect, test } from '@jest/globals';
import pg from 'pg';
import { openContext } from '../../lib/open-context.ts';
import { cloneTemplate, openTestCampus, startTestService } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';
import { restClient } from '../rest-client.ts';

test('a crowd that asks whether the service is ready is one question to PostgreSQL, and the next one is another', async () => {
  const relay = await relayToDatabase(await cloneTemplate());
  const campus = await openTestCampus({
    environment: { DATABASE_URL: relay.url, DATABASE_TIMEOUT_SECONDS: '1' },
  });
  const { opened, check, close } = await openContext(campus.config, campus.surroundings);
  const asked = () => campus.logged.filter(({ msg }) => msg === 'PostgreSQL is not ready').length;
  try {
    await opened;
    relay.silence();
    const states = await Promise.all(Array.from({ length: 50 }, check));
    expect(new Set(states.map((state) => state.database))).toEqual(new Set(['unavailable']));
    expect(asked()).toBe(1);
    relay.close();
    expect(await check()).toMatchObject({ database: 'unavailable', 'auth-service': 'ok' });
    expect(asked()).toBe(2);
  } finally {
    await close();
    relay.close();
    await campus.close();
  }
});

/** Sets for a database whether it takes changes; `anew` cuts who is connected, who would keep what was set before. */
async function setReadOnly(databaseUrl: string, mode: 'on' | 'off', anew: boolean): Promise<void> {
  const { pathname, href } = new URL(databaseUrl);
  const name = pathname.slice(1);
  const client = new pg.Client({ connectionString: href.replace(name, 'postgres') });
  await client.connect();
  await client.query(`alter database ${name} set default_transaction_read_only = ${mode}`);
  if (anew)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await client.end();
}

test('a database that takes no changes is not ready, while reads go on, and is ready when it takes them again', async () => {
  const databaseUrl = await cloneTemplate();
  const campus = await startTestService({ environment: { DATABASE_URL: databaseUrl } });
  const call = await restClient(campus.url);
  const start = () => call('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 2 } });
  const checks = async () => {
    const answer = await fetch(`${campus.url}/health/readiness`);
    // What lib/http/health.ts answers.
    return ((await answer.json()) as { checks: Record<string, string> }).checks;
  };
  try {
    await setReadOnly(databaseUrl, 'on', true);
    // The first may find a connection that was cut.
    await checks();
    expect(await checks()).toMatchObject({ database: 'unavailable', 'auth-service': 'ok' });
    expect(campus.logged).toContainEqual(
      expect.objectContaining({ msg: 'PostgreSQL takes no changes: it is read-only' }),
    );
    expect((await call('GET', '/patrols')).status).toBe(200);
    expect((await start()).status).toBe(503);
    expect(await checks()).toMatchObject({ database: 'unavailable' });
    await setReadOnly(databaseUrl, 'off', false);
    // Over a connection of before it learns that it is one.
    await checks();
    expect(await checks()).toMatchObject({ database: 'ok' });
    expect((await start()).status).toBe(201);
  } finally {
    await campus.close();
  }
});

test('a function that was thawed finds that a database that takes no changes answers', async () => {
  const databaseUrl = await cloneTemplate();
  await setReadOnly(databaseUrl, 'on', false);
  const campus = await openTestCampus({ environment: { DATABASE_URL: databaseUrl } });
  const { opened, pingDatabase, check, close } = await openContext(campus.config, campus.surroundings);
  try {
    await opened;
    expect(await pingDatabase(1000)).toBe(true);
    expect(await check()).toMatchObject({ database: 'unavailable' });
  } finally {
    await close();
    await campus.close();
  }
});
