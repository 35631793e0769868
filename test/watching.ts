import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** One event of a stream, with its data parsed. */
export interface ReceivedEvent {
  readonly id: number | null;
  readonly type: string;
  // Whoever asks looks into whatever came; their own expectations are the check.
  // biome-ignore lint/suspicious/noExplicitAny: the shape of an event is what callers are about
  readonly data: any;
}

/** A client of Server-Sent Events that keeps what came. */
export interface EventClient {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly received: ReceivedEvent[];
  /** Everything as text: comments and `retry` too. */
  text(): string;
  /** Resolves when so many events have come, or the stream has ended. */
  until(count: number): Promise<ReceivedEvent[]>;
  /** Resolves when the stream has ended or broken off. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream of events. */
export async function watchOver(url: string, headers: Record<string, string>): Promise<EventClient> {
  const sent = request(url, { headers, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const received: ReceivedEvent[] = [];
  let text = '';
  let parsed = 0;
  const waiting = new Set<() => void>();
  const look = () => waiting.forEach((check) => void check());
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n\n', parsed); end >= 0; end = text.indexOf('\n\n', parsed)) {
      const event = eventOf(text.slice(parsed, end));
      if (event) received.push(event);
      parsed = end + 2;
    }
    look();
  });
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    const over = () => {
      isOver = true;
      resolve();
      look();
    };
    response.on('end', over).on('close', over).on('error', over);
    sent.on('error', over);
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    received,
    text: () => text,
    until: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (received.length < count && !isOver) return;
          waiting.delete(check);
          resolve(received);
        };
        waiting.add(check);
        check();
      }),
    ended,
    close: () => sent.destroy(),
  };
}

function eventOf(block: string): ReceivedEvent | null {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...rest] = line.split(': ');
      return [name, rest.join(': ')];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return null;
  const id = fields.get('id');
  return {
    id: id === undefined ? null : Number(id),
    type: fields.get('event') ?? 'message',
    data: JSON.parse(data),
  };
}
