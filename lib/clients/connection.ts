import type { Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { context, propagation } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { PeerAddress } from '../config.ts';
import { PatrolServiceError } from '../errors.ts';
import { contextOf, identityOf, outsideRequests } from '../telemetry/trace-identity.ts';

/** The connection to a peer that calls use: one over which nothing comes back is replaced, and not waited for. */
export interface PeerConnection {
  /** @throws SERVICE_UNAVAILABLE with the peer's own error as cause, whatever that was. */
  call<Request, Answer>(
    method: UnaryMethod<Request, Answer>,
    request: Request,
    limits: CallLimits,
  ): Promise<Answer>;
  /** Has the next call connect anew; calls under way may still be answered. */
  renew(): void;
  close(): void;
}

/** What a call needs of a method that proto-loader loaded. */
export interface UnaryMethod<Request, Answer> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
}

export interface CallLimits {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Its deadline, in milliseconds since 1970, retries included. */
  readonly until: number;
  /** A connection over which nothing came for so long, while this call waited, is taken for dead. In milliseconds. */
  readonly silenceMs: number;
}

export interface PeerConnectionOptions {
  /** The name that logs and readiness know the peer by, like `auth-service`. */
  readonly peer: string;
  readonly address: PeerAddress;
  /** Retries after the first attempt, on UNAVAILABLE only. */
  readonly maxRetries: number;
  readonly log: Logger;
}

/** One client of grpc-js, and what is known of it. */
interface Line {
  readonly client: grpc.Client;
  readonly sockets: ReadonlySet<Socket>;
  readonly underWay: Set<grpc.ClientUnaryCall>;
  /** How often the peer has said something over it, be it an error. */
  heard: number;
}

/** Where a line stood when a call began. */
interface Since {
  readonly heard: number;
  readonly atMs: number;
}

/** How a call ends that was not answered in its time. */
const SILENT: ReadonlySet<grpc.status> = new Set([grpc.status.DEADLINE_EXCEEDED, grpc.status.CANCELLED]);

/** Whether a call ended so by grpc-js's own word, without one of the peer. */
export function isUnheard(status: grpc.status): boolean {
  return SILENT.has(status) || status === grpc.status.UNAVAILABLE;
}

/**
 * Opens the connection to a peer; it connects with the first call. Nothing is pinged: servers answer pings that come more
 * often than they like with GOAWAY (`too_many_pings`), and to connect anew needs nobody's agreement.
 */
export function openPeerConnection(options: PeerConnectionOptions): PeerConnection {
  const { peer, log } = options;
  const open = (): Line => ({ ...openClient(options), underWay: new Set(), heard: 0 });
  let current = open();
  const retired = new Set<Line>();

  const closeIfDone = (line: Line) => {
    if (line === current || line.underWay.size > 0) return;
    retired.delete(line);
    closeLine(line);
  };
  const renew = () => {
    const old = current;
    current = outsideRequests(open);
    retired.add(old);
    closeIfDone(old);
  };
  const heardOn = (line: Line) => {
    line.heard += 1;
    if (line !== current) return;
    // The peer is there: what still waits on a connection before this one waits in vain.
    for (const { underWay } of retired) for (const call of underWay) call.cancel();
  };
  const renewIfSilent = (line: Line, since: Since, code: grpc.status, silenceMs: number) => {
    const waitedMs = Math.round(performance.now() - since.atMs);
    if (!SILENT.has(code) || line !== current || line.heard > since.heard || waitedMs < silenceMs) return;
    log.warn({ peer, waited_ms: waitedMs }, 'nothing came back from a peer, and it is connected to anew');
    renew();
  };
  return {
    async call(method, request, limits) {
      const line = current;
      const since = { heard: line.heard, atMs: performance.now() };
      try {
        const answer = await makeCall(line, method, request, limits);
        heardOn(line);
        return answer;
      } catch (error) {
        // What grpc-js fails a call with.
        const cause = error as grpc.ServiceError;
        if (!isUnheard(cause.code)) heardOn(line);
        renewIfSilent(line, since, cause.code, limits.silenceMs);
        const reason = `${peer} failed ${method.path}: ${grpc.status[cause.code]}`;
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', reason, { cause });
      } finally {
        closeIfDone(line);
      }
    },
    renew,
    close() {
      for (const line of [current, ...retired]) closeLine(line);
    },
  };
}

/** Makes one call with the identity of its request. @throws grpc-js's error. */
function makeCall<Request, Answer>(
  { client, underWay }: Line,
  method: UnaryMethod<Request, Answer>,
  request: Request,
  { signal, until }: CallLimits,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = () => call.cancel();
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      outboundMetadata(),
      { deadline: until },
      (error, answer) => {
        signal?.removeEventListener('abort', cancel);
        underWay.delete(call);
        if (answer !== undefined && !error) resolve(answer);
        else reject(error);
      },
    );
    underWay.add(call);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

/** What is asked for no request, as whether a peer is there, has ids of its own. */
function outboundMetadata(): grpc.Metadata {
  const metadata = new grpc.Metadata();
  const from = identityOf() ? context.active() : contextOf({}, context.active());
  propagation.inject(from, metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return metadata;
}

/** Closes a client and its sockets: grpc-js would keep each until the peer has said goodbye too, which may be gone. */
function closeLine({ client, sockets }: Line): void {
  client.close();
  for (const socket of sockets) socket.destroy();
}

function openClient({ address, maxRetries }: PeerConnectionOptions): Pick<Line, 'client' | 'sockets'> {
  const sockets = new Set<Socket>();
  const credentials = plaintextRecording(sockets);
  return { client: new grpc.Client(target(address), credentials, clientSettings(maxRetries)), sockets };
}

/** Creates credentials for plaintext that record the sockets that a client has open. */
function plaintextRecording(sockets: Set<Socket>): grpc.ChannelCredentials {
  const credentials = grpc.credentials.createInsecure();
  const createConnector = credentials._createSecureConnector.bind(credentials);
  credentials._createSecureConnector = (...given) => {
    const connector = createConnector(...given);
    const connect: typeof connector.connect = (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return connector.connect(socket);
    };
    return { ...connector, connect };
  };
  return credentials;
}

function target({ host, port }: PeerAddress): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Retries are grpc-js's own: exponential backoff with jitter, inside the call's deadline. */
function clientSettings(maxRetries: number): grpc.ChannelOptions {
  const retryPolicy = {
    maxAttempts: maxRetries + 1,
    initialBackoff: '0.05s',
    maxBackoff: '1s',
    backoffMultiplier: 2,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  return {
    'grpc.enable_retries': maxRetries > 0 ? 1 : 0,
    // grpc-js would stop at five attempts whatever the policy says.
    'grpc-node.retry_max_attempts_limit': maxRetries + 1,
    ...(maxRetries > 0 && {
      'grpc.service_config': JSON.stringify({
        loadBalancingConfig: [],
        methodConfig: [{ name: [{}], retryPolicy }],
      }),
    }),
    // The default grows to two minutes: a peer that came back would still be "down" for the rest of the patrol.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
    // The default is half a minute, for which a peer whose name leads elsewhere now would be "down".
    'grpc.dns_min_time_between_resolutions_ms': 1000,
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    // A client shares its connections with another one of the same address, and so would the one that replaces it.
    'grpc.use_local_subchannel_pool': 1,
    // Neither a proxy of the environment (`http_proxy`, `grpc_proxy`) nor a TXT record of DNS is meant for peers.
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
  };
}
