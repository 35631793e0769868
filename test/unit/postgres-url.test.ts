import { describe, expect, test } from '@jest/globals';
import { clientConfig } from '../../lib/database/client-config.ts';
import { waysTo } from '../../lib/database/connecting.ts';
import { hostsOf } from '../../lib/settings/postgres-hosts.ts';
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
  ['postgresql://a,b:0/d', 'must have a port from 1 to 65535'],
  ['postgresql://a,,b/d', 'must name each of its hosts, like host=one:5432,two:5432'],
  ['postgresql:///d?host=a,b,c&port=1,2', 'must have as many ports as hosts, or one'],
  ...['standby', 'read-only', 'prefer-standby', 'Primary'].map((wanted) => [
    `postgresql://h/d?target_session_attrs=${wanted}`,
    'must have a target_session_attrs of read-write, primary or any: the service changes what it reads',
  ]),
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

describe('several hosts', () => {
  const SECRET = 'postgresql://u:p%2Cw@';
  test.each([
    [`${SECRET}a:5433,b/d`, ['a:5433', 'b:5432'], 'read-write'],
    ['postgresql+asyncpg://u:p%2Cw@/d?host=a:5433&host=b:5434', ['a:5433', 'b:5434'], 'read-write'],
    [`${SECRET}/d?host=a,b&port=5433,5434&target_session_attrs=primary`, ['a:5433', 'b:5434'], 'primary'],
    [`${SECRET}/d?host=a,b&port=5433&target_session_attrs=any`, ['a:5433', 'b:5433'], 'any'],
    [`${SECRET}[::1]:5433,[::2]/d`, ['::1:5433', '::2:5432'], 'read-write'],
    [`${SECRET}a/d`, ['a:5432'], 'any'],
    [`${SECRET}a/d?target_session_attrs=read-write`, ['a:5432'], 'read-write'],
  ])('%s', (written, hosts, wanted) => {
    const found = hostsOf(postgresUrl(written));
    const clients = found.addresses.map((one) => clientConfig(one));
    expect(clients.map(({ host, port }) => `${host}:${port ?? 5432}`)).toEqual(hosts);
    expect(new Set(clients.map(({ user, password }) => `${user} ${password}`))).toEqual(new Set(['u p,w']));
    expect(found.wanted).toBe(wanted);
  });

  test('keep their password where it is looked for, and every sslmode of theirs', () => {
    const address = postgresUrl('postgresql://u:secret@a:1,b:2/d?sslmode=prefer');
    expect(new URL(address).password).toBe('secret');
    const { hosts } = waysTo(address);
    expect(hosts.map((urls) => urls.map((url) => new URL(url).searchParams.get('sslmode')))).toEqual([
      ['require', 'disable'],
      ['require', 'disable'],
    ]);
  });
});
