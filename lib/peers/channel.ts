import * as grpc from '@grpc/grpc-js';
import { context, propagation, SpanKind } from '@opentelemetry/api';
import type { PeerAddress } from '../config.ts';
import { PatrolServiceError } from '../errors.ts';
import { timed } from '../telemetry/instruments.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { activeSignal } from '../telemetry/trace-identity.ts';
import { type Circuit, createCircuit } from './circuit.ts';

/** The one connection that the process keeps to a peer. */
export interface Channel {
  /** @throws SERVICE_UNAVAILABLE with the peer's own error as cause, whatever that was: a peer that fails is not there for us. */
  call<Request, Answer>(
    method: UnaryMethod<Request, Answer>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer>;
  /**
   * Makes several calls of one method that are one question: they share one deadline, and when one fails the others are
   * given up.
   * @throws what `work` throws, as `call` does.
   */
  together<Request, Answer, Result>(
    method: UnaryMethod<Request, Answer>,
    work: (ask: (request: Request) => Promise<Answer>) => Promise<Result>,
    options?: CallOptions,
  ): Promise<Result>;
  /** Whether the peer can be connected to within `limitMs`. */
  reachable(limitMs: number): Promise<boolean>;
  close(): void;
}

export interface CallOptions {
  /** Several requests wait for this call: it goes on when the one that made it is cancelled. */
  readonly isShared?: boolean;
}

/** What a call needs of a method that proto-loader loaded. */
export interface UnaryMethod<Request, Answer> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
}

export interface ChannelOptions {
  /** The name that logs and readiness know the peer by, like `auth-service`. */
  readonly peer: string;
  readonly address: PeerAddress;
  /** Deadline of one call, its retries included. */
  readonly timeoutSeconds: number;
  /** Retries after the first attempt, on UNAVAILABLE only. */
  readonly maxRetries: number;
  readonly telemetry: Telemetry;
}

export function openChannel(options: ChannelOptions): Channel {
  const { peer, address, timeoutSeconds, maxRetries, telemetry } = options;
  const client = new grpc.Client(
    target(address),
    grpc.credentials.createInsecure(),
    channelSettings(maxRetries),
  );
  const ask = unaryCalls(client, peer);
  const circuitOf = circuits(peer);
  const together: Channel['together'] = (method, work, { isShared = false } = {}) =>
    circuitOf(method.path).through(async (isProbe) => {
      const givenUp = new AbortController();
      // What finds out whether the peer is back goes on when its own caller leaves.
      const callers = isShared || isProbe ? undefined : activeSignal();
      const signal = callers ? AbortSignal.any([callers, givenUp.signal]) : givenUp.signal;
      const until = Date.now() + timeoutSeconds * 1000;
      try {
        return await work((request) =>
          observed(telemetry, peer, method.path, () => ask(method, request, { signal, until })),
        );
      } catch (error) {
        givenUp.abort();
        throw error;
      }
    });
  return {
    call: (method, request, options) => together(method, (one) => one(request), options),
    together,
    reachable: (limitMs) =>
      new Promise((resolve) =>
        client.waitForReady(Date.now() + limitMs, (error) => resolve(error === undefined)),
      ),
    close: () => client.close(),
  };
}

/** Returns the circuit of each method: that names cannot be had must not keep tokens from being confirmed. */
function circuits(peer: string): (path: string) => Circuit {
  const byPath = new Map<string, Circuit>();
  const isDeadline = (error: unknown) => statusOf(error) === grpc.status.DEADLINE_EXCEEDED;
  return (path) => {
    const circuit = byPath.get(path) ?? createCircuit(`${peer} (${path})`, isDeadline);
    byPath.set(path, circuit);
    return circuit;
  };
}

function target({ host, port }: PeerAddress): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Retries are grpc-js's own: exponential backoff with jitter, inside the call's deadline. */
function channelSettings(maxRetries: number): grpc.ChannelOptions {
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
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
  };
}

/** Returns what makes one call with the identity of its request; the signal cancels it. */
function unaryCalls(client: grpc.Client, peer: string) {
  return <Request, Answer>(
    method: UnaryMethod<Request, Answer>,
    request: Request,
    { signal, until }: { readonly signal: AbortSignal; readonly until: number },
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const cancel = () => underWay.cancel();
      const underWay = client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        outboundMetadata(),
        { deadline: until },
        (error, answer) => {
          signal.removeEventListener('abort', cancel);
          if (answer !== undefined && !error) return resolve(answer);
          const reason = `${peer} failed ${method.path}`;
          reject(new PatrolServiceError('SERVICE_UNAVAILABLE', reason, { cause: error }));
        },
      );
      if (signal.aborted) cancel();
      else signal.addEventListener('abort', cancel, { once: true });
    });
}

function outboundMetadata(): grpc.Metadata {
  const metadata = new grpc.Metadata();
  propagation.inject(context.active(), metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return metadata;
}

/** Measures and traces a call by the RPC's name, `/campus.auth.AuthService/GetUsers`; what it asks goes nowhere. */
function observed<Answer>(
  { spans, instruments }: Telemetry,
  peer: string,
  path: string,
  call: () => Promise<Answer>,
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

/** Whether a failed call failed because the peer knows nothing of what was asked for. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === grpc.status.NOT_FOUND;
}

/** Gives the peer's own status, which the error of a failed call has as its cause. */
function statusOf(error: unknown): grpc.status {
  const cause = Error.isError(error) ? error.cause : undefined;
  const code = Error.isError(cause) && 'code' in cause ? cause.code : undefined;
  return typeof code === 'number' ? code : grpc.status.UNKNOWN;
}
