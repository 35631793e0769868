import { operations } from '../handlers/index.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLambdaHost, type LambdaHandler } from './hosts/lambda.ts';
import { readSecret } from './lambda-secret.ts';
import { openContext } from './open-context.ts';
import { openTelemetry } from './telemetry/telemetry.ts';

/**
 * The function's entry. What the module opens while it is loaded is kept for every invocation of this instance, so that
 * they share one pool and one channel to each peer; it is the only module that does anything by being imported.
 * A failure here is a failed init: Lambda reports it, and begins again with the next invocation.
 */
export const handler: LambdaHandler = await open().catch((error: unknown) => {
  // Lambda keeps the message in its own report; the function's log is where an operator looks first.
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  throw error;
});

/**
 * Opens everything an invocation needs. Nothing is migrated here: instances come and go by the dozen and in the middle
 * of the evening, and a migration belongs to a deployment, once and before it (`npm run migrate`).
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
  const { context, check, databaseAnswers } = await openContext(config, { telemetry, clock });
  return createLambdaHost({ context, operations, check, databaseAnswers, flush: telemetry.flush });
}
