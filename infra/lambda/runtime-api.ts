import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the runtime sent back for one invocation. */
export interface Outcome {
  readonly kind: 'response' | 'error';
  readonly body: string;
}

/** Lambda's side of the Runtime API, on 127.0.0.1. */
export interface RuntimeApi {
  /** The value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Hands an event to the runtime that waits for one, or to the next that asks. */
  invoke(event: unknown): Promise<Outcome>;
  /** The first failed init that a runtime reports from now on. */
  initError(): Promise<string>;
  close(): void;
}

const VERSION = '/2018-06-01/runtime';

/**
 * Serves the Runtime API as Lambda does for one instance: one invocation at a time.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function serveRuntimeApi(): Promise<RuntimeApi> {
  const queue: { id: string; event: unknown }[] = [];
  const settle = new Map<string, (outcome: Outcome) => void>();
  let waiting: ServerResponse | undefined;
  let tellInitError = (_body: string): void => {};
  let count = 0;

  const handOver = (): void => {
    const next = waiting && queue.shift();
    if (!waiting || !next) return;
    answerNext(waiting, next);
    waiting = undefined;
  };
  const server = createServer(async (request, response) => {
    const path = request.url?.replace(VERSION, '') ?? '';
    if (request.method === 'GET' && path === '/invocation/next') {
      waiting = response;
      return handOver();
    }
    const body = await textOf(request);
    const [, id = '', kind] = /^\/invocation\/([\w-]+)\/(response|error)$/.exec(path) ?? [];
    if (path === '/init/error') tellInitError(body);
    else if (kind === 'response' || kind === 'error') settle.get(id)?.({ kind, body });
    else return void response.writeHead(404).end();
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listener on a host and port has an address of this kind, never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    invoke(event) {
      count += 1;
      const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      settle.set(id, resolve);
      queue.push({ id, event });
      handOver();
      return promise;
    },
    initError() {
      const { promise, resolve } = Promise.withResolvers<string>();
      tellInitError = resolve;
      return promise;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerNext(response: ServerResponse, { id, event }: { id: string; event: unknown }): void {
  response
    .writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
      'lambda-runtime-invoked-function-arn':
        'arn:aws:lambda:eu-central-1:000000000000:function:patrol-service',
      'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0',
    })
    .end(JSON.stringify(event));
}

async function textOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}
