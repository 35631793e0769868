import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import { createAuthentication } from '../../lib/auth/authentication.ts';
import type { Caller } from '../../lib/auth/caller.ts';
import { createTokenCheck } from '../../lib/auth/token-check.ts';
import { bearer, EVENING, openTestContext, SECRET } from '../campus.ts';

/** How long a positive answer is reused in this file. */
const CACHE_SECONDS = 30;

let campus: Awaited<ReturnType<typeof openTestContext>>;
/** A clock that is never set, in milliseconds: it moves when a test moves it. */
let elapsedMs = 0;

beforeAll(async () => {
  campus = await openTestContext();
});
afterAll(() => campus.close());
afterEach(() => {
  campus.auth.restore();
  campus.clock.now = EVENING;
  elapsedMs = 0;
});

/** Moves both clocks on. */
function pass(seconds: number): void {
  campus.clock.now = new Date(campus.clock.now.getTime() + seconds * 1000);
  elapsedMs += seconds * 1000;
}

/** Gives what lets one educator in, by auth-service over gRPC: the roles they are let in with, or the code of the refusal. */
async function door(cacheSeconds = CACHE_SECONDS): Promise<() => Promise<Caller['roles'] | string>> {
  const clock = () => campus.clock.now;
  const authentication = createAuthentication({
    checkToken: createTokenCheck(SECRET, clock),
    validateToken: campus.context.authService.validateToken,
    homeOf: async () => null,
    cacheSeconds,
    trustGateway: false,
    clock,
    now: () => elapsedMs,
  });
  const authorization = await bearer('educator');
  const claim = await authentication.check({ authorization });
  return async () => {
    try {
      return (await authentication.confirm(claim)).roles;
    } catch (error) {
      return Error.isError(error) ? error.message : String(error);
    }
  };
}

const LET_IN = ['educator'];
const REFUSED = 'auth-service said valid: false';
const { user_id } = residentFor('educator');

/** Answers the next question with yes, but only when it is told to; whoever asks later is told no. */
function revokeDuringAnswer(): { readonly asked: Promise<void>; answer(): void } {
  const { promise: hold, resolve: answer } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  campus.auth.replace('ValidateToken', async () => {
    campus.auth.replace('ValidateToken', async () => ({ valid: false }));
    ask();
    await hold;
    return { valid: true, user_id, roles: LET_IN };
  });
  return { asked, answer };
}

/** How often auth-service was asked. */
const questions = () => campus.auth.calls.length;

test('an answer that was slow to come is reused from when it was asked for, and no longer', async () => {
  const enter = await door();
  const slow = revokeDuringAnswer();
  const first = enter();
  await slow.asked;
  pass(4);
  slow.answer();
  expect(await first).toEqual(LET_IN);
  pass(CACHE_SECONDS - 4 - 0.001);
  expect(await enter()).toEqual(LET_IN);
  pass(0.001);
  expect(await enter()).toBe(REFUSED);
});

test.each<[string, number]>([
  ['to before auth-service was asked', -600],
  ['by less than the answer is old', -20],
])('a clock that is set back makes no answer last longer: %s', async (_name, step) => {
  const enter = await door();
  expect(await enter()).toEqual(LET_IN);
  campus.auth.replace('ValidateToken', async () => ({ valid: false }));
  pass(25);
  campus.clock.now = new Date(campus.clock.now.getTime() + step * 1000);
  pass(5);
  expect(await enter()).toBe(REFUSED);
});

test('an answer from before the process was frozen has aged, though its own clock stood still', async () => {
  const enter = await door();
  expect(await enter()).toEqual(LET_IN);
  campus.auth.replace('ValidateToken', async () => ({ valid: false }));
  campus.clock.now = new Date(EVENING.getTime() + CACHE_SECONDS * 1000);
  expect(await enter()).toBe(REFUSED);
});

test('a question in flight is shared for a second, and then asked anew', async () => {
  const enter = await door(0);
  const slow = revokeDuringAnswer();
  const first = enter();
  await slow.asked;
  pass(1);
  const shared = enter();
  expect(questions()).toBe(1);
  pass(0.001);
  expect(await enter()).toBe(REFUSED);
  expect(questions()).toBe(2);
  slow.answer();
  // What was asked for later is what counts by now.
  expect([await first, await shared]).toEqual([REFUSED, REFUSED]);
});

test('an answer that comes late does not take the place of one that was asked for after it', async () => {
  const enter = await door();
  const slow = revokeDuringAnswer();
  const first = enter();
  await slow.asked;
  pass(2);
  expect(await enter()).toBe(REFUSED);
  slow.answer();
  await first;
  expect(await enter()).toBe(REFUSED);
});
