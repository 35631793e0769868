import { describe, expect, test } from '@jest/globals';
import { openLog } from '../../lib/telemetry/log.ts';

function logging(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log = openLog({ level: 'trace', secrets, destination: { write: (line) => void lines.push(line) } });
  return { log, last: () => JSON.parse(lines.at(-1) ?? '') };
}

test.each([
  ['trace', 'DEBUG'],
  ['debug', 'DEBUG'],
  ['info', 'INFO'],
  ['warn', 'WARNING'],
  ['error', 'ERROR'],
  ['fatal', 'CRITICAL'],
] as const)('what is logged as %s has the campus’s level %s', (level, name) => {
  const { log, last } = logging();
  log[level]('a line');
  expect(last().level).toBe(name);
});

describe('a line leaves without', () => {
  test.each([
    ['a token', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln here', 'got [redacted] here'],
    ['a bearer of any kind', 'authorization: Bearer abc-123', 'authorization: Bearer [redacted]'],
    ['a name', 'no such user: Иванов-Петров Иван, sorry', 'no such user: [redacted], sorry'],
    ['a name in a URL', '/patrols/%D0%98%D0%B2%d0%b0%D0%BD/x', '/patrols/[redacted]/x'],
    ['a phone', 'call +7 (916) 123-45-67 now', 'call [redacted] now'],
    ['a phone as it is written', 'tel 8 (999) 123-45-67, 8-999-123-45-67', 'tel [redacted], [redacted]'],
    ['a phone at a line’s beginning', 'caller\n89991234567', 'caller\n[redacted]'],
    ['a phone in brackets', '(7)9991234567 tel_89991234567', '([redacted] tel_[redacted]'],
    [
      'a mail address at a line’s beginning',
      'for\nivan@mail.ru and\tpetr@x.y.ru',
      'for\n[redacted] and\t[redacted]',
    ],
    ['a mail address', 'to ivan.ivanov@sirius.campus.ru now', 'to [redacted] now'],
    [
      'the password of an address',
      'at postgresql://campus:p@ss:word@db:5432/patrol_db',
      'at postgresql://campus:[redacted]@db:5432/patrol_db',
    ],
    ['one of the service’s own secrets', 'secret is "qu"oted-secret"', 'secret is "[redacted]"'],
  ])('%s', (_what, said, left) => {
    const { log, last } = logging(['qu"oted-secret']);
    log.info({ nested: { said } }, said);
    expect(last()).toMatchObject({ msg: left, nested: { said: left } });
  });
});

test('a phone that is a number leaves a number, and the line stays JSON', () => {
  const { log, last } = logging();
  log.info({ size: 89991234567, time_ms: 1764185412345 }, 'text');
  expect(last()).toMatchObject({ size: 0, time_ms: 1764185412345 });
});

test.each([
  ['tabs between', '8\t916\t123\t45\t67'],
  ['a line break within', '8\n9161234567'],
  ['an escape before it', '\f79161234567'],
  ['another escape before it', '\b89161234567'],
  ['a capital before it', 'Z79161234567'],
  ['its own grouping', '8 916 12 34 567'],
  ['dashes of any kind', '8–916–123–45–67, 8\u2011916\u2011123\u201145\u201167'],
  ['dots after a plus', '+7.916.123.45.67'],
  ['percents', '%2b79161234567 8%20916%20123%2045%2067 %2089161234567'],
  ['another behind it', '+79161234567 89161234567 +49 30 1234567'],
])('a phone with %s is redacted', (_what, phone) => {
  const { log, last } = logging();
  log.info({}, phone);
  expect(last().msg.replaceAll('[redacted]', '')).not.toMatch(/\d{2}/);
});

test.each(['ivan%40mail.ru', 'ivan@почта.рф', 'Андрей'.normalize('NFD')])('%s is redacted whole', (text) => {
  const { log, last } = logging();
  log.info({}, text);
  expect(last().msg).toBe('[redacted]');
});

test('a secret that begins with another leaves nothing of itself', () => {
  const { log, last } = logging(['patrol-pass', 'patrol-pass-of-owner']);
  log.info({}, 'x patrol-pass-of-owner y patrol-pass z');
  expect(last().msg).toBe('x [redacted] y [redacted] z');
});

test('addresses, versions and times are no phones', () => {
  const { log, last } = logging();
  const text = 'at 84.201.133.120:5432, 8.12.3, 2026-08-12 22:00:00.123, +1 file';
  log.info({ time_ms: 1795755674154 }, text);
  expect(last()).toMatchObject({ time_ms: 1795755674154, msg: text });
});

test('a line of millions of characters breaks nothing', () => {
  const { log, last } = logging();
  log.info({ err: new Error(`${'"'.repeat(8_000_000)}+`) }, 'text');
  expect(last().msg).toMatch(/^a line of \d+ characters is not logged$/);
});

test('a number of any kind is never replaced in its midst, and the line stays JSON', () => {
  const { log, last } = logging(['17641854', '87654321']);
  const line = {
    took_ms: 9.81234567891,
    less: -179161234567.5,
    tiny: 7.9991234567e-78,
    sizes: [1, 2.89991234567],
  };
  log.info(line, 'call 89991234567');
  expect(last()).toMatchObject({ ...line, msg: 'call [redacted]' });
  log.info(
    {
      ids: [89991234567, 7, -79161234567.25],
      inner: { id: 89991234567 },
      time_ms: 1764185412345,
      n: 0.87654321,
    },
    'text',
  );
  expect(last()).toMatchObject({ ids: [0, 7, 0], inner: { id: 0 }, time_ms: 0, n: 0 });
});

test('a secret of digits is redacted wherever it stands, and the line stays JSON', () => {
  const { log, last } = logging(['17641854', '"quoted"', 'back\\slash', 'new-line']);
  log.info({ '17641854': '17641854', quoted: 'a "quoted" back\\slash\new-line' }, '1764185417641854');
  expect(last()).toMatchObject({
    '[redacted]': '[redacted]',
    quoted: 'a [redacted] [redacted]\new-line',
    msg: '[redacted][redacted]',
  });
});

test('what a line needs is not taken for a secret', () => {
  const { log, last } = logging(['short']);
  const line = {
    trace_id: '0af76519-16cd-43dd-8448-eb211c80319c',
    user_id: '79161234-1674-4234-8123-791612345678',
    path: '/api/v1/patrols/0af76519-16cd-43dd-8448-eb211c80319c',
    stack: 'at call (/app/node_modules/@grpc/grpc-js/build/src/client.js:1:2)',
    peer: 'short 10.0.0.1:50051',
  };
  log.info(line);
  expect(last()).toMatchObject(line);
});

test('of an error and its causes only type, message, code and stack are kept', () => {
  const { log, last } = logging();
  const driver = Object.assign(new Error('duplicate key'), {
    code: '23505',
    values: ['private'],
    detail: 'x',
  });
  const failed = Object.assign(new TypeError('a query failed', { cause: driver }), {
    metadata: { token: 'private' },
  });
  log.error({ err: failed }, 'a request failed');
  const { err } = last();
  expect(err).toMatchObject({
    type: 'TypeError',
    message: 'a query failed',
    stack: expect.stringContaining('TypeError'),
  });
  expect(err.cause).toEqual({
    type: 'Error',
    message: 'duplicate key',
    code: '23505',
    stack: expect.any(String),
  });
  expect(JSON.stringify(last())).not.toContain('private');
});

test('causes that go round in circles end somewhere', () => {
  const { log, last } = logging();
  const error: Error & { cause?: unknown } = new Error('around');
  error.cause = error;
  log.error({ err: error }, 'a request failed');
  expect(last().err.message).toBe('around');
});
