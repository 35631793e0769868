import { describe, expect, test } from '@jest/globals';
import { openLog } from '../../lib/telemetry/log.ts';
import { boundLine, MAX_LINE_BYTES } from '../../lib/telemetry/log-bound.ts';

const SECRET = 'the-service-has-a-secret-of-its-own';

/** What a log writes of one line. */
function written(say: (log: ReturnType<typeof openLog>) => void): string {
  const lines: string[] = [];
  say(
    openLog({ level: 'trace', secrets: [SECRET], destination: { write: (line) => void lines.push(line) } }),
  );
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

function withCauses(depth: number): Error {
  const message = 'x'.repeat(100_000);
  return depth === 0 ? new Error(message) : new Error(message, { cause: withCauses(depth - 1) });
}

const IDS = { trace_id: '0af76519-16cd-43dd-8448-eb211c80319c', correlation_id: 'night-7' };

describe('no line is longer than 8 KiB, and what was cut is said in it', () => {
  test.each<[string, Record<string, unknown>, Record<string, number>]>([
    ['a path', { path: `/${'a'.repeat(14_999)}` }, { path: 15_000 }],
    ['a correlation id', { correlation_id: 'c'.repeat(9000) }, { correlation_id: 9000 }],
    ['many faults', { reason: 'a_field, '.repeat(3000) }, { reason: 27_000 }],
    ['characters of two bytes', { reason: 'é'.repeat(8000) }, { reason: 16_000 }],
    ['characters of three bytes', { reason: '漢'.repeat(4000) }, { reason: 12_000 }],
    ['characters of four bytes', { reason: `x${'😀'.repeat(4000)}` }, { reason: 16_001 }],
    ['what JSON has to escape', { reason: '\u0001"\\'.repeat(10_000) }, { reason: 30_000 }],
    ['several texts', { path: 'p'.repeat(5000), reason: 'r'.repeat(6000) }, { path: 5000, reason: 6000 }],
    ['a list', { migrations: Array(10_000).fill('000001.sql') }, { migrations: 10_000 }],
    ['a list of numbers', { sizes: Array(9000).fill(1) }, { sizes: 9000 }],
  ])('%s', (_what, fields, cut) => {
    const line = written((log) => log.info({ ...IDS, ...fields }, 'request'));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(line).toMatch(/^\{"level":"INFO","time":\d+,/);
    expect(line).toMatch(/\}\n$/);
    expect(line).not.toContain('\ufffd');
    const said = JSON.parse(line);
    expect(said).toMatchObject({ trace_id: IDS.trace_id, service: 'patrol-service', msg: 'request' });
    expect(said.cut).toEqual(cut);
  });

  test('of an error’s message, stack and causes the beginnings and the ends are left', () => {
    const line = written((log) => log.error({ err: withCauses(9) }, 'a request failed'));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    const { err, cut, msg } = JSON.parse(line);
    expect(msg).toBe('a request failed');
    expect(err.message).toMatch(/^x+ … x+$/);
    expect(err.stack).toMatch(/^Error: x+ … .+:\d+:\d+\)?$/s);
    expect(cut['err.message']).toBe(100_000);
    expect(cut['err.cause.cause.stack']).toBeGreaterThan(100_000);
  });

  test('also of more fields than a line has room for, and of what is no JSON', () => {
    const fields = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`field_${at}`, at]));
    const line = written((log) => log.warn({ ...IDS, ...fields }, 'too much'));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(line).toMatch(/^\{"level":"WARNING","time":\d+,/);
    expect(JSON.parse(line)).toMatchObject({ ...IDS, msg: 'too much', cut: { line: expect.any(Number) } });
    expect(JSON.parse(boundLine('?'.repeat(9000)))).toMatchObject({ level: 'UNKNOWN', cut: { msg: 9000 } });
  });
});

test('a line that fits is left as it is, to the last byte', () => {
  const line = (length: number) => `{"level":"INFO","time":1,"msg":"${'m'.repeat(length)}"}\n`;
  const most = MAX_LINE_BYTES - line(0).length;
  expect(boundLine(line(most))).toBe(line(most));
  expect(Buffer.byteLength(boundLine(line(most + 1)))).toBeLessThanOrEqual(MAX_LINE_BYTES);
});

test('what leaves no short line leaves no long one: secrets, tokens, names and phones, wherever the cut comes', () => {
  const telling = [
    SECRET,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    'Иванов',
    '+7 (916) 123-45-67',
  ];
  // Each place that a cut can fall on is within one of them.
  for (let shift = 0; shift < 120; shift += 1) {
    const text = 'z'.repeat(shift) + telling.join(' ').concat(' ').repeat(400);
    const line = written((log) => log.info({ reason: text }, 'request'));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(line).not.toMatch(/service-has|secret|eyJ|c2ln|NiJ9|[\u0400-\u04ff]|\(916\)|45-67/);
  }
});
