import { describe, expect, test } from '@jest/globals';
import { startLokiStandIn } from '../../infra/local/loki-stand-in.ts';
import { eachWithLoki, type LokiTest, line, quick, until, writeLines } from '../loki-transport.ts';

let standIn: LokiTest['standIn'];
let reports: LokiTest['reports'];
let open: LokiTest['open'];
eachWithLoki(
  (given) => {
    ({ standIn, reports, open } = given);
  },
  () => standIn,
);

describe('a Loki that does not take lines', () => {
  test('while it is down nothing is lost that fits the bounds', async () => {
    await standIn.stop();
    const loki = open();
    const texts = writeLines(loki, 50);
    await until(() => reports.length > 0);
    expect(reports).toEqual([{ recovered: false, dropped: 0, reason: 'ECONNREFUSED' }]);
    texts.push(...writeLines(loki, 1500, 50));
    standIn = await startLokiStandIn({ port: standIn.port });
    await standIn.took(1550);
    await loki.flush(5000);
    expect(standIn.texts()).toEqual(texts);
    expect(loki.counts()).toEqual({ pushed: 1550, dropped: 0, waiting: 0 });
    expect(reports.slice(1)).toEqual([{ recovered: true, dropped: 0, reason: 'ECONNREFUSED' }]);
  });

  test('while it hangs no writer waits, memory is bounded, and what is dropped is counted and said once', async () => {
    standIn.answer('hang');
    const loki = open({ ...quick, pushTimeoutMs: 100, waitingLines: 300, batchLines: 100 });
    writeLines(loki, 100);
    await standIn.asked(1);
    // Writing is one synchronous step: nobody who writes can wait.
    const texts = writeLines(loki, 20_000, 100);
    expect(loki.counts()).toEqual({ pushed: 0, dropped: 19_800, waiting: 300 });
    await standIn.asked(3);
    expect(reports).toHaveLength(1);
    standIn.answer({ status: 204 });
    await loki.flush(5000);
    expect(loki.counts()).toEqual({ pushed: 300, dropped: 19_800, waiting: 0 });
    expect(standIn.texts().slice(100)).toEqual(texts.slice(-200));
    expect(reports.map(({ recovered }) => recovered)).toEqual([false, true]);
    expect(reports[1]?.reason).toBe('timeout');
    expect(reports.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(19_800);
  });

  test('what waits is bounded in bytes too, even when one batch is all that may wait', async () => {
    standIn.answer('hang');
    const loki = open({ ...quick, waitingBytes: 1000, batchLines: 1 });
    writeLines(loki, 100);
    await standIn.asked(1);
    writeLines(loki, 100, 100);
    const { waiting, dropped } = loki.counts();
    expect(waiting * Buffer.byteLength(line('100'))).toBeLessThanOrEqual(1000 + waiting * 3);
    expect(waiting).toBeGreaterThan(5);
    expect(waiting + dropped).toBe(200);
    const tight = open({ ...quick, waitingLines: 5 });
    writeLines(tight, 5);
    await standIn.asked(2);
    writeLines(tight, 3, 5);
    expect(tight.counts()).toEqual({ pushed: 0, dropped: 3, waiting: 5 });
  });

  test.each(['cut', 'headers only'] as const)(
    'an answer of which %s comes is none: the batch is pushed again',
    async (answer) => {
      standIn.answer(answer);
      const loki = open({ ...quick, pushTimeoutMs: 50 });
      const texts = writeLines(loki, 3);
      await standIn.asked(1);
      standIn.answer({ status: 204 });
      await loki.flush(5000);
      expect(standIn.texts()).toEqual(texts);
      expect(loki.counts()).toEqual({ pushed: 3, dropped: 0, waiting: 0 });
    },
  );

  test.each([400, 401, 404, 302])(
    '%d refuses: the batch is dropped, counted, said and not pushed again',
    async (status) => {
      standIn.answer({ status });
      const loki = open();
      writeLines(loki, 3);
      await until(() => reports.length > 0);
      expect(reports).toEqual([{ recovered: false, dropped: 3, reason: `status ${status}` }]);
      standIn.answer({ status: 204 });
      const texts = writeLines(loki, 2, 3);
      await loki.flush(5000);
      expect(standIn.texts()).toEqual(texts);
      expect(standIn.pushes).toHaveLength(2);
      expect(loki.counts()).toEqual({ pushed: 2, dropped: 3, waiting: 0 });
      expect(reports[1]).toEqual({ recovered: true, dropped: 0, reason: `status ${status}` });
    },
  );

  test.each([500, 503, 429])('%d is tried again, with the very same batch', async (status) => {
    standIn.answer({ status });
    const loki = open();
    const texts = writeLines(loki, 3);
    await standIn.asked(1);
    writeLines(loki, 2, 3);
    await standIn.asked(3);
    standIn.answer({ status: 204 });
    await standIn.took(5);
    expect(standIn.pushes[2]?.lines.map(({ text }) => text)).toEqual(texts);
    expect(standIn.texts().slice(0, 3)).toEqual(texts);
    await loki.flush(5000);
    expect(loki.counts()).toEqual({ pushed: 5, dropped: 0, waiting: 0 });
  });

  test('Retry-After is honoured, up to the longest wait there is', async () => {
    standIn.answer({ status: 429, headers: { 'retry-after': '1' } });
    const patient = open({ ...quick, retryMaxMs: 30_000 });
    writeLines(patient, 1);
    await standIn.asked(2);
    const gap = (to: number) => (standIn.pushes[to]?.at ?? 0) - (standIn.pushes[to - 1]?.at ?? 0);
    expect(gap(1)).toBeGreaterThanOrEqual(990);
    await patient.close(0);

    standIn.answer({ status: 429, headers: { 'retry-after': '3600' } });
    writeLines(open({ ...quick, retryMaxMs: 200 }), 1);
    // An hour is not waited for.
    await standIn.asked(4);
    expect(gap(3)).toBeGreaterThanOrEqual(190);
  });

  test('the wait between tries grows', async () => {
    standIn.answer({ status: 500 });
    writeLines(open({ pushEveryMs: 1, retryMinMs: 20, retryMaxMs: 100_000 }), 1);
    await standIn.asked(6);
    const [first, , , , fifth, sixth] = standIn.pushes.map(({ at }) => at);
    expect((sixth ?? 0) - (fifth ?? 0)).toBeGreaterThanOrEqual(159);
    expect((fifth ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(149);
  });

  test('a line that is too long is dropped, and no other', async () => {
    const loki = open();
    const [before] = writeLines(loki, 1);
    loki.write(line('x'.repeat(1024 * 1024)));
    loki.write(line('я'.repeat(140 * 1024)));
    const longest = 'x'.repeat(256 * 1024);
    loki.write(`${longest}\n`);
    loki.write(`${longest}x\n`);
    const [after] = writeLines(loki, 1, 1);
    await loki.flush(5000);
    expect(standIn.texts().toSorted()).toEqual([longest, before, after].toSorted());
    expect(loki.counts()).toEqual({ pushed: 3, dropped: 3, waiting: 0 });
    await until(() => reports.length > 0);
    expect(reports).toEqual([{ recovered: false, dropped: 3, reason: 'a line of more than 262144 bytes' }]);
  });
});

describe('what is said', () => {
  test('nothing is said more often than allowed, and every dropped line is said', async () => {
    standIn.answer({ status: 500 });
    const loki = open({ ...quick, retryMaxMs: 5, retryMinMs: 5, waitingLines: 10, reportEveryMs: 150 });
    const begin = performance.now();
    await until(() => {
      writeLines(loki, 20);
      return reports.length === 3;
    });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(299);
    expect(reports.every(({ recovered }) => !recovered)).toBe(true);
    await loki.close(0);
    const sum = reports.reduce((total, { dropped }) => total + dropped, 0);
    expect(sum).toBe(loki.counts().dropped);
  });

  test('a Loki that comes and goes is said to do so once', async () => {
    const loki = open({ ...quick, retryMinMs: 1, retryMaxMs: 1 });
    for (let round = 1; round <= 5; round++) {
      const { length } = standIn.pushes;
      standIn.answer({ status: 503 });
      writeLines(loki, 1);
      await standIn.asked(length + 2);
      standIn.answer({ status: 204 });
      await standIn.took(round);
      await loki.flush(5000);
    }
    expect(reports.map(({ recovered }) => recovered)).toEqual([false, true]);
  });

  test('the password is in no report', async () => {
    await standIn.stop();
    writeLines(open(quick, standIn.url.replace('//', '//campus:secret@')), 1);
    await until(() => reports.length > 0);
    expect(JSON.stringify(reports)).not.toContain('secret');
    standIn = await startLokiStandIn();
  });
});
