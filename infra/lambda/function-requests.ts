import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaResponse } from '@fastify/aws-lambda';
import type { RestClient } from '../clients/rest-client.ts';
import { issueToken } from '../local/token-issuer.ts';
import { eventOf, type Sent } from './events.ts';
import { lambdaClient } from './lambda-client.ts';
import type { Outcome, RuntimeApi } from './runtime-api.ts';

const ANSWER_LIMIT_MS = 20_000;

/** The function under way, as far as a request needs it. */
export interface Callable {
  readonly api: RuntimeApi;
  readonly jwtSecret: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a case looks into whatever came; its assertions are the check
  readonly body: any;
}

/** Returns the REST client, with the function behind it, of an educator. */
export async function functionClient({ api, jwtSecret }: Callable): Promise<RestClient> {
  return lambdaClient(async (event) => answerOf(await inTime(api.invoke(event))), await educator(jwtSecret));
}

/** Sends a request as an educator, unless its headers say otherwise: cookies, base64 and odd paths as an event has them. */
export async function request({ api, jwtSecret }: Callable, sent: Sent): Promise<Answer> {
  const headers = { authorization: await educator(jwtSecret), ...sent.headers };
  const answer = answerOf(await inTime(api.invoke(eventOf({ ...sent, headers }))));
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.body ? JSON.parse(answer.body) : null,
  };
}

async function educator(secret: string): Promise<string> {
  return `Bearer ${await issueToken({ secret, role: 'educator' })}`;
}

function answerOf({ kind, body }: Outcome): LambdaResponse {
  assert.equal(kind, 'response', body);
  return JSON.parse(body);
}

/** @throws when there is no answer in time. */
export async function inTime<Result>(promise: Promise<Result>): Promise<Result> {
  const late = pause(ANSWER_LIMIT_MS, null, { ref: false }).then(() => {
    throw new Error(`no answer in ${ANSWER_LIMIT_MS} ms`);
  });
  return Promise.race([promise, late]);
}
