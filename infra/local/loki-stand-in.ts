import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A line as Loki was given it. */
export interface LokiLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly time: string;
  readonly text: string;
}

export interface LokiPush {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly streams: number;
  readonly lines: readonly LokiLine[];
  readonly at: number;
  /** Whether it was answered with a 2xx. */
  readonly taken: boolean;
}

/** What a push is answered with; `hang`: accepted, and never answered; `cut`: the connection ends in the answer. */
export type LokiAnswer =
  | { readonly status: number; readonly headers?: http.OutgoingHttpHeaders }
  | 'hang'
  | 'cut'
  | 'headers only';

/** Lines that were taken with the same labels. */
export interface LokiStream {
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** A small real HTTP server in Loki's place: it takes pushes and remembers them, and answers no queries. */
export interface LokiStandIn {
  readonly url: string;
  readonly port: number;
  readonly pushes: readonly LokiPush[];
  /** The text of every line that was taken, in the order it was. */
  texts(): string[];
  /** The same lines by their labels. */
  streams(): LokiStream[];
  /** What pushes are answered with from now on; at first 204. */
  answer(answer: LokiAnswer): void;
  /** Resolves as soon as so many pushes came, whatever they were answered with. */
  asked(pushes: number): Promise<void>;
  /** Resolves as soon as so many lines were taken. */
  took(lines: number): Promise<void>;
  /** Resolves as soon as nobody is connected. */
  left(): Promise<void>;
  stop(): Promise<void>;
}

interface Body {
  readonly streams: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [string, string])[];
  }[];
}

/** Loki may stand behind a prefix, and its address may have parameters. */
const PUSH = /\/loki\/api\/v1\/push(?:\?|$)/;

/** Serves Loki's push on 127.0.0.1, on a free port unless one is named. What is sent elsewhere is refused as Loki refuses it. */
export async function startLokiStandIn({ port = 0 } = {}): Promise<LokiStandIn> {
  const pushes: LokiPush[] = [];
  const waiters = new Set<() => void>();
  let answer: LokiAnswer = { status: 204 };

  const server = http.createServer(async (request, response) => {
    const body = await bodyOf(request).catch(() => undefined);
    if (!body) return void response.writeHead(400).end();
    const lines = body.streams.flatMap(({ stream, values }) =>
      values.map(([time, text]) => ({ labels: stream, time, text })),
    );
    const { url: path = '', headers } = request;
    const given = PUSH.test(path) ? answer : { status: 404 };
    const taken = typeof given === 'object' && given.status < 300;
    pushes.push({ path, headers, streams: body.streams.length, lines, at: performance.now(), taken });
    reply(response, given);
    for (const check of waiters) check();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  let open = 0;
  server.on('connection', (socket) => {
    open++;
    socket.once('close', () => {
      open--;
      for (const check of waiters) check();
    });
  });
  // A listening TCP server has an address object, never a pipe's name.
  const bound = (server.address() as AddressInfo).port;

  const taken = () => pushes.filter((push) => push.taken).flatMap(({ lines }) => lines);
  const until = (isSo: () => boolean) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = () => {
      if (!isSo()) return;
      waiters.delete(check);
      resolve();
    };
    waiters.add(check);
    check();
    return promise;
  };
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    pushes,
    texts: () => taken().map(({ text }) => text),
    streams: () => streamsOf(taken()),
    answer(next) {
      answer = next;
    },
    asked: (count) => until(() => pushes.length >= count),
    took: (lines) => until(() => taken().length >= lines),
    left: () => until(() => open === 0),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: http.IncomingMessage): Promise<Body> {
  // Whoever pushes JSON of another shape fails its test at the first look at it.
  return (await json(request)) as Body;
}

function streamsOf(lines: readonly LokiLine[]): LokiStream[] {
  const byLabels = Map.groupBy(lines, ({ labels }) => JSON.stringify(Object.entries(labels).sort()));
  return [...byLabels.values()].map((same) => ({
    labels: same[0]?.labels ?? {},
    lines: same.map(({ text }) => text),
  }));
}

function reply(response: http.ServerResponse, answer: LokiAnswer): void {
  if (answer === 'hang') return;
  if (typeof answer === 'object') {
    response.writeHead(answer.status, answer.headers).end();
    return;
  }
  response.writeHead(200, { 'content-length': 100 }).flushHeaders();
  if (answer === 'cut') response.write('half', () => response.destroy());
}
