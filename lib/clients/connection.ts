import type { Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { context, propagation } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { PeerAddress } from '../config.ts';
import { PatrolServiceError } from '../errors.ts';
import { millisecondsSince } from '../telemetry/log.ts';
import { contextOf, identityOf, outsideRequests } from '../telemetry/trace-identity.ts';

/** The connection to a peer. One without any reply is replaced, not waited for. */
export interface PeerConnection {
  /** Makes a call. @throws SERVICE_UNAVAILABLE with the peer's own error as cause, whatever that was. */
  call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    limits: CallLimits,
  ): Promise<Response>;
  /** Makes the next call reconnect; calls in flight may still be answered. */
  reconnect(): void;
  close(): void;
}

/** The parts of a method that proto-loader loaded which a call needs. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export interface CallLimits {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** The deadline, in milliseconds since 1970, retries included. */
  readonly until: number;
  /** After this many milliseconds without any reply, while this call waits, the connection is considered dead. */
  readonly silenceMs: number;
}

export interface PeerConnectionOptions {
  /** The peer's name in logs and readiness, like `auth-service`. */
  readonly peer: string;
  readonly address: PeerAddress;
  /** Retries after the first attempt, on UNAVAILABLE only. */
  readonly maxRetries: number;
  readonly log: Logger;
}

/** A grpc-js client and its state. */
interface PeerClient {
  readonly client: grpc.Client;
  readonly sockets: ReadonlySet<Socket>;
  readonly inFlight: Set<grpc.ClientUnaryCall>;
  /** How many replies came over it, errors included. */
  replies: number;
}

/** The state of a client when a call began. */
interface Since {
  readonly replies: number;
  readonly atMs: number;
}

/** The statuses of a call without a reply in time. */
const TIMED_OUT: ReadonlySet<grpc.status> = new Set([grpc.status.DEADLINE_EXCEEDED, grpc.status.CANCELLED]);

/** Whether grpc-js itself ended the call, without a reply of the peer. */
export function hasNoReply(status: grpc.status): boolean {
  return TIMED_OUT.has(status) || status === grpc.status.UNAVAILABLE;
}

/**
 * Opens the connection to a peer; it connects with the first call. Without keepalive pings: servers answer frequent
 * ones with GOAWAY (`too_many_pings`).
 */
export function openPeerConnection(options: PeerConnectionOptions): PeerConnection {
  const { peer, log } = options;
  const open = (): PeerClient => ({ ...openClient(options), inFlight: new Set(), replies: 0 });
  let current = open();
  const retired = new Set<PeerClient>();

  const closeIfDone = (peerClient: PeerClient) => {
    if (peerClient === current || peerClient.inFlight.size > 0) return;
    retired.delete(peerClient);
    closeClient(peerClient);
  };
  const reconnect = () => {
    const old = current;
    current = outsideRequests(open);
    retired.add(old);
    closeIfDone(old);
  };
  const onReply = (peerClient: PeerClient) => {
    peerClient.replies += 1;
    if (peerClient !== current) return;
    // The peer replies: calls still waiting on an older connection wait in vain.
    for (const { inFlight } of retired) for (const call of inFlight) call.cancel();
  };
  const reconnectIfSilent = (peerClient: PeerClient, since: Since, code: grpc.status, silenceMs: number) => {
    const waitedMs = Math.round(performance.now() - since.atMs);
    if (
      !TIMED_OUT.has(code) ||
      peerClient !== current ||
      peerClient.replies > since.replies ||
      waitedMs < silenceMs
    )
      return;
    log.warn({ peer, waited_ms: waitedMs }, 'a peer does not reply, reconnecting');
    reconnect();
  };
  return {
    async call(method, request, limits) {
      const peerClient = current;
      const since = { replies: peerClient.replies, atMs: performance.now() };
      let response: Awaited<ReturnType<typeof method.responseDeserialize>>;
      try {
        response = await makeCall(peerClient, method, request, limits);
      } catch (error) {
        // grpc-js rejects with a ServiceError.
        const cause = error as grpc.ServiceError;
        if (!hasNoReply(cause.code)) onReply(peerClient);
        reconnectIfSilent(peerClient, since, cause.code, limits.silenceMs);
        const reason = `${peer} failed ${method.path}: ${grpc.status[cause.code]}`;
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', reason, { cause });
      } finally {
        closeIfDone(peerClient);
      }
      onReply(peerClient);
      log.debug({ peer, method: method.path, duration_ms: millisecondsSince(since.atMs) }, 'call');
      return response;
    },
    reconnect,
    close() {
      for (const peerClient of [current, ...retired]) closeClient(peerClient);
    },
  };
}

/** Makes one call with its request's identity. @throws grpc-js's error. */
function makeCall<Request, Response>(
  { client, inFlight }: PeerClient,
  method: UnaryMethod<Request, Response>,
  request: Request,
  { signal, until }: CallLimits,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const cancel = () => call.cancel();
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      outboundMetadata(),
      { deadline: until },
      (error, response) => {
        signal?.removeEventListener('abort', cancel);
        inFlight.delete(call);
        if (response !== undefined && !error) resolve(response);
        else reject(error);
      },
    );
    inFlight.add(call);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

/** Returns metadata with the active request's ids, or with new ones for a call outside any request. */
function outboundMetadata(): grpc.Metadata {
  const metadata = new grpc.Metadata();
  const from = identityOf() ? context.active() : contextOf({}, context.active());
  propagation.inject(from, metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return metadata;
}

/** Closes a client and its sockets: grpc-js would keep each until the peer closes it too, and the peer may be gone. */
function closeClient({ client, sockets }: PeerClient): void {
  client.close();
  for (const socket of sockets) socket.destroy();
}

function openClient({ address, maxRetries }: PeerConnectionOptions): Pick<PeerClient, 'client' | 'sockets'> {
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
    // grpc-js would stop at five attempts, whatever the policy says.
    'grpc-node.retry_max_attempts_limit': maxRetries + 1,
    ...(maxRetries > 0 && {
      'grpc.service_config': JSON.stringify({
        loadBalancingConfig: [],
        methodConfig: [{ name: [{}], retryPolicy }],
      }),
    }),
    // The default grows to two minutes: a peer that is back would still count as down.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
    // The default is half a minute: a peer whose name resolves to another address would count as down.
    'grpc.dns_min_time_between_resolutions_ms': 1000,
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    // Otherwise clients of one address share connections, and a replacement would get the dead one.
    'grpc.use_local_subchannel_pool': 1,
    // Nobody asks for channelz's counts of each call.
    'grpc.enable_channelz': 0,
    // Neither a proxy from the environment (`http_proxy`, `grpc_proxy`) nor a TXT record applies to peers.
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
  };
}
