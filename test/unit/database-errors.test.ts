import { expect, test } from '@jest/globals';
import { BackendTerminatedUnexpectedlyError } from 'slonik';
import { rethrowAsConfigError } from '../../lib/database/config-errors.ts';
import { databaseError } from '../../lib/database/errors.ts';

const system = (code: string, syscall: string) =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });

test.each([
  ['a refused connection', system('ECONNREFUSED', 'connect')],
  ['a connection that was cut', system('ECONNRESET', 'read')],
  ['a host that has no address', system('ENOTFOUND', 'getaddrinfo')],
  [
    'a host of several addresses that all refuse',
    new AggregateError([system('ECONNREFUSED', 'connect'), system('ECONNREFUSED', 'connect')]),
  ],
  ['a connection given up by the driver', new Error('Connection terminated unexpectedly')],
  [
    'a backend that was killed',
    new BackendTerminatedUnexpectedlyError(new Error('Connection terminated unexpectedly')),
  ],
  ['PostgreSQL shutting down', Object.assign(new Error('terminating'), { code: '57P01' })],
])('%s is a database that is away', (_what, error) => {
  expect(databaseError(error).code).toBe('SERVICE_UNAVAILABLE');
});

test.each([
  ['a migration that may not be read', system('EACCES', 'open')],
  ['a migration that is not there', system('ENOENT', 'scandir')],
  ['SQL that is wrong', Object.assign(new Error('syntax error'), { code: '42601' })],
  ['a mistake of our own among several', new AggregateError([new TypeError('x is not a function')])],
  ['a mistake of our own', new TypeError('x is not a function')],
])('%s is not, and is not waited for', (_what, error) => {
  expect(databaseError(error).code).toBe('INTERNAL_ERROR');
});

test('a migration that a standby refuses is told as that, and not as a PostgreSQL that is away', () => {
  const message = 'cannot execute CREATE TABLE in a read-only transaction';
  const refused = Object.assign(new Error(message), { code: '25006' });
  expect(() => rethrowAsConfigError('DATABASE_URL')(refused)).toThrow(
    `PostgreSQL at DATABASE_URL takes no changes: ${message}`,
  );
});
