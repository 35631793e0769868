import { readConfig } from '../config.ts';
import { type Service, startService } from '../service.ts';
import { openTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { exitWith } from './start-failure.ts';
import { onStopSignal } from './stop-signals.ts';

/** What the process has open, as far as its start has come. */
interface Opened {
  readonly telemetry: Telemetry;
  service?: Service;
}

/** The container's entry: the service alone, from its environment. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const opened: Opened = { telemetry: await openTelemetry(config) };
  stopOnSignal(opened);
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
 * Stops the service, then delivers the last lines and spans. A start that is still under way has nothing that needs an
 * orderly end: a migration is a transaction. Gives whether all ended in time.
 */
async function stop({ service, telemetry }: Opened): Promise<boolean> {
  const inTime = (await service?.stop()) ?? true;
  await telemetry.close();
  return inTime;
}

main().catch(exitWith);
