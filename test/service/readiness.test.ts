import { expect, test } from '@jest/globals';
import { relayTo } from '../../infra/lambda/tcp-relay.ts';
import { openContext } from '../../lib/open-context.ts';
import { cloneTemplate, openTestCampus } from '../campus.ts';

test('a crowd that asks whether the service is ready is one question to PostgreSQL, and the next one is another', async () => {
  const database = new URL(await cloneTemplate());
  const relay = await relayTo(Number(database.port));
  database.port = String(relay.port);
  const campus = await openTestCampus({
    environment: { DATABASE_URL: database.href, DATABASE_TIMEOUT_SECONDS: '1' },
  });
  const { opened, check, close } = openContext(campus.config, campus.surroundings);
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
