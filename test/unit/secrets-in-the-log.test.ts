import { expect, test } from '@jest/globals';
import { readConfig } from '../../lib/config.ts';
import { openTelemetry } from '../../lib/telemetry/telemetry.ts';

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
