import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { restClient } from '../../infra/clients/rest-client.ts';
import { startApplicationStandIn } from '../../infra/local/application-stand-in.ts';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { settleCampus } from '../../infra/local/campus.ts';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { tonight } from '../../lib/patrols/evening.ts';
import { parseBuildings } from '../../lib/settings/campus-buildings.ts';
import { cloneTemplate } from '../campus.ts';
import { startMeasuredProcess } from '../load/measured-process.ts';

/** A campus as docs/decisions/0001 has it: a deployment, a database, a secret and peers of its own. */
async function openCampus(name: string, { buildings, timezone, startTime }: Settings) {
  const [databaseUrl, secret, known] = [
    await cloneTemplate(),
    randomBytes(32).toString('hex'),
    parseBuildings(buildings),
  ];
  const residents = settleCampus(known);
  const [auth, applications] = await Promise.all([
    startAuthStandIn({ port: 0, residents, jwtSecret: secret }),
    startApplicationStandIn({ port: 0, residents }),
  ]);
  const service = await startMeasuredProcess('lib/bin/main.ts', {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '2',
    ...{ AUTH_GRPC_HOST: '127.0.0.1', AUTH_GRPC_PORT: String(auth.port) },
    ...{ APPLICATION_GRPC_HOST: '127.0.0.1', APPLICATION_GRPC_PORT: String(applications.port) },
    ...{ JWT_SECRET_KEY: secret, REST_PORT: '0', GRPC_PORT: '0', DRAIN_DELAY_SECONDS: '0' },
    ...{ CAMPUS_BUILDINGS: buildings, CAMPUS_TIMEZONE: timezone, PATROL_START_TIME: startTime },
    OTEL_RESOURCE_ATTRIBUTES: `campus=${name}`,
  });
  const authorization = `Bearer ${await issueToken({ secret, role: 'educator', buildings: known })}`;
  const url = `http://127.0.0.1:${service.restPort}`;
  return {
    ...{ auth, applications, authorization, url, databaseUrl, date: tonight(new Date(), timezone) },
    call: restClient(url, authorization),
    close: () => Promise.all([service.stop(), auth.stop(), applications.stop()]),
  };
}

interface Settings {
  readonly buildings: string;
  readonly timezone: string;
  readonly startTime: string;
}

let sirius: Awaited<ReturnType<typeof openCampus>>;
let ural: typeof sirius;

beforeAll(async () => {
  [sirius, ural] = await Promise.all([
    openCampus('sirius', { buildings: '8:4,9:4', timezone: 'Europe/Moscow', startTime: '22:00' }),
    openCampus('ural', { buildings: 'А:2,12:6', timezone: 'Asia/Yekaterinburg', startTime: '21:30' }),
  ]);
});
afterAll(() => Promise.all([sirius?.close(), ural?.close()]));

async function started({ call, date }: typeof sirius, building: string) {
  const { status, body } = await call('POST', '/patrols', { body: { date, building, entrance: 1 } });
  expect(status).toBe(201);
  expect(body.entries_count).toBeGreaterThan(0);
  return body;
}

test('two campuses side by side: each has its own patrols, and the other knows nothing of them', async () => {
  const [here, there] = [await started(sirius, '8'), await started(ural, 'А')];
  for (const [campus, own, other] of [
    [sirius, here, there],
    [ural, there, here],
  ] as const) {
    const { body: list } = await campus.call('GET', '/patrols');
    expect(list.items.map(({ patrol_id }: typeof own) => patrol_id)).toEqual([own.patrol_id]);
    expect((await campus.call('GET', `/patrols/${own.patrol_id}`)).status).toBe(200);
    expect((await campus.call('GET', `/patrols/${other.patrol_id}`)).status).toBe(404);
    const { building } = other;
    const { status } = await campus.call('POST', '/patrols', {
      body: { date: campus.date, building, entrance: 1 },
    });
    expect(status).toBe(400);
  }
});

test('a token of one campus is refused by the other, before its auth-service is asked', async () => {
  for (const [campus, other] of [
    [sirius, ural],
    [ural, sirius],
  ] as const) {
    const asked = campus.auth.calls.length;
    const { status } = await campus.call('GET', '/patrols', { authorization: other.authorization });
    expect(status).toBe(401);
    const since = campus.auth.calls.slice(asked).map(({ method }) => method);
    expect(since).not.toContain('ValidateToken');
  }
});

test('each asks its own peers, for its own places', async () => {
  const places = ({ auth }: typeof sirius) =>
    new Set(auth.calls.flatMap(({ method, request }) => (method === 'GetUsers' ? [request.building] : [])));
  expect(places(sirius)).not.toContain('А');
  expect(places(ural)).not.toContain('8');
  for (const { applications } of [sirius, ural]) expect(applications.calls.length).toBeGreaterThan(0);
});

test('metrics say whose they are, and name the places of one campus alone', async () => {
  const metrics = async ({ url }: typeof sirius) => (await fetch(`${url}/metrics`)).text();
  const [here, there] = [await metrics(sirius), await metrics(ural)];
  expect(/^target_info\{.*campus="sirius".*\} 1$/m.test(here)).toBe(true);
  expect(/^target_info\{.*campus="ural".*\} 1$/m.test(there)).toBe(true);
  expect(here).not.toContain('building="А"');
  expect(there).not.toContain('building="8"');
});

test('on one PostgreSQL server each holds connections to its own database, DATABASE_POOL_SIZE at most', async () => {
  const names = [sirius, ural].map(({ databaseUrl }) => new URL(databaseUrl).pathname.slice(1));
  const client = new pg.Client({ connectionString: sirius.databaseUrl, application_name: 'who counts' });
  await client.connect();
  const { rows } = await client.query(
    `select datname, count(*)::int as held from pg_stat_activity
     where datname = any ($1) and application_name <> 'who counts' group by datname`,
    [names],
  );
  await client.end();
  expect(new Set(rows.map(({ datname }) => datname))).toEqual(new Set(names));
  for (const { held } of rows) expect(held).toBeLessThanOrEqual(2);
});
