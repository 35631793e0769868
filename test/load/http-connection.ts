import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back, as far as whoever makes load looks at it. */
export interface HttpAnswer {
  readonly status: number;
  /** The status line and the headers, as they came. */
  readonly head: string;
  readonly body: string;
}

/**
 * One keep-alive connection that sends prepared bytes, one request at a time. Node's own client costs more than the
 * service it would measure; this one reads just enough of HTTP to know where an answer ends.
 */
export interface HttpConnection {
  /** @throws when the connection is lost before the whole answer has come. */
  send(request: Buffer): Promise<HttpAnswer>;
  close(): void;
}

export async function openHttpConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received: Buffer = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<HttpAnswer> | null = null;
  const lose = () => {
    waiting?.reject(new Error('the connection was lost'));
    waiting = null;
  };
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = wholeAnswer(received);
    if (!answer || !waiting) return;
    received = Buffer.alloc(0);
    waiting.resolve(answer);
    waiting = null;
  });
  socket.on('close', lose);
  await once(socket, 'connect');
  // From here on every loss is seen by `close`.
  socket.on('error', () => {});
  return {
    send(request) {
      waiting = Promise.withResolvers<HttpAnswer>();
      const { promise } = waiting;
      if (socket.destroyed) lose();
      else socket.write(request);
      return promise;
    },
    close: () => socket.destroy(),
  };
}

/** Gives the bytes of a request, ready to be sent any number of times. */
export function requestBytes(method: string, path: string, authorization: string, body?: unknown): Buffer {
  const json = body === undefined ? '' : JSON.stringify(body);
  const about = json
    ? `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n`
    : '';
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: campus\r\nauthorization: ${authorization}\r\n${about}\r\n${json}`,
  );
}

function wholeAnswer(received: Buffer): HttpAnswer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = received.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const bodyAt = end + 4;
  if (received.length < bodyAt + length) return null;
  return {
    status: Number(head.slice(9, 12)),
    head,
    body: received.toString('utf8', bodyAt, bodyAt + length),
  };
}
