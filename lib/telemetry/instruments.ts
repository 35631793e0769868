import type { Attributes, Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api';

/** The metrics of requests and of their calls. Durations are in seconds. */
export interface Instruments {
  readonly httpServerDuration: Histogram;
  readonly httpServerActive: UpDownCounter;
  readonly rpcServerDuration: Histogram;
  readonly rpcClientDuration: Histogram;
  readonly databaseDuration: Histogram;
  readonly databaseTimeouts: Counter;
}

/** From a millisecond, a fast response, to twice the longest deadline. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Creates the instruments. Labels are names and templates, never ids. @see https://opentelemetry.io/docs/specs/semconv/ */
export function createInstruments(meter: Meter): Instruments {
  const duration = (name: string, description: string) =>
    meter.createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: BUCKETS_S },
    });
  return {
    httpServerDuration: duration('http.server.request.duration', 'Duration of REST requests'),
    httpServerActive: meter.createUpDownCounter('http.server.active_requests', {
      description: 'REST requests in flight',
      unit: '{request}',
    }),
    rpcServerDuration: duration('rpc.server.duration', 'Duration of gRPC calls served'),
    rpcClientDuration: duration('rpc.client.duration', 'Duration of gRPC calls to peers, retries included'),
    databaseDuration: duration(
      'db.client.operation.duration',
      'Duration of SQL statements, with the wait for a connection',
    ),
    databaseTimeouts: meter.createCounter('db.client.connection.timeouts', {
      description: 'Statements given up because no connection or no answer came in time',
      unit: '{timeout}',
    }),
  };
}

/** Returns the seconds since `beganMs`, of `performance.now()`. */
export function secondsSince(beganMs: number): number {
  return (performance.now() - beganMs) / 1000;
}

/** Records how long work takes, with the labels of how it went; what the work throws is passed on. */
export async function timed<Result>(
  histogram: Histogram,
  work: () => Promise<Result>,
  labels: (error?: unknown) => Attributes,
): Promise<Result> {
  const began = performance.now();
  try {
    const result = await work();
    histogram.record(secondsSince(began), labels());
    return result;
  } catch (error) {
    histogram.record(secondsSince(began), labels(error));
    throw error;
  }
}
