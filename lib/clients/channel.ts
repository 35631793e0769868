import * as grpc from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { timed } from '../telemetry/instruments.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { activeSignal } from '../telemetry/trace-identity.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import {
  hasNoReply,
  openPeerConnection,
  type PeerConnection,
  type PeerConnectionOptions,
  type UnaryMethod,
} from './connection.ts';

/** The process's channel to a peer. */
export interface Channel {
  /** Calls a method. @throws SERVICE_UNAVAILABLE with the peer's own error as cause, whatever that was. */
  call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response>;
  /** Makes several calls within one deadline; if one fails, the others are cancelled. @throws what `work` throws. */
  batch<Request, Response, Result>(
    method: UnaryMethod<Request, Response>,
    work: (ask: (request: Request) => Promise<Response>) => Promise<Result>,
    options?: CallOptions,
  ): Promise<Result>;
  /** Whether the peer answers within `limitMs`, over the connection that calls use. */
  reachable(limitMs: number): Promise<boolean>;
  /** Makes the next call reconnect. */
  reconnect(): void;
  close(): void;
}

export interface CallOptions {
  /** Several requests wait for this call: it continues when its first caller is cancelled. */
  readonly isShared?: boolean;
}

export interface ChannelOptions extends Omit<PeerConnectionOptions, 'log'> {
  /** The deadline of one call, its retries included. */
  readonly timeoutSeconds: number;
  readonly telemetry: Telemetry;
}

/** A health check of the whole server (grpc.health.v1). A server without that service still answers. */
const HEALTH_CHECK: UnaryMethod<null, { readonly isServing: boolean }> = {
  path: '/grpc.health.v1.Health/Check',
  requestSerialize: () => Buffer.alloc(0),
  // Field 1, status: 2 is NOT_SERVING.
  responseDeserialize: (bytes) => ({ isServing: !bytes.equals(Buffer.from([0x08, 0x02])) }),
};

export function openChannel(options: ChannelOptions): Channel {
  const { peer, timeoutSeconds, telemetry } = options;
  const connection = openPeerConnection({ ...options, log: telemetry.log });
  const timeoutMs = timeoutSeconds * 1000;
  // Later calls of a batch have less time left: too little of it says nothing about the connection.
  const silenceMs = timeoutMs / 2;
  const breakerOf = circuitBreakers(peer);
  const batch: Channel['batch'] = (method, work, { isShared = false } = {}) =>
    breakerOf(method.path).execute(async (isProbe) => {
      const givenUp = new AbortController();
      // A probe of the circuit breaker continues when its own caller leaves.
      const callers = isShared || isProbe ? undefined : activeSignal();
      const signal = callers ? AbortSignal.any([callers, givenUp.signal]) : givenUp.signal;
      const limits = { signal, until: Date.now() + timeoutMs, silenceMs };
      try {
        return await work((request) =>
          observed(telemetry, peer, method.path, () => connection.call(method, request, limits)),
        );
      } catch (error) {
        givenUp.abort();
        throw error;
      }
    });
  return {
    call: (method, request, options) => batch(method, (one) => one(request), options),
    batch,
    reachable: (limitMs) => isReachable(connection, Math.min(limitMs, timeoutMs)),
    reconnect: connection.reconnect,
    close: connection.close,
  };
}

/** Whether a peer answers anything but NOT_SERVING. */
async function isReachable({ call }: PeerConnection, limitMs: number): Promise<boolean> {
  try {
    const health = await call(HEALTH_CHECK, null, { until: Date.now() + limitMs, silenceMs: limitMs });
    return health.isServing;
  } catch (error) {
    return !hasNoReply(statusOf(error));
  }
}

/** Returns the circuit breaker of each method: failing name look-ups must not block token validation. */
function circuitBreakers(peer: string): (path: string) => CircuitBreaker {
  const byPath = new Map<string, CircuitBreaker>();
  const isDeadline = (error: unknown) => statusOf(error) === grpc.status.DEADLINE_EXCEEDED;
  return (path) => {
    const circuit = byPath.get(path) ?? createCircuitBreaker(`${peer} (${path})`, isDeadline);
    byPath.set(path, circuit);
    return circuit;
  };
}

/** Measures and traces a call by its RPC's name, `/campus.auth.AuthService/GetUsers`, without its request. */
function observed<Response>(
  { spans, instruments }: Telemetry,
  peer: string,
  path: string,
  call: () => Promise<Response>,
) {
  const [, service = '', method = ''] = path.split('/');
  const attributes = {
    'rpc.system': 'grpc',
    'rpc.service': service,
    'rpc.method': method,
    'peer.service': peer,
  };
  return spans.around({ name: `${service}/${method}`, kind: SpanKind.CLIENT, attributes }, () =>
    timed(instruments.rpcClientDuration, call, (error) => ({
      ...attributes,
      'rpc.grpc.status_code': error === undefined ? grpc.status.OK : statusOf(error),
    })),
  );
}

/** Whether a call failed because the peer does not know what was asked for. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === grpc.status.NOT_FOUND;
}

/** Returns the peer's own status, from the cause of a failed call's error. */
function statusOf(error: unknown): grpc.status {
  const cause = Error.isError(error) ? error.cause : undefined;
  const code = Error.isError(cause) && 'code' in cause ? cause.code : undefined;
  return typeof code === 'number' ? code : grpc.status.UNKNOWN;
}
