import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { databaseError, NoConnection } from '../../lib/database/errors.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { openPoolOfOne, run } from '../pool-of-one.ts';

const ME = 'select pg_backend_pid() as pid';

let campus: TestCampus;

beforeAll(async () => {
  campus = await openTestCampus();
});
afterAll(() => campus.close());

test('where there is no connection to be had, PostgreSQL is away and its reason is told', async () => {
  const url = new URL(campus.config.databaseUrl);
  url.pathname = '/nowhere';
  const nowhere = await openPoolOfOne(campus, url.href);
  const refusal = await run(nowhere, ME).catch((error: unknown) => error);
  await nowhere.close();
  expect(refusal).toBeInstanceOf(NoConnection);
  expect(databaseError(refusal).code).toBe('SERVICE_UNAVAILABLE');
  expect(String(refusal)).toContain('database "nowhere" does not exist');
});

test('an address says where PostgreSQL is, and sets nothing else of the driver', async () => {
  const url = new URL(campus.config.databaseUrl);
  url.searchParams.set('application_name', 'campus');
  for (const name of ['binary', 'log', 'verify', 'stream', 'Client', 'onConnect', 'types']) {
    url.searchParams.set(name, 'true');
  }
  const named = "select 1 as one, current_setting('application_name') as name";
  const odd = await openPoolOfOne(campus, url.href);
  try {
    expect(await run(odd, named)).toEqual([{ one: 1, name: 'campus' }]);
  } finally {
    await odd.close();
  }
});

test('an address whose certificate cannot be read is refused when it is opened, and not by a statement', async () => {
  const url = `${campus.config.databaseUrl}?sslmode=verify-full&sslrootcert=/nowhere.pem`;
  await expect(openPoolOfOne(campus, url)).rejects.toThrow('ENOENT');
});
