import { text } from 'node:stream/consumers';
import { isOnRest, type Operation } from '../lib/operation.ts';

/** Returns an output as REST gives it: a streamed body read to its end, which also frees what it holds. */
export async function readWhole(operation: Operation, output: unknown): Promise<unknown> {
  const body = isOnRest(operation) ? operation.rest.body?.(output) : undefined;
  return body ? JSON.parse(await text(body.stream)) : output;
}
