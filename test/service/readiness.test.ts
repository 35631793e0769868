import { expect, test } from '@jest/globals';
import { openContext } from '../../lib/open-context.ts';
import { cloneTemplate, openTestCampus } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';

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
