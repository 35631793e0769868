import http from 'node:http';
import type { AddressInfo } from 'node:net';

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

/** A small real HTTP server in Loki's place. */
export interface LokiStandIn {
  readonly url: string;
  readonly port: number;
  readonly pushes: readonly LokiPush[];
  /** The text of every line that was taken, in the order it was. */
  texts(): string[];
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

export async function startLokiStandIn({ port = 0 } = {}): Promise<LokiStandIn> {
  const pushes: LokiPush[] = [];
  const waiters = new Set<() => void>();
  let answer: LokiAnswer = { status: 204 };

  const server = http.createServer(async (request, response) => {
    const { streams } = await bodyOf(request);
    const lines = streams.flatMap(({ stream, values }) =>
      values.map(([time, text]) => ({ labels: stream, time, text })),
    );
    const taken = typeof answer === 'object' && answer.status < 300;
    const { url: path = '', headers } = request;
    pushes.push({ path, headers, streams: streams.length, lines, at: performance.now(), taken });
    reply(response, answer);
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
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  // Whoever pushes something else fails its test at the first look at it.
  return JSON.parse(text) as Body;
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
