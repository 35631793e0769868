import { Readable } from 'node:stream';
import { ERRORS, PatrolServiceError } from '../errors.ts';
import { identityOf } from '../telemetry/trace-identity.ts';
import type { Watch, WatchItem } from './watch.ts';

/** How long a client waits before it connects anew, in milliseconds. */
const RETRY_MS = 2000;
/** At a stop all come back at once; they are spread over this long. */
const SPREAD_MS = 4000;

/**
 * Returns a watch as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). What ends it
 * ends the stream; who is cut off is disconnected. Closing the stream closes the watch.
 */
export function eventStream(watch: Watch): Readable {
  const stream = Readable.from(frames(watch), { objectMode: false });
  watch.onEnd((error) => {
    if (error?.endsConnection) stream.destroy(error);
  });
  return stream.once('close', watch.close);
}

/** Returns a watch as the body of a response. A proxy is told not to gather it. */
export function eventStreamBody(watch: Watch) {
  const headers = { 'x-accel-buffering': 'no' };
  return { contentType: 'text/event-stream', headers, stream: eventStream(watch) };
}

async function* frames(watch: Watch): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  try {
    for await (const item of watch) yield frameOf(item);
  } catch (error) {
    if (!(error instanceof PatrolServiceError)) throw error;
    yield farewell(error);
  }
}

function frameOf(item: WatchItem): string {
  if (item === null) return ':\n\n';
  if ('events' in item) {
    return item.events.map(({ event, json }) => `id: ${event.event_id}\ndata: ${json}\n\n`).join('');
  }
  const { snapshot } = item;
  return `id: ${snapshot.event_id}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`;
}

/** Tells why it ends: elsewhere it may go on; a token that is not accepted any more has to be renewed first. */
function farewell({ code }: PatrolServiceError): string {
  if (code === 'SERVICE_UNAVAILABLE') {
    return `retry: ${Math.round(RETRY_MS + Math.random() * SPREAD_MS)}\n\n`;
  }
  const { message } = ERRORS[code];
  const error = { code, message, trace_id: identityOf()?.traceId ?? null, details: null };
  return `event: error\ndata: ${JSON.stringify({ error })}\n\n`;
}
