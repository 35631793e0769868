import { operations } from '../../handlers/index.ts';
import { ConfigError, readConfig } from '../config.ts';
import { rethrowAsConfigError } from '../database/config-errors.ts';
import { createLambdaHost, type LambdaHandler } from '../lambda/host.ts';
import { readSecret } from '../lambda/secret.ts';
import { openContext } from '../open-context.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';

/**
 * Opens what an instance of the function keeps for all its invocations, so that they share one pool and one channel to
 * each peer, and gives what answers them.
 * @throws when the configuration is wrong or PostgreSQL cannot be reached. That is a failed init: Lambda reports it, and
 * begins again with the next invocation.
 */
export async function openHandler(): Promise<LambdaHandler> {
  return open().catch((error: unknown) => {
    // Lambda keeps the message in its own report; the function's log is where an operator looks first.
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    throw error;
  });
}

/**
 * Nothing is migrated here: instances come and go by the dozen and in the middle of the evening, and a migration belongs
 * to a deployment, once and before it (`npm run migrate`).
 */
async function open(): Promise<LambdaHandler> {
  const config = readConfig({
    // An instance answers one request at a time, and no operation uses two connections at once.
    DATABASE_POOL_SIZE: '1',
    ...process.env,
    ...(await readSecret(process.env)),
  });
  const telemetry = await openTelemetry(config);
  const clock = () => new Date();
  const { context, check, pingDatabase, reconnectPeers, opened, close } = await openContext(config, {
    telemetry,
    clock,
  });
  const { flush } = telemetry;
  const host = createLambdaHost({ context, operations, check, pingDatabase, reconnectPeers, flush });
  try {
    const [handler] = await Promise.all([host, opened.catch(rethrowAsConfigError('DATABASE_URL'))]);
    return handler;
  } catch (error) {
    await Promise.all([close(), telemetry.close()]);
    throw error;
  }
}
