import { describe, expect, test } from '@jest/globals';
import { openLoki } from '../../lib/telemetry/loki/loki.ts';
import { eachWithLoki, type LokiTest, labels, line, quick, until, writeLines } from '../loki-transport.ts';

let standIn: LokiTest['standIn'];
let reports: LokiTest['reports'];
let open: LokiTest['open'];
eachWithLoki(
  (given) => {
    ({ standIn, reports, open } = given);
  },
  () => standIn,
);

describe('what Loki is given', () => {
  test('a line has exactly the labels service, environment and level, its time in nanoseconds, and its text', async () => {
    const loki = open();
    loki.write(line('in', { time: 1_700_000_000_123 }));
    loki.write(line('broken', { level: 'ERROR', time: 1_700_000_000_456 }));
    await loki.flush(5000);
    const [push] = standIn.pushes;
    expect(push?.headers['content-type']).toBe('application/json');
    expect(push?.path).toBe('/loki/api/v1/push');
    expect(push?.lines).toEqual([
      {
        labels: { ...labels, level: 'INFO' },
        time: '1700000000123000000',
        text: line('in', { time: 1_700_000_000_123 }).trimEnd(),
      },
      {
        labels: { ...labels, level: 'ERROR' },
        time: '1700000000456000000',
        text: line('broken', { level: 'ERROR', time: 1_700_000_000_456 }).trimEnd(),
      },
    ]);
  });

  test('a line that says neither level nor time is UNKNOWN and of now', async () => {
    const loki = open();
    const before = Date.now();
    loki.write('not JSON\n');
    await loki.flush(5000);
    const [given] = standIn.pushes[0]?.lines ?? [];
    expect(given).toMatchObject({ labels: { ...labels, level: 'UNKNOWN' }, text: 'not JSON' });
    expect(Number(given?.time) / 1e6).toBeGreaterThanOrEqual(before - 1);
    expect(Number(given?.time) / 1e6).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('lines arrive in order, in batches of one stream a level', async () => {
    const loki = open();
    const texts = writeLines(loki, 2500);
    await loki.flush(5000);
    expect(standIn.texts()).toEqual(texts);
    expect(standIn.pushes.map(({ lines, streams }) => [lines.length, streams])).toEqual([
      [1000, 1],
      [1000, 1],
      [500, 1],
    ]);
    expect(loki.counts()).toEqual({ pushed: 2500, dropped: 0, waiting: 0 });
  });

  test('lines leave by themselves: when the interval is over, or sooner when a batch is full', async () => {
    const patient = open({ pushEveryMs: 60_000, batchLines: 10 });
    writeLines(patient, 10);
    await standIn.took(10);
    const punctual = open({ pushEveryMs: 10 });
    writeLines(punctual, 1);
    await standIn.took(11);
  });

  test('a push is no larger than a batch may be', async () => {
    const loki = open({ ...quick, batchBytes: 500 });
    const texts = writeLines(loki, 20);
    await loki.flush(5000);
    expect(standIn.texts()).toEqual(texts);
    for (const { lines } of standIn.pushes) {
      expect(lines.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0)).toBeLessThanOrEqual(500);
    }
  });

  test('a path in the base URL is a prefix, and user and password are basic auth', async () => {
    const url = standIn.url.replace('//', '//campus:p%40ss@');
    const loki = open(quick, `${url}/logs/`);
    writeLines(loki, 1);
    await loki.flush(5000);
    const [push] = standIn.pushes;
    expect(push?.path).toBe('/logs/loki/api/v1/push');
    expect(push?.headers.authorization).toBe(`Basic ${Buffer.from('campus:p@ss').toString('base64')}`);
  });

  test.each([
    ['', '/loki/api/v1/push'],
    ['/', '/loki/api/v1/push'],
    ['?tls=off', '/loki/api/v1/push?tls=off'],
    ['/logs', '/logs/loki/api/v1/push'],
    ['/loki', '/loki/loki/api/v1/push'],
    ['/loki/api/v1/push', '/loki/api/v1/push'],
    ['/loki/api/v1/push/', '/loki/api/v1/push'],
    ['/loki/api/v1/', '/loki/api/v1/push'],
    ['/logs/loki/api/v1/push?tls=off', '/logs/loki/api/v1/push?tls=off'],
  ])('an address that ends with "%s" is pushed to at %s', async (end, path) => {
    const loki = open(quick, standIn.url + end);
    writeLines(loki, 1);
    await loki.flush(5000);
    expect(standIn.pushes.map((push) => push.path)).toEqual([path]);
  });

  test('an address that is none is refused without being repeated', () => {
    for (const url of ['loki:3100', 'not a URL secret', 'ftp://u:secret@loki']) {
      expect(() => openLoki({ url, labels, onReport: () => {} })).toThrow(/^((?!secret).)*http\(s\) URL$/);
    }
  });
});

describe('the close', () => {
  test('delivers the last lines, and leaves no connection', async () => {
    const loki = open({});
    const texts = writeLines(loki, 2500);
    await loki.close(5000);
    expect(standIn.texts()).toEqual(texts);
    expect(loki.counts()).toEqual({ pushed: 2500, dropped: 0, waiting: 0 });
    expect(reports).toEqual([]);
    await standIn.left();
  });

  test('cuts the wait for a retry short', async () => {
    standIn.answer({ status: 503 });
    const loki = open({ pushEveryMs: 1, retryMinMs: 60_000, retryMaxMs: 60_000 });
    const texts = writeLines(loki, 3);
    await until(() => reports.length > 0);
    standIn.answer({ status: 204 });
    await loki.close(5000);
    expect(standIn.texts()).toEqual(texts);
    expect(reports.map(({ recovered }) => recovered)).toEqual([false, true]);
  });

  test('of a hung Loki ends within its limit, and what was lost is counted and said', async () => {
    standIn.answer('hang');
    const loki = open();
    writeLines(loki, 30);
    await loki.close(100);
    expect(loki.counts()).toEqual({ pushed: 0, dropped: 30, waiting: 0 });
    expect(reports).toEqual([{ recovered: false, dropped: 30, reason: 'not taken before the close' }]);
  });

  test('may be asked for twice; whatever is written afterwards is only counted as dropped', async () => {
    const loki = open();
    writeLines(loki, 1);
    await Promise.all([loki.close(5000), loki.close(5000)]);
    writeLines(loki, 2, 1);
    await loki.close(5000);
    await loki.flush(5000);
    expect(standIn.texts()).toHaveLength(1);
    expect(loki.counts()).toEqual({ pushed: 1, dropped: 2, waiting: 0 });
    expect(reports).toEqual([]);
  });

  test('a flush that finds no Loki gives up at its limit, and keeps the lines', async () => {
    standIn.answer('hang');
    const loki = open({ ...quick, pushTimeoutMs: 200 });
    const texts = writeLines(loki, 3);
    await loki.flush(30);
    expect(loki.counts()).toEqual({ pushed: 0, dropped: 0, waiting: 3 });
    standIn.answer({ status: 204 });
    await loki.flush(5000);
    expect(standIn.texts()).toEqual(texts);
  });
});
