import { describe, expect, test } from '@jest/globals';
import { postgresUrl } from '../../lib/settings/postgres-url.ts';

/** What is wrong with an address. */
function fault(address: string): string {
  try {
    return `accepted as ${postgresUrl(address)}`;
  } catch (error) {
    return Error.isError(error) ? error.message : String(error);
  }
}

test.each([
  [
    'postgresql+asyncpg://campus:secret@/d?host=/var/run/postgresql',
    'postgresql://campus:secret@localhost/d?host=%2Fvar%2Frun%2Fpostgresql',
  ],
  ['postgresql:///d?host=/var/run/postgresql', 'postgresql://localhost/d?host=%2Fvar%2Frun%2Fpostgresql'],
  ['postgresql://u@:5433/d', 'postgresql://u@localhost:5433/d'],
  ['postgresql:///d', 'postgresql://localhost/d'],
  ['postgresql://u:p@ss@/d', 'postgresql://u:p%40ss@localhost/d'],
])('an address may leave its host out: %s', (written, read) => {
  expect(postgresUrl(written)).toBe(read);
});

test.each([
  ['postgresql:///d?host=h&port=5433&user=u&password=p%40', 'postgresql://u:p%40@localhost:5433/d?host=h'],
  ['postgresql://h?dbname=d%20e', 'postgresql://h/d%20e'],
  ['postgresql:///d?host=h:5433', 'postgresql://localhost:5433/d?host=h'],
  ['postgresql:///d?host=[::1]:5433', 'postgresql://localhost:5433/d?host=%3A%3A1'],
  ['postgresql://h/d?user=&password=&host=&port=&options=', 'postgresql://h/d'],
  ['postgresql://h/d?user=one&user=other', 'postgresql://other@h/d'],
])('what an address names as a parameter counts: %s', (written, read) => {
  expect(postgresUrl(written)).toBe(read);
});

test('of the other parameters those that are documented reach the driver, and no more', () => {
  const counted = 'application_name=campus&options=-c+jit%3Doff&sslmode=require&sslnegotiation=direct';
  const others =
    'query_timeout=1&statement_timeout=1&replication=true&client_encoding=x&binary=1&uselibpqcompat=0&database=e';
  expect(postgresUrl(`postgresql://h/d?${counted}&${others}`)).toBe(`postgresql://h/d?${counted}`);
});

test.each([
  ['sslrootcert=system', 'sslmode=verify-full'],
  ['sslrootcert=system&sslmode=verify-full', 'sslmode=verify-full'],
  ['sslnegotiation=direct', 'sslnegotiation=direct&sslmode=verify-full'],
])('%s asks for the whole of TLS', (written, read) => {
  expect(postgresUrl(`postgresql://h/d?${written}`)).toBe(`postgresql://h/d?${read}`);
});

test.each([
  [
    'postgresql://h/d?sslrootcert=system&sslmode=require',
    'must have an sslmode of verify-full with sslrootcert=system',
  ],
  ['postgresql://h/d?sslnegotiation=other', 'must have an sslnegotiation of postgres or direct'],
  ['postgresql://a,b/d', 'must name one host, and not several'],
  ['postgresql:///d?host=a:1&host=b:2', 'must name one host, and not several'],
  ['postgresql:///d?host=h:70000', 'must have a port from 1 to 65535'],
  ['postgresql:///d?port=0x1538', 'must have a port from 1 to 65535'],
  ['postgresql://u%@h/d', 'must be an address whose user and password are percent-encoded'],
  ['postgresql:///p@h/d', 'must be an address whose user and password are percent-encoded'],
])('%s %s', (written, told) => {
  expect(fault(written)).toBe(told);
});

describe('database addresses of the campus', () => {
  test.each([
    ['postgresql+asyncpg://u:p@h:5432/d', 'postgresql://u:p@h:5432/d'],
    ['postgresql+psycopg2://u:p@h/d', 'postgresql://u:p@h/d'],
    ['postgres://u:p@h/d', 'postgresql://u:p@h/d'],
    ['postgresql://u:p%40%2F@h/d', 'postgresql://u:p%40%2F@h/d'],
    ['postgresql+asyncpg://u:p@h/d?ssl=false', 'postgresql://u:p@h/d?sslmode=disable'],
    ['postgresql+asyncpg://u:p@h/d?ssl=require', 'postgresql://u:p@h/d?sslmode=require'],
    ['postgresql+asyncpg://u:p@h/d?ssl=prefer', 'postgresql://u:p@h/d?sslmode=prefer'],
    ['postgresql://u:p@h/d?sslmode=allow', 'postgresql://u:p@h/d?sslmode=allow'],
    ['postgresql://u:p@h/d?sslmode=verify-full&ssl=true', 'postgresql://u:p@h/d?sslmode=verify-full'],
    ['postgresql://u@h/d?password=p%40%25', 'postgresql://u:p%40%25@h/d'],
  ])('%s is read as %s', (written, read) => {
    expect(postgresUrl(written)).toBe(read);
  });

  test.each([
    ...['localhost:5432/patrol_db', 'postgresql://h', 'mysql://u:p@h/d', 'postgresql://u:p@h:x/d'],
    ...[
      'postgresql://u:p@h:0/d',
      'postgresql://u:p@h/d?port=70000',
      'postgresql://u:1/p@h/d',
      'postgresql://u:1#p@h/d',
    ],
  ])('%s is refused', (written) => {
    expect(fault(written)).toMatch(/^must /);
  });
});
