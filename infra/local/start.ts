import { switchLevelOnSignal } from '../../lib/bin/level-signal.ts';
import { exitWith } from '../../lib/bin/start-failure.ts';
import { onStopSignal } from '../../lib/bin/stop-signals.ts';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { readConfig } from '../../lib/config.ts';
import { type Service, startService } from '../../lib/service.ts';
import { openStdout } from '../../lib/telemetry/stdout.ts';
import { openTelemetry } from '../../lib/telemetry/telemetry.ts';
import { describeCampus, nameOf } from './banner.ts';
import { readEveryPage } from './first-requests.ts';
import { dataDirectoryOf, startLocalCampus } from './local-campus.ts';
import { beTheOnlyCampus } from './one-campus.ts';

takeNoArguments(`npm start
Runs the service, an embedded PostgreSQL and stand-ins of both peers; Ctrl-C ends all of it. REST_PORT, GRPC_PORT,
LOCAL_POSTGRES_PORT, AUTH_GRPC_PORT, APPLICATION_GRPC_PORT and LOCAL_DATA_DIRECTORY say where.`);

/** `npm start`: the service with everything it needs around it, on this machine. */
async function main(): Promise<void> {
  // What has been opened, newest last; each knows how to close itself.
  const opened: (() => Promise<unknown>)[] = [];
  // As the log is: neither a full disk nor a terminal that was stopped or closed holds anything up.
  const stdout = openStdout();
  const say = (line: string) => stdout.write(`${line}\n`);
  stopOnSignal(opened, say);
  try {
    const only = await beTheOnlyCampus(dataDirectoryOf(process.env));
    opened.push(only.leave);
    const campus = await startLocalCampus(process.env, say, opened);
    const config = readConfig(campus.environment);
    const telemetry = await openTelemetry(config, stdout);
    opened.push(() => telemetry.close());
    switchLevelOnSignal(telemetry.log);
    say('starting patrol-service (and migrating its database)');
    const service: Service = await startService(config, { telemetry, clock: () => new Date() });
    opened.push(() => service.stop());
    await only.tell(service);
    if (config.apiDocs) await readEveryPage(`http://${nameOf(config.host)}:${service.restPort}`);
    say(await describeCampus(campus, service));
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** A second one ends it at once: PostgreSQL dies with its parent. */
function stopOnSignal(opened: (() => Promise<unknown>)[], say: (line: string) => void): void {
  onStopSignal(() => {
    say('\nstopping: patrol-service, the stand-ins, PostgreSQL');
    closeAll(opened).then(() => process.exit(0), exitWith);
  });
}

/** Newest first: the service is done with its peers and its database before they go. */
async function closeAll(opened: (() => Promise<unknown>)[]): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

main().catch(exitWith);
