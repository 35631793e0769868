import { readConfig } from './config.ts';
import { type Service, startService } from './service.ts';
import { exitWith } from './start-failure.ts';
import { openLog } from './telemetry/log.ts';
import { createTraceContext } from './telemetry/trace-identity.ts';

/** The container's entry: the service alone, from its environment. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const trace = createTraceContext();
  const log = openLog(config.logLevel, trace);
  const service = await startService(config, { log, trace, clock: () => new Date() });
  stopOnSignal(service, log);
}

function stopOnSignal(service: Service, log: ReturnType<typeof openLog>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // Somebody who asks twice does not want to wait.
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping');
      service.stop().then(
        (inTime) => process.exit(inTime ? 0 : 1),
        (error) => {
          log.fatal({ err: error }, 'the stop failed');
          process.exit(1);
        },
      );
    });
  }
}

main().catch(exitWith);
