import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { runEntry, sentenceOf } from '../entry-run.ts';
import { ANYBODY, startTlsPostgres, type TlsPostgres } from '../tls-postgres.ts';

const NOBODY = '99999999-0000-4000-8000-0000000000ff';
const SUCCESS = { code: 0, stderr: '' };

let campus: TestCampus;
let server: TlsPostgres;
/** A directory with the socket of a relay to the server. */
let directory: string;
const relay = createServer((near) => {
  const far = connect(server.port, '127.0.0.1');
  near.pipe(far).pipe(near);
  for (const socket of [near, far]) socket.on('error', () => {});
});

beforeAll(async () => {
  [campus, server] = await Promise.all([openTestCampus(), startTlsPostgres()]);
  await server.sql('create database patrol_db');
  await server.sql("create role warden login superuser password 'known @secret'");
  directory = await mkdtemp(join(tmpdir(), 'patrol-socket-'));
  relay.listen(join(directory, '.s.PGSQL.5432'));
  await once(relay, 'listening');
});
afterAll(async () => {
  relay.close();
  await Promise.all([campus.close(), server.stop(), rm(directory, { recursive: true, force: true })]);
});
beforeEach(() => server.configure('on', ANYBODY));

/** Migrates a database and works with it by one address, each in a process with this in its environment besides. */
async function both(DATABASE_URL: string, more: Record<string, string> = {}) {
  const environment = { ...campus.environment, DATABASE_URL, LOG_LEVEL: 'error', ...more };
  const migrated = await runEntry('migrate.ts', environment);
  return [migrated, await runEntry('erase-person.ts', environment, NOBODY)];
}

test.each(['postgresql+asyncpg://campus:secret@/patrol_db', 'postgresql:///patrol_db'])(
  'the directory of a Unix socket may stand where SQLAlchemy and libpq have it: %s?host=',
  async (address) => {
    const ends = await both(`${address}?host=${directory}&sslmode=prefer`, { PGUSER: 'campus' });
    expect(ends).toMatchObject([SUCCESS, SUCCESS]);
  },
);

test('where, who and with which password may all be parameters', async () => {
  await server.configure('on', [
    'host all campus 127.0.0.1/32 trust',
    'host all all 127.0.0.1/32 scram-sha-256',
  ]);
  const address = (password: string) =>
    `postgresql://?host=127.0.0.1&port=${server.port}&dbname=patrol_db&user=warden&password=${password}`;
  expect(await both(address('known%20%40secret'))).toMatchObject([SUCCESS, SUCCESS]);
  for (const end of await both(address('other'))) {
    expect(sentenceOf(end)).toBe(
      'PostgreSQL does not take DATABASE_URL: password authentication failed for user "warden"',
    );
  }
  await server.configure('on', ANYBODY);
  expect(await both(`postgresql://warden@/patrol_db?host=127.0.0.1:${server.port}`)).toMatchObject([
    SUCCESS,
    SUCCESS,
  ]);
});

test('a parameter that is not documented changes nothing, and a migration neither', async () => {
  await server.sql('create database fresh');
  const others =
    'query_timeout=1&statement_timeout=1&lock_timeout=1&replication=true&idle_in_transaction_session_timeout=1';
  expect(await both(server.url('fresh', `?${others}`))).toMatchObject([SUCCESS, SUCCESS]);
});

test.each([
  ['PGSSLMODE', 'require'],
  ['PGSSLNEGOTIATION', 'direct'],
])('an address that says nothing of TLS is plain, whatever the environment’s %s says', async (name, word) => {
  await server.configure('off', ANYBODY);
  await server.sql(`create database of_${name}`);
  expect(await both(server.url(`of_${name}`.toLowerCase()), { [name]: word })).toMatchObject([
    SUCCESS,
    SUCCESS,
  ]);
});

test('sslrootcert=system trusts whom Node trusts, and looks at the name', async () => {
  const { authority } = server.certificates;
  const [ours, foreign] = ['localhost', '127.0.0.1'].map((host) =>
    server.url('patrol_db', '?sslrootcert=system').replace('127.0.0.1', host),
  );
  const trusting = { NODE_EXTRA_CA_CERTS: authority };
  expect(await both(ours ?? '', trusting)).toMatchObject([SUCCESS, SUCCESS]);
  for (const end of [...(await both(foreign ?? '', trusting)), ...(await both(ours ?? ''))]) {
    expect(sentenceOf(end)).toMatch(
      /^The TLS connection that DATABASE_URL asks for \(sslmode\) cannot be made: /,
    );
  }
});
