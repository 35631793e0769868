import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { settleCampus } from '../../infra/local/campus.ts';
import { bearer, SECRET, startTestService } from '../campus.ts';
import { liveAnEvening, TELLING_REASON } from '../whole-evening.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let text: string;

beforeAll(async () => {
  campus = await startTestService({ environment: { LOG_LEVEL: 'trace', GRPC_MAX_RETRIES: '0' } });
  await liveAnEvening(campus);
  text = campus.logged.map((line) => JSON.stringify(line)).join('\n');
});
afterAll(() => campus.close());

test('the evening left what these tests look through: refusals, failures with their causes, and a line a request', () => {
  const levels = new Set(campus.logged.map(({ level }) => level));
  expect(levels).toEqual(new Set(['DEBUG', 'INFO', 'WARNING', 'ERROR']));
  expect(campus.logged.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(25);
  expect(text).toContain('application-service failed');
  expect(text).toContain('does not exist');
});

test('no name, phone or mail address of a person is logged', () => {
  for (const { last_name, first_name, patronymic, phone, email } of settleCampus()) {
    for (const telling of [last_name, first_name, patronymic, phone, email].filter((part) => part !== '')) {
      expect(text).not.toContain(telling);
      expect(text).not.toContain(encodeURIComponent(telling));
    }
  }
  expect(text).not.toMatch(/[\u0400-\u04ff]/);
  for (const word of TELLING_REASON.split(/[ ,]+/)) expect(text).not.toContain(word);
});

test('no token, secret or password is logged', async () => {
  expect(text).not.toContain(SECRET);
  expect(text).not.toMatch(/eyJ/);
  expect(text).not.toContain((await bearer('educator')).split('.')[2]);
  expect(text).not.toMatch(/bearer (?!\[redacted\])/i);
});

test('a REST request and a gRPC call leave the same fields', () => {
  const requests = campus.logged.filter(({ msg }) => msg === 'request');
  const fields = new Set(requests.map((line) => Object.keys(line).toSorted().join(' ')));
  expect([...fields].toSorted()).toEqual([
    // Of a refusal, why.
    'correlation_id duration_ms error_code level method msg path reason service status_code time trace_id user_id',
    'correlation_id duration_ms level method msg path service status_code time trace_id user_id',
  ]);
  expect(requests.map(({ method }) => method)).toEqual(expect.arrayContaining(['POST', 'CreatePatrol']));
});
