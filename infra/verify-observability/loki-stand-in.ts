import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** Log lines that were pushed with the same labels. */
export interface Stream {
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** A server that takes what Loki takes and remembers it. It answers no queries. */
export interface LokiStandIn {
  readonly url: string;
  streams(): readonly Stream[];
  close(): void;
}

/** Serves `POST /loki/api/v1/push` on a free port of 127.0.0.1. */
export async function startLokiStandIn(): Promise<LokiStandIn> {
  const streams = new Map<string, { labels: Record<string, string>; lines: string[] }>();
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/loki/api/v1/push') {
      response.writeHead(404).end();
      return;
    }
    try {
      // What does not look like this throws below, and is refused as Loki would refuse it.
      const pushed = (await json(request)) as {
        streams: { stream: Record<string, string>; values: [string, string][] }[];
      };
      for (const { stream, values } of pushed.streams) {
        const key = JSON.stringify(Object.entries(stream).sort());
        const known = streams.get(key) ?? { labels: stream, lines: [] };
        streams.set(key, known);
        known.lines.push(...values.map(([, line]) => line));
      }
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listener on a host and port has an address of this kind, never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    streams: () => [...streams.values()],
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
