import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../lib/config.ts';
import { openTelemetry } from '../../lib/telemetry/telemetry.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AS_MODULE = ['--input-type=module-typescript', '--eval'];

/** A password for each setting that has an address of PostgreSQL. */
const PASSWORDS = {
  DATABASE_URL: 'first word of passage',
  MIGRATION_DATABASE_URL: 'second word of passage',
  DATABASE_READ_URL: 'third word of passage',
};

test.each(Object.entries(PASSWORDS))('the password of %s is in no log line', async (_setting, password) => {
  const addresses = Object.entries(PASSWORDS).map(([name, secret]) => [
    name,
    `postgresql://campus:${encodeURIComponent(secret)}@postgres-patrol/patrol_db`,
  ]);
  const config = readConfig({
    ...Object.fromEntries(addresses),
    ...{ AUTH_GRPC_HOST: 'auth', AUTH_GRPC_PORT: '1', APPLICATION_GRPC_HOST: 'application' },
    ...{ APPLICATION_GRPC_PORT: '2', JWT_SECRET_KEY: 'a secret of this test, long enough for it' },
  });
  const lines: string[] = [];
  const telemetry = await openTelemetry(config, { write: (line) => void lines.push(line) });
  telemetry.log.warn({ err: new Error(`refused: ${password}`) }, 'PostgreSQL is not ready');
  await telemetry.close();
  expect(lines.join('')).toContain('PostgreSQL is not ready');
  expect(lines.join('')).not.toContain(password);
});

test.each(['s3cret PASS', 's3cret%PASS'])('a command that fails says no password, %s', async (password) => {
  const program = `
    import { exitWith } from './lib/bin/start-failure.ts';
    exitWith(new Error('bad password ' + process.env.PASSWORD));`;
  const DATABASE_URL = `postgresql://campus:${encodeURIComponent(password)}@postgres-patrol/patrol_db`;
  const options = { env: { PASSWORD: password, DATABASE_URL }, cwd: ROOT };
  const running = promisify(execFile)(process.execPath, [...AS_MODULE, program], options);
  await expect(running).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Error: bad password \[redacted\]\n/),
  });
});

test('a command that fails leaves nothing of a password that begins with another', async () => {
  const program = `
    import { exitWith } from './lib/bin/start-failure.ts';
    exitWith(new Error('bad password patrol-pass-of-owner'));`;
  const env = {
    DATABASE_URL: 'postgresql://campus:patrol-pass@postgres-patrol/patrol_db',
    MIGRATION_DATABASE_URL: 'postgresql://owner:patrol-pass-of-owner@postgres-patrol/patrol_db',
  };
  const running = promisify(execFile)(process.execPath, [...AS_MODULE, program], { env, cwd: ROOT });
  await expect(running).rejects.toMatchObject({
    stderr: expect.stringMatching(/^Error: bad password \[redacted\]\n/),
  });
});

test('the password is in no log line of a command', async () => {
  const password = 'p%ss word';
  const program = `
    import { openDatabaseCommand } from './lib/bin/database-command.ts';
    const { log } = openDatabaseCommand(process.env);
    log.warn({ err: new Error('refused: ' + process.env.PASSWORD) }, 'PostgreSQL is not ready');`;
  const env = {
    PASSWORD: password,
    DATABASE_URL: `postgresql://campus:${encodeURIComponent(password)}@postgres-patrol/patrol_db`,
  };
  const options = { env, cwd: ROOT };
  const { stdout } = await promisify(execFile)(process.execPath, [...AS_MODULE, program], options);
  expect(stdout).toContain('PostgreSQL is not ready');
  expect(stdout).not.toContain(password);
});
