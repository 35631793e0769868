import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { rethrowAsConfigError } from '../../lib/database/config-errors.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { postgresUrl } from '../../lib/settings/postgres-url.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { openPoolOfOne, run } from '../pool-of-one.ts';
import { ANYBODY, startTlsPostgres, type TlsPostgres } from '../tls-postgres.ts';

const log = pino({ level: 'silent' });
const HOW = 'select ssl as tls from pg_stat_ssl where pid = pg_backend_pid()';
const ONLY_TLS = ['hostssl all all 127.0.0.1/32 trust'];
const ONLY_PLAIN = ['hostnossl all all 127.0.0.1/32 trust'];

let campus: TestCampus;
let server: TlsPostgres;

beforeAll(async () => {
  [campus, server] = await Promise.all([openTestCampus(), startTlsPostgres()]);
});
afterAll(async () => {
  await Promise.all([campus.close(), server.stop()]);
});
beforeEach(() => server.configure('on', ANYBODY));

/** Connects as a statement does and as a migration does, and gives how, or the sentence that says why not: both the same. */
async function outcome(parameters: string, host = '127.0.0.1'): Promise<string> {
  const name = `patrol_${randomUUID().replaceAll('-', '')}`;
  await server.sql(`create database ${name}`);
  const address = server.url(name, parameters).replace('127.0.0.1', host);
  const [asked, migrated] = await Promise.allSettled([asks(address), migrates(address)]);
  if (asked.status === 'fulfilled') {
    expect(migrated.status).toBe('fulfilled');
    return asked.value;
  }
  expect(migrated).toMatchObject({ reason: { message: asked.reason.message } });
  return asked.reason.message;
}

async function asks(written: string): Promise<string> {
  const pool = await openPoolOfOne(campus, postgresUrl(written));
  const asked = run(pool, HOW).finally(() => pool.close());
  const [row] = await asked.catch(rethrowAsConfigError('DATABASE_URL'));
  return JSON.stringify(row) === '{"tls":true}' ? 'TLS' : 'plain';
}

async function migrates(written: string): Promise<void> {
  const migrated = migrateDatabase({ databaseUrl: postgresUrl(written), log });
  await migrated.catch(rethrowAsConfigError('DATABASE_URL'));
}

const PLAIN = /^plain$/;
const TLS = /^TLS$/;
const NO_TLS = /^DATABASE_URL asks for TLS \(sslmode\), and PostgreSQL there offers none$/;
const UNTRUSTED = /^The TLS connection that DATABASE_URL asks for \(sslmode\) cannot be made: /;

describe.each(['sslmode', 'ssl'])('%s=', (name) => {
  test.each([
    ['disable', PLAIN, PLAIN, /^PostgreSQL does not take DATABASE_URL: .*no encryption/],
    ['allow', PLAIN, PLAIN, TLS],
    ['prefer', PLAIN, TLS, TLS],
    ['require', NO_TLS, TLS, TLS],
    ['verify-full', NO_TLS, UNTRUSTED, UNTRUSTED],
  ])('%s means what libpq means by it', async (word, withoutTls, withTls, withTlsAlone) => {
    await server.configure('off', ANYBODY);
    expect(await outcome(`?${name}=${word}`)).toMatch(withoutTls);
    await server.configure('on', ANYBODY);
    expect(await outcome(`?${name}=${word}`)).toMatch(withTls);
    await server.configure('on', ONLY_TLS);
    expect(await outcome(`?${name}=${word}`)).toMatch(withTlsAlone);
  });
});

test.each([
  ['allow', 'plain'],
  ['prefer', 'plain'],
])('%s goes without TLS to a server that has it and wants none', async (word, expected) => {
  await server.configure('on', ONLY_PLAIN);
  expect(await outcome(`?sslmode=${word}`)).toBe(expected);
});

test('the words of asyncpg and pg themselves are understood', async () => {
  const words = ['ssl=true', 'ssl=1', 'sslmode=no-verify', 'ssl=false', 'ssl=0', 'ssl=Require'];
  const outcomes = await Promise.all(words.map((word) => outcome(`?${word}`)));
  expect(outcomes).toEqual(['TLS', 'TLS', 'TLS', 'plain', 'plain', 'TLS']);
});

test('with a certificate of who is trusted, require and verify-ca look who signed, verify-full at the name too', async () => {
  const { authority, stranger } = server.certificates;
  for (const word of ['require', 'verify-ca']) {
    expect(await outcome(`?sslmode=${word}&sslrootcert=${authority}`)).toBe('TLS');
    expect(await outcome(`?sslmode=${word}&sslrootcert=${stranger}`)).toMatch(UNTRUSTED);
  }
  const inFull = `?sslmode=verify-full&sslrootcert=${authority}`;
  expect(await outcome(inFull, 'localhost')).toBe('TLS');
  expect(await outcome(inFull)).toMatch(/cannot be made: .*IP: 127\.0\.0\.1/);
});

test('a client’s certificate opens what wants one, and its want is told', async () => {
  const { cert, key } = server.certificates.client;
  await server.configure('on', ['hostssl all all 127.0.0.1/32 cert']);
  expect(await outcome(`?sslmode=require&sslcert=${cert}&sslkey=${key}`)).toBe('TLS');
  expect(await outcome('?sslmode=require')).toBe(
    'PostgreSQL does not take DATABASE_URL: connection requires a valid client certificate',
  );
});

test.each(['prefer', 'allow'])('under %s a server that changes its mind locks nobody out', async (word) => {
  const pool = await openPoolOfOne(campus, postgresUrl(server.url('postgres', `?sslmode=${word}`)));
  const after = async (tls: 'on' | 'off', access: readonly string[]) => {
    await server.configure(tls, access);
    // A statement that fails closes its connection.
    await expect(run(pool, 'select 1 / 0')).rejects.toThrow('division by zero');
    return (await run(pool, HOW))[0];
  };
  expect(await after('off', ANYBODY)).toEqual({ tls: false });
  expect(await after('on', ONLY_TLS)).toEqual({ tls: true });
  expect(await after('on', ONLY_PLAIN)).toEqual({ tls: false });
  expect(await after('on', ANYBODY)).toEqual({ tls: word === 'prefer' });
  await pool.close();
});

test('many statements that find the way at once find it together', async () => {
  await server.configure('on', ONLY_TLS);
  const pool = await openPoolOfOne(campus, postgresUrl(server.url('postgres', '?sslmode=allow')));
  const rows = await Promise.all(Array.from({ length: 50 }, () => run(pool, HOW)));
  await pool.close();
  expect(new Set(rows.map(([row]) => JSON.stringify(row)))).toEqual(new Set(['{"tls":true}']));
});
