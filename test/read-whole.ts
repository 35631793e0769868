import { text } from 'node:stream/consumers';
import { firstEvent } from '../infra/clients/first-event.ts';
import { isOnRest, type Operation } from '../lib/operation.ts';

/** Returns an output as REST gives it: a streamed body read to its end, or to its first event, which also frees what it holds. */
export async function readWhole(operation: Operation, output: unknown): Promise<unknown> {
  const body = isOnRest(operation) ? operation.rest.body?.(output) : undefined;
  if (body?.contentType === 'text/event-stream') return firstEvent(body.stream);
  return body ? JSON.parse(await text(body.stream)) : output;
}
