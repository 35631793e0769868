import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import type { UserId } from '../../lib/campus-types.ts';
import { createNames } from '../../lib/clients/names.ts';

describe('names, by the clock', () => {
  const person = (digit: number) => `99999999-0000-4000-8000-00000000000${digit}` as UserId;
  const [anna, boris, stranger] = [person(1), person(2), person(3)];
  const silent = pino({ enabled: false });
  const minutes = (count: number) => jest.advanceTimersByTimeAsync(count * 60_000);
  const { promise: late, resolve: answerLate } = Promise.withResolvers<string>();
  const nameOf = jest.fn<(userId: UserId) => Promise<string | null>>();
  let named: (...people: UserId[]) => Promise<(string | null)[]>;
  const personOf = async (userId: UserId) => {
    const name = await nameOf(userId);
    return name === null
      ? null
      : { name, phone: '', home: { building: '', entrance: 0 }, isMinorStudent: true };
  };

  beforeEach(() => {
    // The cache has its own hold of `performance`: what is replaced is its `now`.
    jest.useFakeTimers({ doNotFake: ['performance'] });
    jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
    nameOf.mockReset();
    const names = createNames({ person: personOf, namesIn: async () => new Map() }, silent);
    named = async (...people) => people.map(await names.of(people));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  test('one that does not come within a second is null beside the others, and is there for the next answer', async () => {
    nameOf.mockImplementation((userId) => (userId === boris ? late : Promise.resolve('Анна')));
    const answered = jest.fn();
    void named(anna, boris, stranger).then(answered);
    await jest.advanceTimersByTimeAsync(999);
    expect(answered).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(answered).toHaveBeenCalledWith(['Анна', null, 'Анна']);
    answerLate('Борис');
    await jest.advanceTimersByTimeAsync(1);
    expect(await named(boris)).toEqual(['Борис']);
    expect(nameOf).toHaveBeenCalledTimes(3);
  });

  test('who is unknown is asked for again after a minute, who is known after ten', async () => {
    nameOf.mockImplementation(async (userId) => (userId === anna ? 'Анна' : null));
    expect(await named(anna, stranger)).toEqual(['Анна', null]);
    nameOf.mockReset().mockImplementation(async (userId) => (userId === anna ? 'Анна Иванова' : 'Новенький'));
    await minutes(0.99);
    expect(await named(anna, stranger)).toEqual(['Анна', null]);
    expect(nameOf).not.toHaveBeenCalled();
    await minutes(0.02);
    expect(await named(anna, stranger)).toEqual(['Анна', 'Новенький']);
    await minutes(8.9);
    expect(await named(anna)).toEqual(['Анна']);
    expect(nameOf.mock.calls).toEqual([[stranger]]);
    await minutes(0.1);
    expect(await named(anna)).toEqual(['Анна Иванова']);
    expect(await named(stranger)).toEqual(['Новенький']);
    expect(nameOf.mock.calls).toEqual([[stranger], [anna]]);
  });

  test('those that came with a whole entrance are asked for again after ten minutes too', async () => {
    const namesIn = jest.fn(async () => new Map([anna, boris, stranger].map((userId) => [userId, 'Анна'])));
    const names = createNames({ person: personOf, namesIn }, silent);
    const asksAfter = async (waiting: number) => {
      await minutes(waiting);
      await names.of([anna, boris, stranger], { building: '8', entrance: 1 });
      return namesIn.mock.calls.length;
    };
    expect([await asksAfter(0), await asksAfter(9.9), await asksAfter(0.2)]).toEqual([1, 1, 2]);
  });
});
