import { createServer } from 'node:http';
import type { Logger } from 'pino';
import type { Metrics } from '../telemetry/metrics.ts';
import { type ListenAt, type Listening, listenAt } from '../transport/listening.ts';
import { METRICS_TYPE } from './metrics.ts';

/** Scrapers, and people who look: more than these wait in the kernel. */
const MAX_CONNECTIONS = 20;

/** The server of `METRICS_PORT`: `GET /metrics` and nothing else, for a network that callers are not on. */
export interface MetricsServer {
  /** Returns the port. @throws the system's error, EADDRINUSE for one. */
  listen(at: ListenAt): Promise<number>;
  close(): Promise<void>;
}

export function createMetricsServer(
  metrics: Pick<Metrics, 'text'>,
  log: Pick<Logger, 'error'>,
): MetricsServer {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': METRICS_TYPE }).end(text),
      (err: unknown) => {
        log.error({ err }, 'the metrics could not be read');
        response.writeHead(500).end();
      },
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  let listening: Listening | undefined;
  return {
    async listen(at) {
      listening = await listenAt(server, at);
      return listening.port;
    },
    async close() {
      server.closeAllConnections();
      await listening?.close();
    },
  };
}
