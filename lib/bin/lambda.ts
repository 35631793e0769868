import { operations } from '../../handlers/index.ts';
import { ConfigError, readConfig } from '../config.ts';
import { rethrowAsConfigError } from '../database/config-errors.ts';
import { createLambdaHost, type LambdaHandler } from '../lambda/host.ts';
import { readSecret } from '../lambda/secret.ts';
import { openContext } from '../open-context.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';

/**
 * Opens what all invocations of a function instance share (one pool, a channel to each peer), and returns their
 * handler.
 * @throws if a setting is wrong or PostgreSQL is out of reach: Lambda then retries the init.
 */
export async function openHandler(): Promise<LambdaHandler> {
  return open().catch((error: unknown) => {
    // Lambda keeps the message in its own report; operators look at the function's log first.
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    throw error;
  });
}

/** Opens the handler without migrating: a deployment runs `npm run migrate` once, before instances start. */
async function open(): Promise<LambdaHandler> {
  const config = readConfig({
    // An instance serves one request at a time, and no operation uses two connections at once.
    DATABASE_POOL_SIZE: '1',
    ...process.env,
    ...(await readSecret(process.env)),
    // Between requests an instance stands still, and cannot know how far a standby is.
    DATABASE_READ_URL: '',
  });
  const telemetry = await openTelemetry(config);
  const clock = () => new Date();
  const { context, check, pingDatabase, reconnectPeers, opened, close } = await openContext(config, {
    telemetry,
    clock,
  });
  const { flush } = telemetry;
  const host = createLambdaHost({
    ...{ context, operations, check, pingDatabase, reconnectPeers, flush },
    hasDocs: config.apiDocs,
  });
  try {
    const [handler] = await Promise.all([host, opened.catch(rethrowAsConfigError('DATABASE_URL'))]);
    return handler;
  } catch (error) {
    await Promise.all([close(), telemetry.close()]);
    throw error;
  }
}
