import { expect, test } from '@jest/globals';
import { candidateUrls } from '../../lib/settings/postgres-tls.ts';

test.each([
  'postgresql://u@h/d?host=/var/run/postgresql&sslmode=require',
  'postgresql://u@%2Fvar%2Frun%2Fpostgresql/d?sslmode=prefer',
])('over a Unix socket nothing is encrypted, whatever is asked for: %s', (address) => {
  const modes = candidateUrls(address).map((way) => new URL(way).searchParams.get('sslmode'));
  expect(modes).toEqual(['disable']);
});
