import * as grpc from '@grpc/grpc-js';
import { operations } from '../../../handlers/index.ts';
import { eventOf } from '../../../infra/lambda/events.ts';
import { PatrolServiceError } from '../../../lib/errors.ts';
import { invoke } from '../../../lib/invoke.ts';
import { createLambdaHost } from '../../../lib/lambda/host.ts';
import { type OpenContext, openContext } from '../../../lib/open-context.ts';
import { isOnRest, type Operation } from '../../../lib/operation.ts';
import { openTestCampus, startTestService, type TestCampus } from '../../campus.ts';
import { grpcClient } from '../../grpc-client.ts';
import { INVOCATION } from '../../lambda-invocation.ts';
import type { MountName } from './case.ts';

/** What an operation answered: `OK` and its data, or the code of the error table. */
export interface Outcome {
  readonly code: string;
  readonly data: unknown;
}

/** One way to reach the operations, with a campus of its own behind it. */
export interface Mount {
  readonly name: MountName;
  /** For preparing what a case needs, past the mount. */
  readonly context: OpenContext['context'];
  readonly campus: TestCampus;
  readonly has: (operation: Operation) => boolean;
  send(operation: Operation, input: Record<string, unknown>, authorization: string | null): Promise<Outcome>;
  close(): Promise<void>;
}

const REAL_RULES = { environment: { HAND_IN_UNCHECKED: 'refuse' } };

export async function directMount(): Promise<Mount> {
  const campus = await openTestCampus(REAL_RULES);
  const { context, opened, close } = await openContext(campus.config, campus.surroundings);
  await opened;
  return {
    name: 'direct',
    context,
    campus,
    has: () => true,
    async send(operation, input, authorization) {
      try {
        const credentials = { authorization: authorization ?? undefined };
        return { code: 'OK', data: await invoke(operation, context, { input, credentials }) };
      } catch (error) {
        if (error instanceof PatrolServiceError) return { code: error.code, data: null };
        throw error;
      }
    },
    close: () => closing(close, campus),
  };
}

export async function restMount(): Promise<Mount> {
  const campus = await startTestService(REAL_RULES);
  const { context, opened, close } = await openContext(campus.config, campus.surroundings);
  await opened;
  return {
    name: 'rest',
    context,
    campus,
    has: isOnRest,
    async send(operation, input, authorization) {
      const { method, path, query, body } = requestOf(operation, input);
      const headers = {
        ...(authorization && { authorization }),
        ...(body && { 'content-type': 'application/json' }),
      };
      const answer = await fetch(`${campus.url}${path}${query}`, { method, headers, ...(body && { body }) });
      return outcomeOfHttp(operation, answer.status, await answer.text());
    },
    close: () => closing(close, campus),
  };
}

export async function grpcMount(): Promise<Mount> {
  const campus = await startTestService(REAL_RULES);
  const { context, opened, close } = await openContext(campus.config, campus.surroundings);
  await opened;
  const client = await grpcClient(campus.service.grpcPort);
  return {
    name: 'grpc',
    context,
    campus,
    has: () => true,
    async send(operation, input, authorization) {
      const metadata: Record<string, string> = authorization ? { authorization } : {};
      const { code, message, trailing } = await client.call(operation.name, messageOf(input), { metadata });
      if (code === grpc.status.OK) return { code: 'OK', data: message };
      return { code: String(trailing['error-code']), data: null };
    },
    async close() {
      client.close();
      await closing(close, campus);
    },
  };
}

/** Says an undone mark as gRPC does, that of one entry or those of several. */
export function messageOf(input: Record<string, unknown>): Record<string, unknown> {
  const message = { ...input, ...(input.is_present === null && { is_present: false, not_checked: true }) };
  return Array.isArray(input.marks) ? { ...message, marks: input.marks.map(messageOf) } : message;
}

export async function lambdaMount(): Promise<Mount> {
  const campus = await openTestCampus(REAL_RULES);
  const { context, check, pingDatabase, reconnectPeers, opened, close } = await openContext(
    campus.config,
    campus.surroundings,
  );
  await opened;
  const { flush } = campus.surroundings.telemetry;
  const handler = await createLambdaHost({ context, operations, check, pingDatabase, reconnectPeers, flush });
  return {
    name: 'lambda',
    context,
    campus,
    has: isOnRest,
    async send(operation, input, authorization) {
      const { method, path, query, body } = requestOf(operation, input);
      const headers: Record<string, string> = authorization ? { authorization } : {};
      const event = eventOf({ method, url: `${path}${query}`, headers, ...(body !== undefined && { body }) });
      const answer = await handler(event, INVOCATION);
      return outcomeOfHttp(operation, answer.statusCode, answer.body);
    },
    close: () => closing(close, campus),
  };
}

async function closing(closeContext: () => Promise<void>, campus: TestCampus): Promise<void> {
  await closeContext();
  await campus.close();
}

/** Lays an operation's input out as its REST mount has it; both HTTP mounts send this. */
export function requestOf(operation: Operation, input: Record<string, unknown>) {
  if (!isOnRest(operation)) throw new Error(`REST has no ${operation.name}`);
  const fields = { ...input };
  const path = operation.rest.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const field = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const value = String(fields[field]);
    delete fields[field];
    return encodeURIComponent(value);
  });
  const { method } = operation.rest;
  const given = Object.keys(fields).length > 0;
  const text = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    method,
    path: `/api/v1${path}`,
    query: method === 'GET' && given ? `?${new URLSearchParams(text)}` : '',
    body: method !== 'GET' && method !== 'DELETE' ? JSON.stringify(fields) : undefined,
  };
}

/** Reads an HTTP answer, whose status must be the one that the operation or the error table has. */
export function outcomeOfHttp(operation: Operation, status: number, text: string): Outcome {
  const data = text === '' ? null : JSON.parse(text);
  if (status === operation.rest?.success) return { code: 'OK', data };
  return { code: data?.error?.code ?? `HTTP ${status}`, data: null };
}
