import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ErrorCode } from '../lib/errors.ts';

/** One answer as it came over a socket. */
export interface RawAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The code that its body says, if that is an error. */
  readonly code: ErrorCode | undefined;
}

/** A connection that says what no HTTP client would. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything that has come so far. */
  received(): string;
  /** Resolves as soon as what has come has this in it. */
  has(text: string): Promise<void>;
  /** Resolves when the service has closed the connection, with all its answers. */
  closed: Promise<RawAnswer[]>;
}

export function sayRaw(port: number, text: string): RawConnection {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  return {
    socket,
    received: () => received,
    async has(expected) {
      while (!received.includes(expected)) await once(socket, 'data');
    },
    closed: once(socket, 'close').then(() => answersIn(received)),
  };
}

function answersIn(received: string): RawAnswer[] {
  return received
    .split(/HTTP\/1\.1 (?=\d{3} )/)
    .slice(1)
    .map((answer) => {
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const [status, ...lines] = head.split('\r\n');
      const headers = lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      });
      const [, code] = /"code":"([A-Z_]+)"/.exec(body) ?? [];
      return {
        status: Number.parseInt(status ?? '', 10),
        headers: Object.fromEntries(headers),
        // Only the table's own are written.
        code: code as ErrorCode | undefined,
      };
    });
}
