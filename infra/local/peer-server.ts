import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';

/** What a stand-in knows of a call besides its request. */
export interface CallInfo {
  /** A key that came several times has its values joined with `, `. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When the caller stops waiting, or null if it waits for ever. */
  readonly deadline: Date | null;
}

export interface RecordedCall extends CallInfo {
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** Answers one method; an error with a gRPC `code` (see `statusError`) gives that status, any other UNKNOWN. */
export type PeerHandler<Request, Answer> = (request: Request, call: CallInfo) => Promise<Answer>;

/** A peer of this service that a test can look into and meddle with. */
export interface PeerStandIn<Handlers> {
  readonly port: number;
  /** Every call received, the last 10,000 of them, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Calls from now on are answered by this handler. */
  replace<Method extends keyof Handlers>(method: Method, handler: Handlers[Method]): void;
  /** Back to the believable behaviour; the calls so far are forgotten. */
  restore(): void;
  /** Stops at once: calls in flight are cut. Stopping twice is fine. */
  stop(): Promise<void>;
}

type UnaryHandlers<Handlers> = { readonly [Method in keyof Handlers]: PeerHandler<never, object> };

export interface PeerOptions<Handlers> {
  /** 0 picks a free one. */
  readonly port: number;
  /** 127.0.0.1 unless other containers are to reach it. */
  readonly host?: string | undefined;
  readonly service: grpc.ServiceDefinition;
  readonly behaviour: Handlers;
}

const REMEMBERED_CALLS = 10_000;

/**
 * Serves a peer's behaviour over real gRPC, on 127.0.0.1 unless told otherwise.
 * @throws an Error with `code: 'EADDRINUSE'` and `port` if the port is taken.
 */
export async function startPeer<Handlers extends UnaryHandlers<Handlers>>(
  options: PeerOptions<Handlers>,
): Promise<PeerStandIn<Handlers>> {
  const { service, behaviour } = options;
  const calls: RecordedCall[] = [];
  let answering = { ...behaviour };

  const server = new grpc.Server();
  server.addService(
    service,
    unaryService<Handlers>(behaviour, async (method, call) => {
      const info = { metadata: plainMetadata(call.metadata), deadline: dateOf(call.getDeadline()) };
      calls.push({ method: String(method), request: call.request, ...info });
      if (calls.length > REMEMBERED_CALLS) calls.shift();
      // proto-loader has read the request as this method's own type.
      return answering[method](call.request as never, info);
    }),
  );
  const listener = await listen(server, options);
  let stopped: Promise<void> | undefined;
  return {
    port: listener.port,
    calls,
    replace(method, handler) {
      answering = { ...answering, [method]: handler };
    },
    restore() {
      answering = { ...behaviour };
      calls.length = 0;
    },
    stop() {
      stopped ??= listener.cutOff();
      return stopped;
    },
  };
}

/** Gives an error that a handler throws to answer with a gRPC status. */
export function statusError(code: grpc.status, details = grpc.status[code]): Error {
  return Object.assign(new Error(details), { code, details });
}

type UnaryCall = grpc.ServerUnaryCall<Record<string, unknown>, object>;

function unaryService<Handlers extends object>(
  handlers: Handlers,
  answer: (method: keyof Handlers, call: UnaryCall) => Promise<object>,
): grpc.UntypedServiceImplementation {
  const unary =
    (method: keyof Handlers) =>
    (call: UnaryCall, callback: grpc.sendUnaryData<object>): void => {
      answer(method, call).then(
        (response) => callback(null, response),
        (error) => callback(error),
      );
    };
  // Object.keys forgets whose keys they are.
  const methods = Object.keys(handlers) as (keyof Handlers & string)[];
  return Object.fromEntries(methods.map((method) => [method, unary(method)]));
}

function plainMetadata(metadata: grpc.Metadata): Record<string, string> {
  const keys = Object.keys(metadata.getMap());
  return Object.fromEntries(keys.map((key) => [key, metadata.get(key).join(', ')]));
}

function dateOf(deadline: grpc.Deadline): Date | null {
  return deadline === Number.POSITIVE_INFINITY ? null : new Date(deadline);
}

type ListenAt = Pick<PeerOptions<never>, 'port' | 'host'>;

interface Listener {
  readonly port: number;
  /** Resolves once the port is free again. */
  cutOff(): Promise<void>;
}

/**
 * Lets the server be reached on a port. The sockets are ours, so that stopping breaks the connections as a crash does
 * and callers get UNAVAILABLE; grpc-js's own forceShutdown would give them CANCELLED, which nobody retries.
 */
async function listen(server: grpc.Server, at: ListenAt): Promise<Listener> {
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    socket.setNoDelay();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  const port = await portOf(listener, at);
  return {
    port,
    cutOff: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        server.forceShutdown();
      }),
  };
}

function portOf(listener: Server, { port, host = '127.0.0.1' }: ListenAt): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host, port }, () => {
      // A listener on a host and port has an address of this kind, never a pipe's name.
      resolve((listener.address() as AddressInfo).port);
    });
  });
}
