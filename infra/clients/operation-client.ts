import { status } from '@grpc/grpc-js';
import { operations } from '../../handlers/index.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { pathFields } from '../../lib/http/input.ts';
import { isOnRest, type Operation, type RpcName } from '../../lib/operation.ts';
import type { GrpcClient } from './grpc-client.ts';
import type { Answer, RestClient } from './rest-client.ts';

/** What an operation answered: `OK` and its data, or the code of the error table. */
export interface Outcome {
  readonly code: string;
  // Whoever asks looks into whatever came; their own expectations are the check.
  // biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what callers are about
  readonly data: any;
}

export type Input = Readonly<Record<string, unknown>>;

export interface AskOptions {
  /** Without it, the client's own; `null`: as nobody. */
  readonly authorization?: string | null;
  /** Headers of the request, or the same as metadata. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for an operation by its RPC name, with the input that its handler takes; the same over any transport. */
export type Ask = (name: RpcName, input: Input, options?: AskOptions) => Promise<Outcome>;

/** Asks over REST, each input laid out as the operation's transport has it. */
export function askOverRest(client: RestClient): Ask {
  return async (name, input, options) => {
    const operation = operationOf(name);
    const { method, path, body } = requestOf(operation, input);
    return outcomeOf(operation, await client(method, path, { ...options, body }));
  };
}

/** Asks over gRPC, each input said as a message says it. */
export function askOverGrpc(client: GrpcClient): Ask {
  return async (name, input, { authorization = client.authorization, headers } = {}) => {
    const metadata = { ...(authorization !== null && { authorization }), ...headers };
    const { code, message, trailing } = await client.call(name, messageOf(input), { metadata });
    if (code === status.OK) return { code: 'OK', data: message };
    return { code: String(trailing['error-code'] ?? `gRPC ${code}`), data: null };
  };
}

/** Returns what the operation answers. @throws when it is refused. */
export async function done(ask: Ask, ...asked: Parameters<Ask>): Promise<Outcome['data']> {
  return (await answered('OK', ask, ...asked)).data;
}

/** @throws when the operation is not refused with this code. */
export async function refused(ask: Ask, code: ErrorCode, ...asked: Parameters<Ask>): Promise<void> {
  await answered(code, ask, ...asked);
}

async function answered(expected: string, ask: Ask, ...asked: Parameters<Ask>): Promise<Outcome> {
  const outcome = await ask(...asked);
  if (outcome.code === expected) return outcome;
  const [name, input] = asked;
  throw new Error(`${name} ${JSON.stringify(input)} answered ${outcome.code}, not ${expected}`);
}

function operationOf(name: RpcName): Operation {
  const operation = operations.find((one) => one.name === name);
  if (!operation) throw new Error(`no operation ${name}`);
  return operation;
}

/** The path is below `/api/v1`, with the query of a GET. */
function requestOf(operation: Operation, input: Input) {
  if (!isOnRest(operation)) throw new Error(`REST has no ${operation.name}`);
  const fields = { ...input };
  let { method, path } = operation.rest;
  for (const [name, field] of pathFields(operation)) {
    path = path.replace(`{${name}}`, encodeURIComponent(String(fields[field])));
    delete fields[field];
  }
  const text = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
  const query = method === 'GET' && text.length > 0 ? `?${new URLSearchParams(text)}` : '';
  return {
    method,
    path: path + query,
    body: method === 'GET' || method === 'DELETE' ? undefined : fields,
  };
}

/** Reads an HTTP answer, whose status must be the one that the operation or the error table has. */
function outcomeOf({ rest }: Operation, { status: got, body }: Answer): Outcome {
  if (got === rest?.success) return { code: 'OK', data: body === '' ? null : body };
  return { code: body?.error?.code ?? `HTTP ${got}`, data: null };
}

/** Says an undone mark as gRPC does, that of one entry or those of several. */
function messageOf(input: Input): Record<string, unknown> {
  const message = { ...input, ...(input.is_present === null && { is_present: false, not_checked: true }) };
  return Array.isArray(input.marks) ? { ...message, marks: input.marks.map(messageOf) } : message;
}
