import { Readable } from 'node:stream';
import { asPatrolServiceError, PatrolServiceError } from '../errors.ts';
import type { PatrolEvent } from '../patrols/trail-schemas.ts';
import { identityOf } from '../telemetry/trace-identity.ts';
import type { Watch, WatchItem } from './watch.ts';

/** How long a client waits before it connects anew, in milliseconds. */
const RETRY_MS = 2000;
/** At a stop all come back at once; they are spread over this long. */
const SPREAD_MS = 4000;

/** How long who is behind has at the end for what they have not read yet: less than a stop waits for requests. */
const FAREWELL_MS = 3000;

/**
 * Returns a watch as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). What ends it
 * ends the stream; who is cut off is disconnected. Closing the stream closes the watch.
 */
export function eventStream(watch: Watch): Readable {
  const frames = framesOf(watch);
  const stream = new Readable({
    read() {
      frames.next().then(
        ({ value }) => stream.push(value ?? null),
        (error: unknown) => stream.destroy(asPatrolServiceError(error)),
      );
    },
    // At once: frames may wait for an event that never comes.
    destroy(error, done) {
      watch.close();
      done(error);
    },
  });
  watch.onEnd((error) => {
    if (error?.endsConnection) return void stream.destroy(error);
    const timer = setTimeout(() => stream.destroy(error ?? undefined), FAREWELL_MS);
    stream.once('close', () => clearTimeout(timer));
  });
  return stream;
}

/** Returns a watch as the body of a response. A proxy is told not to gather it. */
export function eventStreamBody(watch: Watch) {
  const headers = { 'x-accel-buffering': 'no' };
  return { contentType: 'text/event-stream', headers, stream: eventStream(watch) };
}

async function* framesOf(watch: Watch): AsyncGenerator<Buffer | string, undefined> {
  yield `retry: ${RETRY_MS}\n\n`;
  try {
    for await (const item of watch) yield frameOf(item);
  } catch (error) {
    if (!(error instanceof PatrolServiceError)) throw error;
    yield farewell(error);
  }
}

const AWAKE = Buffer.from(':\n\n');

function frameOf(item: WatchItem): Buffer | string {
  if (item === null) return AWAKE;
  if ('batch' in item) return item.batch.frame(frameOfEvents);
  const { snapshot } = item;
  return `id: ${snapshot.event_id}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`;
}

function frameOfEvents(events: readonly PatrolEvent[]): Buffer {
  return Buffer.from(
    events.map((event) => `id: ${event.event_id}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

/** Tells why it ends: elsewhere it may go on; a token that is not accepted any more has to be renewed first. */
function farewell({ code, callerMessage }: PatrolServiceError): string {
  if (code === 'SERVICE_UNAVAILABLE') {
    return `retry: ${Math.round(RETRY_MS + Math.random() * SPREAD_MS)}\n\n`;
  }
  const error = { code, message: callerMessage, trace_id: identityOf()?.traceId ?? null, details: null };
  return `event: error\ndata: ${JSON.stringify({ error })}\n\n`;
}
