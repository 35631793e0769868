import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { residentFor } from '../../infra/local/campus.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { postgresUrl } from '../../lib/settings/postgres-url.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { type End, runEntry, sentenceOf as sentence } from '../entry-run.ts';
import { ANYBODY, startTlsPostgres, type TlsPostgres } from '../tls-postgres.ts';

const ODD_PASSWORD = `@:/?#[]%&=+ "'\\é пароль`;
const WITH_PASSWORD = ['host all campus 127.0.0.1/32 trust', 'host all all 127.0.0.1/32 scram-sha-256'];

let campus: TestCampus;
let server: TlsPostgres;

beforeAll(async () => {
  [campus, server] = await Promise.all([openTestCampus(), startTlsPostgres()]);
  await server.sql('create database patrol_db');
  await migrateDatabase({ databaseUrl: server.url('patrol_db'), log: pino({ level: 'silent' }) });
  await server.sql('create database empty');
  await server.sql('create database unloadable');
  await server.sql("alter database unloadable set session_preload_libraries = 'nope'");
  await server.sql("create role warden login password 'known secret'");
  await server.sql(`create role odd login superuser password '${ODD_PASSWORD.replaceAll("'", "''")}'`);
});
afterAll(async () => {
  await Promise.all([campus.close(), server.stop()]);
});
beforeEach(() => server.configure('on', ANYBODY));

/** Runs an entry to its end, with the campus's environment and its own. */
function run(script: string, own: Record<string, string>, ...args: string[]): Promise<End> {
  return runEntry(script, { ...campus.environment, ...own }, ...args);
}

/** Expects the entry to end with one sentence that has no secret in it, and says which. */
async function sentenceOf(script: string, own: Record<string, string>, ...args: string[]): Promise<string> {
  const end = await run(script, own, ...args);
  expect(end.stdout + end.stderr).not.toContain('secret');
  return sentence(end);
}

/** Addresses that nobody gets in with, each with what is said of it; `NAME` stands for the variable. */
const WRONG: Record<string, readonly [access: readonly string[], address: () => string, sentence: RegExp]> = {
  'a wrong password': [
    WITH_PASSWORD,
    () => server.url('patrol_db').replace('campus', 'warden:wrong%20secret'),
    /^PostgreSQL does not take NAME: password authentication failed for user "warden"$/,
  ],
  'no password': [
    WITH_PASSWORD,
    () => server.url('patrol_db').replace('campus', 'warden'),
    /^PostgreSQL does not take NAME: it asks for a password, and gets none/,
  ],
  'a role that does not exist': [
    ANYBODY,
    () => server.url('patrol_db').replace('campus', 'nobody'),
    /^PostgreSQL does not take NAME: role "nobody" does not exist$/,
  ],
  'a database that does not exist': [
    ANYBODY,
    () => server.url('nowhere'),
    /^PostgreSQL does not take NAME: database "nowhere" does not exist$/,
  ],
  'a setting that there is none of': [
    ANYBODY,
    () => server.url('patrol_db', '?options=-c%20nope%3D1'),
    /^PostgreSQL does not take NAME: unrecognized configuration parameter "nope"$/,
  ],
  'a setting of a value that it cannot have': [
    ANYBODY,
    () => server.url('patrol_db', '?options=-c%20statement_timeout%3Dabc'),
    /^PostgreSQL does not take NAME: invalid value for parameter "statement_timeout": "abc"$/,
  ],
  'options that are none': [
    ANYBODY,
    () => server.url('patrol_db', '?options=--bogus'),
    /^PostgreSQL does not take NAME: .*bogus/,
  ],
  'a library that is to be loaded and is not there': [
    ANYBODY,
    () => server.url('unloadable'),
    /^PostgreSQL does not take NAME: could not access file "nope": No such file or directory$/,
  ],
  'a certificate that is not trusted': [
    ANYBODY,
    () => server.url('patrol_db', '?sslmode=verify-full'),
    /^The TLS connection that NAME asks for \(sslmode\) cannot be made: .*certificate/,
  ],
  'a role that may create nothing': [
    ANYBODY,
    () => server.url('empty').replace('campus', 'warden'),
    /^The role of NAME lacks a right: permission denied for database empty$/,
  ],
  'a PostgreSQL that is too old': [
    ANYBODY,
    () => server.url('patrol_db').replace(String(server.port), String(oldServer.port)),
    /^PostgreSQL at NAME is version 14, and has to be 15 or newer$/,
  ],
};

/** A relay that makes the server's number of version an older one. */
let oldServer: { readonly port: number; readonly close: () => void };

beforeAll(async () => {
  const relay = createServer((near) => {
    const far = connect(server.port, '127.0.0.1');
    const older = new Transform({
      transform: (chunk, _encoding, done) =>
        done(null, Buffer.from(chunk.toString('latin1').replace(/1500(\d\d)/g, '1400$1'), 'latin1')),
    });
    near.pipe(far).pipe(older).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => {});
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  oldServer = { port: (relay.address() as AddressInfo).port, close: () => relay.close() };
});
afterAll(() => oldServer.close());

describe.each([
  ['the service', 'main.ts', 'DATABASE_URL', Object.keys(WRONG)],
  // Which share the code.
  [
    'the service',
    'main.ts',
    'MIGRATION_DATABASE_URL',
    ['a wrong password', 'a role that may create nothing'],
  ],
  ['npm run migrate', 'migrate.ts', 'DATABASE_URL', ['no password', 'a role that may create nothing']],
  ['npm run adopt', 'adopt.ts', 'MIGRATION_DATABASE_URL', ['no password', 'a PostgreSQL that is too old']],
])('%s (%s) says in one sentence, and at once, what is wrong with %s:', (_what, script, variable, kinds) => {
  const wrong = Object.entries(WRONG).filter(([what]) => kinds.includes(what));
  test.each(wrong)('%s', async (_wrong, [access, address, sentence]) => {
    await server.configure('on', access);
    const told = await sentenceOf(script, { [variable]: address() });
    expect(told).toMatch(new RegExp(sentence.source.replaceAll('NAME', variable)));
  });
});

test('npm run erase-person says it as the service does', async () => {
  await server.configure('on', WITH_PASSWORD);
  const { user_id } = residentFor('educator');
  const erased = (database: string, password: string) =>
    sentenceOf(
      'erase-person.ts',
      { DATABASE_URL: server.url(database).replace('campus', `warden:${password}`), LOG_LEVEL: 'error' },
      user_id,
    );
  expect(await erased('patrol_db', 'wrong%20secret')).toBe(
    'PostgreSQL does not take DATABASE_URL: password authentication failed for user "warden"',
  );
  await server.configure('on', ANYBODY);
  expect(await erased('unloadable', '')).toMatch(/^PostgreSQL does not take DATABASE_URL: could not access/);
  await server.configure('on', WITH_PASSWORD);
  expect(await erased('patrol_db', 'known%20secret')).toBe(
    'The role of DATABASE_URL lacks a right: permission denied for table patrols',
  );
});

test.each(['main.ts', 'migrate.ts'])(
  'TLS that the server does not offer is told at once by %s',
  async (script) => {
    await server.configure('off', ANYBODY);
    expect(await sentenceOf(script, { DATABASE_URL: server.url('patrol_db', '?ssl=require') })).toBe(
      'DATABASE_URL asks for TLS (sslmode), and PostgreSQL there offers none',
    );
  },
);

test('a host that nobody knows is told by its name, where nobody waits for it', async () => {
  const address = { DATABASE_URL: 'postgresql://campus:known%20secret@nowhere.invalid/patrol_db' };
  expect(await sentenceOf('migrate.ts', address)).toMatch(
    /^PostgreSQL at DATABASE_URL is out of reach: getaddrinfo \w+ nowhere\.invalid$/,
  );
});

test('a role that may not work with the tables stops the start, and each right that it lacks is named', async () => {
  const own = {
    MIGRATION_DATABASE_URL: server.url('patrol_db'),
    DATABASE_URL: server.url('patrol_db').replace('campus', 'warden'),
  };
  const told = await sentenceOf('main.ts', own);
  expect(told).toBe(
    'PostgreSQL at DATABASE_URL does not grant its role delete, insert, select, update on public.patrol_entries; ' +
      'delete, insert, select, update on public.patrols; insert, select on public.audit_trail; ' +
      'insert, select, update on public.patrol_counts',
  );
});

test.each([
  [
    '?sslmode=required',
    'DATABASE_URL must have an sslmode of disable, allow, prefer, require, verify-ca, verify-full',
  ],
  [
    '?ssl=yes',
    'DATABASE_URL must have an sslmode of disable, allow, prefer, require, verify-ca, verify-full',
  ],
  ['?sslmode=verify-ca', 'DATABASE_URL must name an sslrootcert with sslmode=verify-ca'],
  ['?sslmode=prefer&sslnegotiation=direct', 'DATABASE_URL must have an sslmode of require or more'],
  [
    '?sslmode=require&sslrootcert=/nowhere.pem',
    "DATABASE_URL must name certificates that can be used: ENOENT: no such file or directory, open '/nowhere.pem'",
  ],
  ['?sslmode=require&sslrootcert=/etc/hostname', 'DATABASE_URL must name certificates that can be used: '],
  ['?port=70000', 'DATABASE_URL must have a port from 1 to 65535'],
])('an address with %s is refused with the rest of the environment', async (parameters, fault) => {
  const { code, stdout, stderr } = await run('main.ts', {
    DATABASE_URL: server.url('patrol_db', parameters),
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`  - ${fault}`);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test.each(['/p%s', '#%s', '1/%s', '%'])(
  'a password that is not percent-encoded is told, and not shown: %s',
  async (password) => {
    const DATABASE_URL = `postgresql://odd:${password.replace('%s', 'secret')}@127.0.0.1:${server.port}/patrol_db`;
    const { code, stdout, stderr } = await run('main.ts', { DATABASE_URL });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DATABASE_URL must be .*percent-encoded/);
    expect(stdout + stderr).not.toContain('secret');
  },
);

test('a password of odd characters lets in whoever encodes it', async () => {
  await server.configure('on', WITH_PASSWORD);
  // Nobody else's: another test needs the empty one to stay empty.
  await server.sql('create database odd');
  const odd = server.url('odd').replace('campus', `odd:${encodeURIComponent(ODD_PASSWORD)}`);
  const databaseUrl = postgresUrl(odd.replace('postgresql:', 'postgresql+asyncpg:'));
  await expect(migrateDatabase({ databaseUrl, log: pino({ level: 'silent' }) })).resolves.toBeUndefined();
});

test('an address that pg has a warning about brings no line that is not of the log', async () => {
  const own = { DATABASE_URL: server.url('patrol_db', '?ssl=require'), LOG_LEVEL: 'error' };
  const nobody = '99999999-0000-4000-8000-0000000000ff';
  expect(await run('migrate.ts', own)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await run('erase-person.ts', own, nobody)).toMatchObject({ code: 0, stderr: '' });
});
