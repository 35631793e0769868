import { expect, test } from '@jest/globals';
import { singleFlight } from '../../lib/single-flight.ts';

/** Questions whose answers a test gives, each under way until then. */
function questions() {
  const answers: ((answer: string) => void)[] = [];
  const ask = (_key: string) => new Promise<string>((resolve) => answers.push(resolve));
  return { answers, ask };
}

test('whoever asks while an answer is under way shares it, and the next one asks anew', async () => {
  const { answers, ask } = questions();
  const shared = singleFlight(ask);
  const both = Promise.all([shared('key'), shared('key')]);
  expect(answers).toHaveLength(1);
  answers[0]?.('first');
  expect(await both).toEqual(['first', 'first']);
  const next = shared('key');
  answers[1]?.('second');
  expect(await next).toBe('second');
});

test('each key has its own answer', async () => {
  const shared = singleFlight(async (key: string) => key);
  expect(await Promise.all([shared('a'), shared('b')])).toEqual(['a', 'b']);
});

test('nobody joins a question that was asked too long ago; who comes next joins the new one', async () => {
  const { answers, ask } = questions();
  let nowMs = 0;
  const shared = singleFlight(ask, { joinableMs: 1000, now: () => nowMs });
  const old = [shared('key')];
  nowMs = 1000;
  old.push(shared('key'));
  nowMs = 1001;
  const anew = [shared('key')];
  // The end of the old one does not end the sharing of the new one.
  answers[0]?.('old');
  expect(await Promise.all(old)).toEqual(['old', 'old']);
  nowMs = 2001;
  anew.push(shared('key'));
  answers[1]?.('new');
  expect(await Promise.all(anew)).toEqual(['new', 'new']);
  expect(answers).toHaveLength(2);
});

test('a failure is shared too, and forgotten', async () => {
  let times = 0;
  const shared = singleFlight(async () => {
    times += 1;
    throw new Error('down');
  });
  const both = await Promise.allSettled([shared(), shared()]);
  expect([both.map(({ status }) => status), times]).toEqual([['rejected', 'rejected'], 1]);
  await expect(shared()).rejects.toThrow('down');
  expect(times).toBe(2);
});
