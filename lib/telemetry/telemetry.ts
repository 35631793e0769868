import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { DestinationStream, Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { createCampusPropagator } from './campus-propagator.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import { openLog } from './log.ts';
import { observeLoki, observeLostLines } from './log-metrics.ts';
import { passwordsOf } from './log-redaction.ts';
import { type Loki, openLoki } from './loki/loki.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { observeProcess } from './process-metrics.ts';
import type { Spans } from './spans.ts';
import { type LogDestination, openStdout } from './stdout.ts';
import { outsideRequests } from './trace-identity.ts';
import { openTracing } from './tracing.ts';
import type { Tracing } from './tracing-sdk.ts';

/** The service's log, spans and metrics, with the function that closes them. */
export interface Telemetry {
  readonly log: Logger;
  readonly spans: Spans;
  readonly instruments: Instruments;
  readonly metrics: Pick<Metrics, 'meter' | 'text'>;
  /** Sends what waits, before the process is frozen. */
  flush(): Promise<void>;
  /** Delivers the last lines and spans within a limit, and closes everything. */
  close(): Promise<void>;
}

export type TelemetryConfig = Pick<
  Config,
  | 'logLevel'
  | 'lokiUrl'
  | 'lokiTenantId'
  | 'environment'
  | 'tracesAreExported'
  | 'jwtSecret'
  | 'databaseUrl'
  | 'migrationDatabaseUrl'
  | 'databaseReadUrl'
>;

/** How long the last spans, and the last log lines, may take. */
const CLOSE_LIMIT_MS = 2000;
/** A function's caller waits for this too: an unavailable collector must not be noticed. */
const FLUSH_LIMIT_MS = 500;

/** Opens log, metrics and tracing. `stdout` takes log lines besides Loki. */
export async function openTelemetry(
  config: TelemetryConfig,
  stdout: LogDestination = openStdout(),
): Promise<Telemetry> {
  installContext();
  const { version } = packageJson;
  const logging = { level: config.logLevel, secrets: secretsOf(config) };
  // Loki's own trouble is not logged to Loki.
  const ownLog = openLog({ ...logging, destination: stdout });
  const loki = config.lokiUrl ? openLokiOf(config.lokiUrl, config, ownLog) : null;
  const log = loki ? openLog({ ...logging, destination: toBoth(stdout, loki) }) : ownLog;
  const metrics = openMetrics({
    version,
    warn: (message, error) => outsideRequests(() => log.warn({ err: error }, message)),
  });
  observeLostLines(metrics.meter, stdout, loki);
  if (loki) observeLoki(metrics.meter, loki);
  const endObservation = observeProcess(metrics.provider, metrics.meter, version);
  const tracing: Tracing = await openTracing({
    isExported: config.tracesAreExported,
    version,
    warn: (message) =>
      outsideRequests(() => log.warn({ reason: message }, 'OpenTelemetry reports a problem')),
  });
  return {
    log,
    spans: tracing.spans,
    instruments: createInstruments(metrics.meter),
    metrics,
    flush: async () => {
      stdout.flush?.();
      await Promise.all([tracing.flush(FLUSH_LIMIT_MS), loki?.flush(FLUSH_LIMIT_MS)]);
    },
    close: async () => {
      endObservation();
      await Promise.all([tracing.close(CLOSE_LIMIT_MS), metrics.close()]);
      await loki?.close(CLOSE_LIMIT_MS);
      stdout.flush?.();
    },
  };
}

/** Opens Loki with few labels of few values, as it recommends; the rest is in the line. */
function openLokiOf(
  url: string,
  { environment, lokiTenantId: tenantId }: TelemetryConfig,
  log: Logger,
): Loki {
  return openLoki({
    url,
    tenantId,
    labels: { service: 'patrol-service', environment },
    onReport: (report) =>
      outsideRequests(() => {
        if (report.recovered) log.info(report, 'Loki takes log lines again');
        else log.warn(report, 'Loki does not take log lines');
      }),
  });
}

function secretsOf({
  jwtSecret,
  databaseUrl,
  migrationDatabaseUrl,
  databaseReadUrl,
}: TelemetryConfig): string[] {
  const passwords = passwordsOf([databaseUrl, migrationDatabaseUrl, databaseReadUrl]);
  return [jwtSecret, jwtSecret.trim(), ...passwords];
}

function toBoth(stdout: DestinationStream, loki: Loki): DestinationStream {
  return {
    write(line) {
      stdout.write(line);
      loki.write(line);
    },
  };
}

/** Installs OpenTelemetry's context for the process, once and for good. */
function installContext(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(createCampusPropagator());
}
