import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { settleCampus } from '../../infra/local/campus.ts';
import { EVENING, shutDatabase, startTestService } from '../campus.ts';
import { scrapeOf, seriesOf, sumOf } from '../metrics-text.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const WITHOUT_PATROL = 'patrol_entrances_without_patrol';
const ON_NO_LIST = 'patrol_minors_on_no_list';
const TIME = 'patrol_coverage_timestamp_seconds';
const minors = settleCampus().filter(({ is_minor, roles }) => is_minor && roles.includes('student'));
const minorsOf = (building: string, entrance: number) =>
  minors.filter((minor) => minor.building === building && minor.entrance === entrance);

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { GRPC_MAX_RETRIES: '0', LEAVE_LOOKBACK_DAYS: '0' } });
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
afterEach(async () => {
  campus.auth.restore();
  await campus.sql('delete from patrols');
  // The next test begins with zeros, and with its minute over.
  for (const moment of ['2025-12-01T22:00:00Z', '2025-12-01T12:00:00Z']) {
    campus.clock.now = new Date(moment);
    await scrape();
  }
  campus.clock.now = EVENING;
  campus.auth.restore();
  campus.logged.length = 0;
});

const scrape = () => scrapeOf(campus.url);
const start = async (building: string, entrance: number) =>
  (await call('POST', '/patrols', { body: { date: '2025-12-01', building, entrance } })).body;
const later = (seconds: number) => {
  campus.clock.now = new Date(campus.clock.now.getTime() + seconds * 1000);
};
const listings = () => campus.auth.calls.filter(({ method }) => method === 'GetUsers').length;
const failures = () => campus.logged.filter(({ msg }) => msg === 'who is on no list could not be found out');
/** Keeps every listing waiting, and gives what answers them: nobody lives here. */
function hold(): () => void {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  campus.auth.replace('GetUsers', async () => {
    await held;
    return { users: [], total: 0, page: 1, size: 100, pages: 0 };
  });
  return resolve;
}
const fail = () => campus.auth.replace('GetUsers', async () => Promise.reject(new Error('broken')));

test('before anybody has started, each entrance is without a patrol and all who live there are on no list', async () => {
  const metrics = await scrape();
  for (const building of ['8', '9']) {
    for (const entrance of [1, 2, 3, 4]) {
      const place = { building, entrance: String(entrance) };
      expect(sumOf(metrics, WITHOUT_PATROL, place)).toBe(1);
      expect(sumOf(metrics, ON_NO_LIST, place)).toBe(minorsOf(building, entrance).length);
    }
  }
  expect(sumOf(metrics, TIME)).toBe(EVENING.getTime() / 1000);
});

test('a patrol covers its entrance, a child whom its list lacks is seen there, and zeros are series too', async () => {
  const [first] = [await start('8', 1), await start('9', 4)];
  // Past the service: as if auth-service had listed the child elsewhere when the patrol was started.
  await campus.sql('delete from patrol_entries where patrol_entry_id = $1', [
    first.entries[0].patrol_entry_id,
  ]);
  const metrics = await scrape();
  expect(sumOf(metrics, WITHOUT_PATROL)).toBe(6);
  expect(sumOf(metrics, WITHOUT_PATROL, { building: '8', entrance: '1' })).toBe(0);
  expect(sumOf(metrics, ON_NO_LIST, { building: '8', entrance: '1' })).toBe(1);
  expect(sumOf(metrics, ON_NO_LIST, { building: '9', entrance: '4' })).toBe(0);
  expect(seriesOf(metrics, ON_NO_LIST)).toHaveLength(8);
  expect(seriesOf(metrics, WITHOUT_PATROL)).toHaveLength(8);
});

test('a patrol of another date covers nothing', async () => {
  await call('POST', '/patrols', { body: { date: '2025-12-02', building: '8', entrance: 1 } });
  expect(sumOf(await scrape(), WITHOUT_PATROL)).toBe(8);
});

describe('asked at most once a minute', () => {
  test('until a minute is over the figures stay, and auth-service is left alone', async () => {
    await scrape();
    const asked = listings();
    expect(asked).toBeGreaterThanOrEqual(8);
    await start('8', 1);
    const before = listings();
    later(59);
    const metrics = await scrape();
    expect(listings()).toBe(before);
    expect(sumOf(metrics, WITHOUT_PATROL)).toBe(8);
    expect(sumOf(metrics, TIME)).toBe(EVENING.getTime() / 1000);
    later(1);
    const next = await scrape();
    expect(listings()).toBe(before + asked);
    expect(sumOf(next, WITHOUT_PATROL)).toBe(7);
    expect(sumOf(next, TIME)).toBe(EVENING.getTime() / 1000 + 60);
  });

  test('scrapes at the same moment ask once', async () => {
    const release = hold();
    const scrapes = Array.from({ length: 10 }, scrape);
    while (listings() < 8) await call('GET', '/patrols');
    release();
    await Promise.all(scrapes);
    expect(listings()).toBe(8);
  });

  test('no scrape waits for an auth-service that hangs: the last figures are read, and later those that came late', async () => {
    await start('8', 1);
    const known = await scrape();
    const release = hold();
    later(60);
    const metrics = await scrape();
    for (const name of [WITHOUT_PATROL, ON_NO_LIST, TIME]) {
      expect(seriesOf(metrics, name)).toEqual(seriesOf(known, name));
    }
    expect(sumOf(metrics, 'patrol_census_timestamp_seconds')).toBe(EVENING.getTime() / 1000 + 60);
    const asked = listings();
    release();
    while (sumOf(await scrape(), TIME) !== EVENING.getTime() / 1000 + 60);
    expect(listings()).toBe(asked);
    expect(sumOf(await scrape(), WITHOUT_PATROL)).toBe(7);
  });

  test('a clock that was set back does not end the asking', async () => {
    await scrape();
    const asked = listings();
    later(-1800);
    await scrape();
    expect(listings()).toBe(2 * asked);
  });
});

describe('a failure leaves the last figures, and is logged once a minute', () => {
  test('of auth-service', async () => {
    await start('8', 1);
    const known = await scrape();
    fail();
    later(60);
    const metrics = await scrape();
    for (const name of [WITHOUT_PATROL, ON_NO_LIST, TIME]) {
      expect(seriesOf(metrics, name)).toEqual(seriesOf(known, name));
    }
    expect(failures()).toHaveLength(1);
    // The failed attempt counts: what fails is not asked for at each scrape.
    later(59);
    await scrape();
    expect(failures()).toHaveLength(1);
    later(1);
    await scrape();
    expect(failures()).toHaveLength(2);
    expect(failures()[0]).toMatchObject({ level: 'WARNING' });
    expect(failures()[0]).not.toHaveProperty('trace_id');
    campus.auth.restore();
    later(60);
    expect(sumOf(await scrape(), TIME)).toBe(EVENING.getTime() / 1000 + 180);
  });

  test('of the database, and the other metrics are read all the same', async () => {
    await start('8', 1);
    const known = await scrape();
    const openDatabase = await shutDatabase(campus.environment.DATABASE_URL ?? '');
    later(60);
    const metrics = await scrape().finally(openDatabase);
    expect(seriesOf(metrics, WITHOUT_PATROL)).toEqual(seriesOf(known, WITHOUT_PATROL));
    expect(sumOf(metrics, 'patrol_readiness', { check: 'auth-service' })).toBe(1);
    expect(failures()).toHaveLength(1);
  });
});

describe('outside the evening nothing is asked, and every entrance is zero so that alerts end', () => {
  test.each([
    ['a second before it begins', '2025-12-01T18:59:59Z'],
    ['at six in the morning', '2025-12-02T03:00:00Z'],
    ['at noon', '2025-12-02T09:00:00Z'],
  ])('%s', async (_when, moment) => {
    expect(sumOf(await scrape(), WITHOUT_PATROL)).toBe(8);
    const asked = listings();
    campus.clock.now = new Date(moment);
    const metrics = await scrape();
    expect(listings()).toBe(asked);
    expect(seriesOf(metrics, WITHOUT_PATROL)).toHaveLength(8);
    expect(seriesOf(metrics, ON_NO_LIST)).toHaveLength(8);
    expect([sumOf(metrics, WITHOUT_PATROL), sumOf(metrics, ON_NO_LIST)]).toEqual([0, 0]);
    expect(sumOf(metrics, TIME)).toBe(campus.clock.now.getTime() / 1000);
  });

  test.each([
    ['when it begins', '2025-12-01T19:00:00Z'],
    ['after midnight', '2025-12-01T21:30:00Z'],
    ['a second before six', '2025-12-02T02:59:59Z'],
  ])('but in it: %s', async (_when, moment) => {
    await start('8', 1);
    campus.clock.now = new Date(moment);
    expect(sumOf(await scrape(), WITHOUT_PATROL)).toBe(7);
  });
});

test('a service that never could ask in its evening says nothing of it, rather than that all is well', async () => {
  const own = await startTestService({ environment: { GRPC_MAX_RETRIES: '0' } });
  try {
    own.auth.replace('GetUsers', async () => Promise.reject(new Error('broken')));
    const metrics = await scrapeOf(own.url);
    for (const name of [WITHOUT_PATROL, ON_NO_LIST, TIME]) expect(seriesOf(metrics, name)).toEqual([]);
    expect(sumOf(metrics, 'patrol_census_timestamp_seconds')).toBe(EVENING.getTime() / 1000);
  } finally {
    await own.close();
  }
});
