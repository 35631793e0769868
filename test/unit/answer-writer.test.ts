import { expect, test } from '@jest/globals';
import Type from 'typebox';
import { answerWriter } from '../../lib/http/answer-writer.ts';

const Answer = Type.Object({ room: Type.String() });
const loadReally = () => import('fast-json-stringify');

test('a compiler that could not be loaded is loaded for the next answer', async () => {
  const loads = [() => Promise.reject(new Error('the file is away')), loadReally];
  const writer = answerWriter(Answer, () => loads.shift()?.() ?? Promise.reject(new Error('loaded again')));
  await expect(writer()).rejects.toThrow('the file is away');
  const write = await writer();
  expect(write({ room: '12', phone: 'nobody else’s business' })).toBe('{"room":"12"}');
});

test('first answers that come at once, and all later ones, share one load', async () => {
  let loads = 0;
  const writer = answerWriter(Answer, () => {
    loads += 1;
    return loadReally();
  });
  const [one, another] = await Promise.all([writer(), writer()]);
  expect(another).toBe(one);
  expect(await writer()).toBe(one);
  expect(loads).toBe(1);
});
