import { readConfig } from '../config.ts';
import { type Service, startService } from '../service.ts';
import { openTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { switchLevelOnSignal } from './level-signal.ts';
import { exitWith } from './start-failure.ts';
import { onStopSignal } from './stop-signals.ts';
import { takeNoArguments } from './usage.ts';

takeNoArguments(`npm run serve
Runs the service from its environment, as the container does: docs/configuration.md. SIGTERM ends it in order.`);

/** What the process has opened so far. */
interface Opened {
  readonly telemetry: Telemetry;
  service?: Service;
}

/** The container's entry point: runs the service, configured by the environment. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const opened: Opened = { telemetry: await openTelemetry(config) };
  stopOnSignal(opened);
  switchLevelOnSignal(opened.telemetry.log);
  try {
    opened.service = await startService(config, { telemetry: opened.telemetry, clock: () => new Date() });
  } catch (error) {
    await opened.telemetry.close();
    throw error;
  }
}

function stopOnSignal(opened: Opened): void {
  const { log } = opened.telemetry;
  onStopSignal((signal) => {
    log.info({ signal }, 'stopping');
    stop(opened).then(
      (inTime) => process.exit(inTime ? 0 : 1),
      (error) => {
        log.fatal({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  });
}

/**
 * Stops the service, then delivers the last log lines and spans. A start in progress needs no orderly end: a migration
 * is a transaction. @returns whether all ended in time.
 */
async function stop({ service, telemetry }: Opened): Promise<boolean> {
  const inTime = (await service?.stop()) ?? true;
  await telemetry.close();
  return inTime;
}

main().catch(exitWith);
